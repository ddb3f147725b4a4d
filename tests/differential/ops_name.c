/* SPDX-License-Identifier: MIT
 * Ops: what a socket and its peer are called.
 */
#include "differ.h"

#include <string.h>

void tell_room(const struct place *name, const struct place *len,
		      socklen_t room, int fd)
{
	socklen_t came;

	if (len->size != sizeof came || !name->size)
		return;
	memcpy(&came, len->at, sizeof came);
	tell(" %d ", (int)came);
	if (came > room)
		came = room;
	tell_name(name->at, came < name->size ? came : name->size, fd);
}

/* getsockname or getpeername, whatever the room for it. */
static void ask_name(struct dice *d, const char *what,
		     int (*ask)(int, struct sockaddr *, socklen_t *), int fd)
{
	static const int rooms[] = { 128, 128, 28, 16, 8, 4, 3, 1, 0, -1 };
	socklen_t room = (socklen_t)ONE_OF(d, rooms);
	const struct place name = place(d, 128);
	const struct place len = place_copy(d, &room, sizeof room);
	long result;

	tell("%s(%d, %s, %s %d)", what, fd, name.how, len.how, (int)room);
	result = TRY(ask(fd, name.at, len.at));
	tell_result(result);
	if (!result)
		tell_room(&name, &len, room, fd);
	tell("\n");
}

static int own_name(int fd, struct sockaddr *name, socklen_t *len)
{
	return getsockname(fd, name, len);
}

static int peer_name(int fd, struct sockaddr *name, socklen_t *len)
{
	return getpeername(fd, name, len);
}

void op_getsockname(struct dice *d)
{
	ask_name(d, "getsockname", own_name, pick(d, SOCKETS, ANY));
}

void op_getpeername(struct dice *d)
{
	ask_name(d, "getpeername", peer_name, pick(d, SOCKETS, LINKED));
}
