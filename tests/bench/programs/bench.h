/* SPDX-License-Identifier: MIT
 * What the programs of the benchmarks share: numbers of a command line, room
 * for many descriptors, a listener, and a word said at once.
 */
#ifndef SOCKMEND_BENCH_H
#define SOCKMEND_BENCH_H

#include "probe.h"

#include <signal.h>
#include <sys/resource.h>

PROBE void check(int ok, const char *what)
{
	if (!ok)
		give_up("%s: %s", what, strerror(errno));
}

__attribute__((noreturn)) PROBE void misused(const char *usage)
{
	fprintf(stderr, "usage: %s", usage);
	exit(2);
}

PROBE long number(const char *text, long min, long max, const char *usage)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || end == text || *end || value < min || value > max) {
		fprintf(stderr, "%s is no number from %ld to %ld\n", text, min,
			max);
		misused(usage);
	}
	return value;
}

/* As many as are wanted if we may, else as many as we may. */
PROBE rlim_t descriptors_up_to(rlim_t wanted)
{
	struct rlimit limit;

	check(!getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
	if (limit.rlim_cur >= wanted)
		return limit.rlim_cur;
	limit.rlim_cur = wanted;
	if (limit.rlim_max < wanted)
		limit.rlim_max = wanted;
	if (!setrlimit(RLIMIT_NOFILE, &limit))
		return wanted;
	check(!getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
	limit.rlim_cur = limit.rlim_max;
	check(!setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
	return limit.rlim_cur;
}

/* The few that are more: standard ones, listeners, a preload library's. */
PROBE void need_descriptors(long needed)
{
	const rlim_t wanted = (rlim_t)needed + 64;
	const rlim_t had = descriptors_up_to(wanted);

	if (had < wanted)
		give_up("%lu descriptors needed, and only %lu allowed (ulimit -Hn)",
			(unsigned long)wanted, (unsigned long)had);
}

PROBE struct sockaddr_in ipv4(in_addr_t host, long port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_addr.s_addr = htonl(host),
				     .sin_port = htons((uint16_t)port) };
}

/* At port 0 the kernel chooses one: the address then has it. */
PROBE int listen_at(struct sockaddr_in *address, int type)
{
	socklen_t len = sizeof(*address);
	const int fd = socket(AF_INET, SOCK_STREAM | type, 0), on = 1;

	check(fd >= 0, "socket");
	check(!setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)),
	      "SO_REUSEADDR");
	check(!bind(fd, (struct sockaddr *)address, len), "bind");
	check(!listen(fd, 1024), "listen");
	check(!getsockname(fd, (struct sockaddr *)address, &len),
	      "getsockname");
	return fd;
}

/* Who waits for the word reads it from a pipe. */
PROBE void announce(const char *word)
{
	check(printf("%s\n", word) > 0 && !fflush(stdout), "standard output");
}

#endif
