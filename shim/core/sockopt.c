/* SPDX-License-Identifier: MIT
 * The table of all socket options a rule can set.
 */
#include "core/sockopt.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

/* Younger than some headers: the numbers are the kernel's. */
#ifndef IPV6_FREEBIND
#define IPV6_FREEBIND 78
#endif
#ifndef IPV6_MINHOPCOUNT
#define IPV6_MINHOPCOUNT 73
#endif
#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

/* SO_KEEPALIVE comes after its times, so that it arms the right timer. */
const struct sockopt sockopts[] = {
	{KEEPALIVE_IDLE, IPPROTO_TCP, TCP_KEEPIDLE, AS_INT, SECOND, INHERITED,
	 "TCP_KEEPIDLE"},
	{KEEPALIVE_INTERVAL, IPPROTO_TCP, TCP_KEEPINTVL, AS_INT, SECOND,
	 INHERITED, "TCP_KEEPINTVL"},
	{KEEPALIVE_PROBES, IPPROTO_TCP, TCP_KEEPCNT, AS_INT, 1, INHERITED,
	 "TCP_KEEPCNT"},
	{USER_TIMEOUT, IPPROTO_TCP, TCP_USER_TIMEOUT, AS_INT, 1, INHERITED,
	 "TCP_USER_TIMEOUT"},
	{KEEPALIVE, SOL_SOCKET, SO_KEEPALIVE, AS_INT, 1, INHERITED,
	 "SO_KEEPALIVE"},
#define X(id, section, field, kind, min, max, if_unset, words, help, level,    \
	  option, form, unit, reach)                                           \
	{id, level, option, form, unit, reach, #option},
	FOR_EACH_SOCKOPT(X)
#undef X
};

const unsigned sockopt_count = sizeof sockopts / sizeof *sockopts;

/* In the keepalive section 0 is off: the program's own. */
bool sockopt_is_asked(const struct rule *rule, const struct sockopt *s)
{
	const int64_t value = rule_value(rule, s->id);

	if (value == AUTO && s->form == AS_INT)
		return true;
	return s->id < SET ? value > 0 : value != UNSET;
}

void sockopt_print(const struct sockopt *s, int64_t value, struct strbuf *done)
{
	strbuf_add_gap(done);
	strbuf_add(done, s->text);
	strbuf_add_char(done, '=');
	if (s->form == AS_TEXT)
		strbuf_add(done, (const char *)(intptr_t)value);
	else if (s->form == AS_TIMEVAL)
		strbuf_add_duration(done, value);
	else
		strbuf_add_number(done, value);
}
