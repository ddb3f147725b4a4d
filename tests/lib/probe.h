/* SPDX-License-Identifier: MIT
 * What probe programs share: saying what a call returned, one line a call,
 * addresses as text, and objects flush against an unmapped page.
 */
#ifndef SOCKMEND_PROBE_H
#define SOCKMEND_PROBE_H

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PROBE static inline __attribute__((unused))

/* No call may touch errno and succeed; 77 is an errno no call sets. */
#define ERRNO_BEFORE 77

/* The call just made: its result, its errno, and how long it took. */
struct outcome {
	long result;
	int error;
	int64_t microseconds;
};

PROBE int64_t microseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* struct outcome o = CALL(recv(fd, buffer, 64, 0)); */
#define CALL(call)                                                          \
	({                                                                  \
		struct outcome o_;                                          \
		int64_t began_ = microseconds_now();                        \
		errno = ERRNO_BEFORE;                                       \
		o_.result = (long)(call);                                   \
		o_.error = errno;                                           \
		o_.microseconds = microseconds_now() - began_;              \
		o_;                                                         \
	})

/* Lines that repeat are counted: "recv 64 = 0 x100". */
static struct {
	char text[512];
	unsigned times;
} said;
static int say_times; /* after `timed`: how long each call took */
static int collapsing;	/* inside `repeat` */

PROBE void say_flush(void)
{
	if (said.times > 1)
		printf("%s x%u\n", said.text, said.times);
	else if (said.times == 1)
		printf("%s\n", said.text);
	said.times = 0;
	fflush(stdout);
}

PROBE void say_line(const char *text)
{
	if (said.times && strcmp(said.text, text))
		say_flush();
	snprintf(said.text, sizeof(said.text), "%s", text);
	said.times++;
	if (!collapsing)
		say_flush();
}

__attribute__((format(printf, 2, 3))) PROBE void
say(struct outcome o, const char *what, ...)
{
	char line[512];
	size_t len;
	va_list args;

	va_start(args, what);
	len = (size_t)vsnprintf(line, 400, what, args);
	va_end(args);
	if (o.result == -1)
		snprintf(line + len, sizeof(line) - len, " = -1 %s",
			 strerrorname_np(o.error));
	else
		snprintf(line + len, sizeof(line) - len, " = %ld", o.result);
	len = strlen(line);
	if (o.result != -1 && o.error != ERRNO_BEFORE)
		snprintf(line + len, sizeof(line) - len, " BUT errno is %d",
			 o.error);
	len = strlen(line);
	if (say_times)
		snprintf(line + len, sizeof(line) - len, " (%lld ms)",
			 (long long)o.microseconds / 1000);
	say_line(line);
}

__attribute__((format(printf, 1, 2), noreturn)) PROBE void
give_up(const char *why, ...)
{
	va_list args;

	say_flush();
	va_start(args, why);
	vfprintf(stderr, why, args);
	va_end(args);
	fputc('\n', stderr);
	exit(2);
}

/* How many times longer than on an idle machine a test waits. */
PROBE int patience(void)
{
	const char *times = getenv("PATIENCE");

	return times ? atoi(times) : 1;
}

/* Where the objects of a call lie. */
static enum { PLAIN, AT_EDGE, WILD, NIL } placement;

/* `size` bytes that end where the mapped memory ends. */
PROBE void *at_edge(size_t size)
{
	static char *edge;
	const size_t page = 65536;

	if (!edge) {
		edge = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (edge == MAP_FAILED || munmap(edge + 2 * page, page))
			give_up("no memory");
		edge += 2 * page;
	}
	if (size > 2 * page)
		give_up("too large to lie at the edge");
	return edge - size;
}

/* The object as the call is to see it; at most one at a time is at the edge. */
PROBE void *place(void *object, size_t size)
{
	void *placed;

	if (placement == WILD)
		return (void *)8;
	if (placement == NIL)
		return NULL;
	if (placement == PLAIN)
		return object;
	placed = at_edge(size);
	memcpy(placed, object, size);
	return placed;
}

/* Back from where the call saw it. */
PROBE void fetch(void *object, const void *placed, size_t size)
{
	if (placement == AT_EDGE)
		memcpy(object, placed, size);
}

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_un un;
	} at;
	socklen_t len;
};

PROBE void address_v6(const char *text, struct address *a)
{
	char host[64];
	char *scope;

	if (sscanf(text, "[%63[^]]]", host) != 1)
		give_up("no address: %s", text);
	scope = strchr(host, '%');
	if (scope) {
		*scope = '\0';
		a->at.v6.sin6_scope_id = if_nametoindex(scope + 1);
	}
	a->at.v6.sin6_family = AF_INET6;
	a->at.v6.sin6_port = htons((uint16_t)atoi(strrchr(text, ':') + 1));
	a->len = sizeof(a->at.v6);
	if (inet_pton(AF_INET6, host, &a->at.v6.sin6_addr) != 1)
		give_up("no IPv6 address: %s", text);
}

/* 10.0.0.1:80, [::1]:80, [fe80::1%eth0]:80, unix:PATH, unspec */
PROBE struct address address_of(const char *text)
{
	struct address a = { .len = sizeof(a.at.v4) };
	char host[64];
	unsigned port;

	if (!strcmp(text, "unspec"))
		return a;
	if (!strncmp(text, "unix:", 5)) {
		a.at.un.sun_family = AF_UNIX;
		strncpy(a.at.un.sun_path, text + 5,
			sizeof(a.at.un.sun_path) - 1);
		a.len = sizeof(a.at.un);
		return a;
	}
	if (text[0] == '[') {
		address_v6(text, &a);
		return a;
	}
	if (sscanf(text, "%63[^:]:%u", host, &port) != 2)
		give_up("no address: %s", text);
	a.at.v4.sin_family = AF_INET;
	a.at.v4.sin_port = htons((uint16_t)port);
	if (inet_pton(AF_INET, host, &a.at.v4.sin_addr) != 1)
		give_up("no address: %s", text);
	return a;
}

PROBE const char *address_text(const struct address *a)
{
	static char text[160];
	char host[INET6_ADDRSTRLEN] = "";

	if (a->at.any.sa_family == AF_INET) {
		inet_ntop(AF_INET, &a->at.v4.sin_addr, host, sizeof(host));
		snprintf(text, sizeof(text), "%s:%u", host,
			 ntohs(a->at.v4.sin_port));
	} else if (a->at.any.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &a->at.v6.sin6_addr, host, sizeof(host));
		snprintf(text, sizeof(text), "[%s]:%u", host,
			 ntohs(a->at.v6.sin6_port));
	} else if (a->at.any.sa_family == AF_UNIX) {
		snprintf(text, sizeof(text), "unix:%s", a->at.un.sun_path);
	} else {
		snprintf(text, sizeof(text), "family %d",
			 a->at.any.sa_family);
	}
	return text;
}

#endif
