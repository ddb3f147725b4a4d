#!/bin/sh
# A bind that was held back belongs to the socket, not to a descriptor: who
# listens first, of several processes at the same moment or by any copy, binds
# it, and for the others it is bound. The program's own
# IP_BIND_ADDRESS_NO_PORT stays what it was.
. "$(dirname "$0")/../lib/test.sh"
needs cc
cat >"$T/shared.c" <<'END'
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int fd, go[2];
static struct sockaddr_in at = { .sin_family = AF_INET };
static socklen_t len = sizeof at;

static void tell(const char *what, int result)
{
	printf("%s %s\n", what, result ? strerrorname_np(errno) : "done");
}

static int port_of(int n)
{
	struct sockaddr_in name = at;
	len = sizeof name;
	getsockname(n, (struct sockaddr *)&name, &len);
	return ntohs(name.sin_port);
}

static int reached(void)
{
	int client = socket(AF_INET, SOCK_STREAM, 0);
	return connect(client, (struct sockaddr *)&at, sizeof at);
}

static void at_once(void)
{
	int failed = 0, status;
	char byte;
	pipe(go);
	for (int i = 0; i < 20; i++)
		if (!fork()) {
			close(go[1]);
			read(go[0], &byte, 1);
			_exit(listen(fd, 8) ? errno : 0);
		}
	close(go[1]);
	while (wait(&status) > 0)
		failed += status != 0;
	printf("20 at once: %d failed\n", failed);
}

static void handed_over(void)
{
	int pair[2], one = 0;
	char space[CMSG_SPACE(sizeof one)] = "", byte = 0;
	struct iovec part = { &byte, 1 };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	c->cmsg_level = SOL_SOCKET, c->cmsg_type = SCM_RIGHTS, c->cmsg_len = CMSG_LEN(sizeof one);
	memcpy(CMSG_DATA(c), &fd, sizeof fd);
	sendmsg(pair[0], &m, 0);
	recvmsg(pair[1], &m, 0);
	memcpy(&one, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof one);
	tell("listen by the first", listen(fd, 8));
	tell("by the one received", listen(one, 8));
}

int main(int argc, char **argv)
{
	int copy, one = 1;
	fd = socket(AF_INET, SOCK_STREAM, 0);
	setbuf(stdout, NULL);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	at.sin_port = htons(atoi(argv[2]));
	if (!strcmp(argv[1], "own"))
		setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
	tell("bind", bind(fd, (struct sockaddr *)&at, sizeof at));
	if (!strcmp(argv[1], "own")) {
		len = sizeof one;
		one = 7;
		getsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, &len);
		printf("own option %d\n", one);
	} else if (!strcmp(argv[1], "copies")) {
		copy = fcntl(fd, F_DUPFD, 30);
		tell("listen by a copy", listen(copy, 8));
		printf("port right: %d\n", port_of(fd) == atoi(argv[2]));
		tell("a second bind", bind(fd, (struct sockaddr *)&at, sizeof at));
	} else if (!strcmp(argv[1], "at-once"))
		at_once();
	else
		handed_over();
	tell("listen again", listen(fd, 9));
	printf("port right: %d\n", port_of(fd) == atoi(argv[2]));
	tell("reached", reached());
	return 0;
}
END
cc -w -o "$T/shared" "$T/shared.c" || fail cc
port=7100
for how in own copies at-once handed-over; do
	for rules in 'rule "any" { ephemeral_port = yes }' \
		'rule "clients" { direction = connect ephemeral_port = yes keepalive { idle = 5s } }'; do
		port=$((port + 2))
		same "$how under $rules" "$("$T/shared" $how $port)" \
			"$(mended "$rules" "$T/shared" $how $((port + 1)))"
	done
done
