/* SPDX-License-Identifier: MIT
 * Ops: socket options and ioctl.
 *
 * Left out: what depends on time (TCP_QUICKACK, TCP_CORK's 200 ms,
 * TCP_DEFER_ACCEPT set) or on the machine (buffer sizes).
 */
#include "differ.h"
#include "options.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

#define OPTION(level, name, letter, size, low, high)                           \
	{ level, name, #name, letter, size, low, high }

const struct known_option known_options[] = {
	OPTION(SOL_SOCKET, SO_KEEPALIVE, 'k', 4, 0, 1),
	OPTION(SOL_SOCKET, SO_REUSEADDR, 'r', 4, 0, 1),
	OPTION(SOL_SOCKET, SO_REUSEPORT, ' ', 4, 0, 0),
	OPTION(SOL_SOCKET, SO_LINGER, ' ', 8, 0, 1),
	OPTION(SOL_SOCKET, SO_OOBINLINE, ' ', 4, 0, 1),
	OPTION(SOL_SOCKET, SO_BROADCAST, ' ', 4, 0, 1),
	OPTION(SOL_SOCKET, SO_RCVLOWAT, ' ', 4, 0, 3),
	OPTION(SOL_SOCKET, SO_PRIORITY, ' ', 4, 0, 6),
	OPTION(SOL_SOCKET, SO_TYPE, ' ', 4, 0, 1),
	OPTION(SOL_SOCKET, SO_ACCEPTCONN, ' ', 4, 0, 1),
	OPTION(SOL_SOCKET, SO_PROTOCOL, ' ', 4, 0, 1),
	OPTION(SOL_SOCKET, SO_RCVTIMEO, ' ', 16, 0, 3),
	OPTION(IPPROTO_TCP, TCP_NODELAY, 'k', 4, 0, 1),
	OPTION(IPPROTO_TCP, TCP_KEEPIDLE, 'k', 4, -1, 900),
	OPTION(IPPROTO_TCP, TCP_KEEPINTVL, 'k', 4, 0, 300),
	OPTION(IPPROTO_TCP, TCP_KEEPCNT, 'k', 4, 0, 128),
	OPTION(IPPROTO_TCP, TCP_USER_TIMEOUT, 'k', 4, 50000, 90000),
	OPTION(IPPROTO_TCP, TCP_LINGER2, 'k', 4, 0, 60),
	OPTION(IPPROTO_TCP, TCP_SYNCNT, ' ', 4, 0, 9),
	OPTION(IPPROTO_TCP, TCP_CONGESTION, ' ', 16, 1, 0),
	OPTION(IPPROTO_TCP, TCP_NOTSENT_LOWAT, ' ', 4, 1000, 90000),
	OPTION(IPPROTO_IP, IP_TOS, ' ', 4, 0, 255),
	OPTION(IPPROTO_IP, IP_TTL, ' ', 4, 0, 256),
	OPTION(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, ' ', 4, 0, 0),
	OPTION(IPPROTO_IPV6, IPV6_V6ONLY, ' ', 4, 0, 1),
	OPTION(IPPROTO_IPV6, IPV6_UNICAST_HOPS, ' ', 4, -1, 256),
	OPTION(SOL_SOCKET, SO_ERROR, ' ', 4, 0, 1),
	OPTION(77, SO_ERROR, ' ', 4, 0, 1),
	OPTION(IPPROTO_TCP, 99, ' ', 4, 0, 1),
};

const unsigned known_options_count = COUNT(known_options);

/* As a number, or its bytes. */
static void tell_value(const struct known_option *o, const char *before,
		       const void *value, size_t len)
{
	char text[128];
	const unsigned char *at = value;
	int used = snprintf(text, sizeof text, "%s", before), number;

	if (len == sizeof number) {
		memcpy(&number, value, sizeof number);
		snprintf(text + used, sizeof text - (size_t)used, "%d", number);
	}
	for (size_t i = 0; len != sizeof number && i < len; i++)
		used += snprintf(text + used, sizeof text - (size_t)used,
				 "%02x", at[i]);
	if (o->letter != ' ')
		tell_except(o->letter, text);
	else
		tell("%s", text);
}

void op_getsockopt(struct dice *d)
{
	static const socklen_t rooms[] = { 0, 1, 3, 5, 64, (socklen_t)-1 };
	const struct known_option *o = &ONE_OF(d, known_options);
	const int fd = pick(d, o->level == IPPROTO_TCP ? TCP : SOCKETS, ANY);
	const struct place value = place(d, 64);
	socklen_t room = chance(d, 20) ? ONE_OF(d, rooms) : o->size;
	const struct place len = place_copy(d, &room, sizeof room);
	long result;

	tell("getsockopt(%d, %s, %s, %s %d)", fd, o->text, value.how, len.how,
	     (int)room);
	result = TRY(getsockopt(fd, o->level, o->name, value.at, len.at));
	tell_result(result);
	if (!result && len.size == sizeof room && value.size) {
		memcpy(&room, len.at, sizeof room);
		tell(" %u", room);
		tell_value(o, " ", value.at, room < 32 ? room : 32);
	}
	tell("\n");
}

static int value_of(struct dice *d, const struct known_option *o)
{
	static const int odd[] = { -1, 65536, 2147483647 };

	if (o->low > o->high)
		return 0;
	/* A low-water mark out of all range only makes reads wait; without
	 * FIN_WAIT2 (-1) a close resets, but not where the rule says 7 s. */
	if (chance(d, 4) && o->name != SO_RCVLOWAT &&
	    !(o->level == IPPROTO_TCP && o->name == TCP_LINGER2))
		return ONE_OF(d, odd);
	return o->low + (int)roll(d, (uint32_t)(o->high - o->low + 1));
}

void op_setsockopt(struct dice *d)
{
	static const socklen_t rooms[] = { 0, 1, 3, 100, (socklen_t)-1 };
	const struct known_option *o = &ONE_OF(d, known_options);
	const int fd = pick(d, o->level == IPPROTO_TCP ? TCP : SOCKETS, ANY);
	const int value[4] = { value_of(d, o) };
	const struct place p = place_copy(d, value, sizeof value);
	const socklen_t room = chance(d, 10) ? ONE_OF(d, rooms) : o->size;
	long result;

	if (scene.style == SINGLE && o->name == IPV6_V6ONLY &&
	    o->level == IPPROTO_IPV6)
		return;
	tell("setsockopt(%d, %s, %s %d, %d)", fd, o->text, p.how, value[0],
	     (int)room);
	result = TRY(setsockopt(fd, o->level, o->name, p.at, room));
	if (o->letter == 'k' && fd >= 0 && fd < TABLE && things[fd].kind & TCP)
		tell_except_result('o', result);
	else
		tell_result(result);
	tell("\n");
}

void op_fionread(struct dice *d)
{
	const int fd = pick(d, SOCKETS | PIPE, LINKED);
	const struct place p = place(d, sizeof(int));
	const bool out = chance(d, 30);

	tell("ioctl(%d, %s, %s)", fd, out ? "TIOCOUTQ" : "FIONREAD", p.how);
	tell_result(TRY(ioctl(fd, out ? TIOCOUTQ : FIONREAD, p.at)));
	tell_place(&p, p.size);
	tell("\n");
}

static void tell_option(int fd, const struct known_option *o)
{
	static const char nothing[32];
	char value[32] = "", before[64];
	socklen_t len = o->size;

	if (!(things[fd].kind & TCP) && o->level == IPPROTO_TCP)
		return;
	if (syscall(SYS_getsockopt, fd, o->level, o->name, value, &len))
		return;
	snprintf(before, sizeof before, " %s ", o->text);
	/* What is 0 need not be said, for a reader's sake. */
	if (memcmp(value, nothing, len) || o->letter != ' ')
		tell_value(o, before, value, len);
}

void tell_options(int fd)
{
	for (unsigned i = 0; i < COUNT(known_options); i++)
		tell_option(fd, &known_options[i]);
}
