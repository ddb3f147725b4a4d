#!/bin/sh
# A program gives accept() 16 bytes for the 28 of an IPv6 name, or a pointer to
# nothing and no room: what is known of the peer is still its real name, and the
# connection is ended as idle.
. "$(dirname "$0")/../lib/alone.sh"
. "$(dirname "$0")/../lib/test.sh"
cat >"$T/room.c" <<'END'
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6,
				   .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	socklen_t len = sizeof at, room = argc > 1 ? (socklen_t)atoi(argv[1]) : 0;
	struct { char name[16], after[16]; } small = { { 0 }, "untouched" };
	void *name = room ? (void *)&small : (void *)8;
	int listener = socket(AF_INET6, SOCK_STREAM, 0);
	int client = socket(AF_INET6, SOCK_STREAM, 0);
	struct pollfd wait = { .events = POLLIN };
	char byte;

	if (bind(listener, (void *)&at, len) || listen(listener, 5) ||
	    getsockname(listener, (void *)&at, &len) ||
	    connect(client, (void *)&at, len))
		return 2;
	wait.fd = accept(listener, name, &room);
	printf("len %d, %s\n", (int)room, small.after);
	if (wait.fd < 0 || poll(&wait, 1, atoi(argv[2])) != 1)
		return 3;
	return recv(wait.fd, &byte, 1, 0) != 0;
}
END
needs gcc
gcc -o "$T/room" "$T/room.c" || fail "no program"
for room in 16 0; do
	rm -rf "${T:?}/run/"*
	mended 'rule "a" { direction = accept idle { timeout = 300ms } eof { } }' \
		"$T/room" $room "$(after 20000)" >"$T/room.out" 2>&1 ||
		fail "room for $room bytes: status $?"
	same "room for $room bytes" "len 28, untouched" "$(cat "$T/room.out")"
	event "its real name" 'eof .*\[::1\]'
done
