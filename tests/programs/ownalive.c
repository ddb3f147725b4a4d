/* SPDX-License-Identifier: MIT
 * Which keepalive values has a connection whose program sets some of its own?
 *
 *   ownalive WHEN [OPTION=VALUE]…
 *
 * WHEN is when they are set: before or after connect(), on a copy of the
 * descriptor that was made before it, in a child, or by a system call past
 * libc (raw); listener: before listen(), late-listener: after it, accepted: on
 * what was accepted. OPTION is idle, interval, probes, timeout or keepalive.
 * Prints SO_KEEPALIVE, idle time, interval, probes and user timeout of that
 * end.
 */
#include "probe.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
	const char *name;
	int level, option;
} options[] = {
	{ "keepalive", SOL_SOCKET, SO_KEEPALIVE },
	{ "idle", IPPROTO_TCP, TCP_KEEPIDLE },
	{ "interval", IPPROTO_TCP, TCP_KEEPINTVL },
	{ "probes", IPPROTO_TCP, TCP_KEEPCNT },
	{ "timeout", IPPROTO_TCP, TCP_USER_TIMEOUT },
};

#define OPTIONS (sizeof options / sizeof *options)

static char **wishes;
static const char *when;

static void set_one(int fd, const char *wish)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		const size_t len = strlen(options[i].name);
		int value;

		if (strncmp(wish, options[i].name, len) || wish[len] != '=')
			continue;
		value = atoi(wish + len + 1);
		if (!strcmp(when, "raw"))
			syscall(SYS_setsockopt, fd, options[i].level,
				options[i].option, &value, sizeof value);
		else if (setsockopt(fd, options[i].level, options[i].option,
				    &value, sizeof value))
			give_up(wish);
	}
}

static void set_if(const char *now, int fd)
{
	if (!strcmp(when, now))
		for (char **wish = wishes; *wish; wish++)
			set_one(fd, *wish);
}

static void set_in_a_child(int fd)
{
	if (strcmp(when, "child"))
		return;
	if (!fork()) {
		set_if("child", fd);
		_exit(0);
	}
	wait(NULL);
}

static void print(int fd)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		int value = -1;
		socklen_t len = sizeof value;

		getsockopt(fd, options[i].level, options[i].option, &value,
			   &len);
		printf("%d%c", value, i + 1 < OPTIONS ? ' ' : '\n');
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof at;
	int listener, client, copy, server;

	if (argc < 2)
		give_up("WHEN [OPTION=VALUE]...");
	when = argv[1];
	wishes = argv + 2;
	listener = socket(AF_INET, SOCK_STREAM, 0);
	bind(listener, (struct sockaddr *)&at, sizeof at);
	set_if("listener", listener);
	listen(listener, 5);
	set_if("late-listener", listener);
	getsockname(listener, (struct sockaddr *)&at, &len);
	client = socket(AF_INET, SOCK_STREAM, 0);
	copy = dup(client);
	set_if("before", client);
	set_if("raw", client);
	if (connect(client, (struct sockaddr *)&at, sizeof at))
		give_up("connect");
	server = accept(listener, NULL, NULL);
	set_if("after", client);
	set_if("copy", copy);
	set_in_a_child(client);
	set_if("accepted", server);
	print(strstr(when, "listener") || !strcmp(when, "accepted") ? server
								     : client);
	return 0;
}
