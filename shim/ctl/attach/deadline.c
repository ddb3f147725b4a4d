/* SPDX-License-Identifier: MIT
 * What is to be done to a connection, and when. Pure.
 */
#include "deadline.h"

#include <string.h>

static const struct deadline never = {NOTHING, INT64_MAX};

static int64_t lesser(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static struct deadline sooner(struct deadline a, struct deadline b)
{
	return b.in < a.in ? b : a;
}

/* Before ESTABLISHED the clocks of TCP_INFO mean nothing. */
static bool has_clocks(const struct tcp_socket *s)
{
	return s->has_info && s->state != STATE_SYN_SENT &&
	       s->state != STATE_SYN_RECV && s->state != STATE_NEW_SYN_RECV &&
	       s->state != STATE_CLOSE && s->state != STATE_LISTEN;
}

/* A connection to itself never got its clock of received data set. */
static int64_t silent_received(const struct tcp_socket *s)
{
	const bool to_itself =
		s->local.port == s->peer.port &&
		!memcmp(s->local.addr, s->peer.addr, sizeof s->local.addr);

	return to_itself ? s->silent_ack : s->silent_received;
}

int64_t silence_of(const struct tracked_socket *t, const char **which)
{
	const struct tcp_socket *s = &t->socket;
	const int64_t count = rule_value(t->rule, IDLE_COUNT);

	*which = count == COUNT_RECEIVED ? "received nothing"
		 : count == COUNT_SENT	 ? "sent nothing"
					 : "received and sent nothing";
	if (count == COUNT_RECEIVED)
		return silent_received(s);
	if (count == COUNT_SENT)
		return s->silent_sent;
	return lesser(silent_received(s), s->silent_sent);
}

/* Where our own program has not read what came, the silence is its own. */
static bool has_unread(const struct tcp_socket *s)
{
	return s->state == STATE_ESTABLISHED && s->receive_queue;
}

static struct deadline idle(const struct tracked_socket *t, int64_t tick)
{
	const char *which;

	if (!rule_has(t->rule, IDLE_TIMEOUT) || has_unread(&t->socket))
		return never;
	/* Ended before: by the program itself, or by an earlier attach. */
	if (rule_value(t->rule, IDLE_ACTION) == ACTION_EOF &&
	    t->socket.state == STATE_ESTABLISHED && t->socket.receiving_shut)
		return never;
	return (struct deadline){END_IDLE, rule_value(t->rule, IDLE_TIMEOUT) +
						   tick -
						   silence_of(t, &which)};
}

/* From the FIN on only our own sending could refresh these clocks. */
static struct deadline close_wait(const struct tracked_socket *t)
{
	const struct tcp_socket *s = &t->socket;

	if (!rule_has(t->rule, CLOSE_WAIT_AFTER) || t->probed ||
	    s->state != STATE_CLOSE_WAIT)
		return never;
	return (struct deadline){END_CLOSE_WAIT,
				 rule_value(t->rule, CLOSE_WAIT_AFTER) -
					 lesser(s->silent_ack, s->silent_sent)};
}

/* A peer that acknowledges our data is there, even if it sends nothing. */
static struct deadline superseded(const struct tracked_socket *t, int64_t now,
				  int64_t tick)
{
	const int64_t silence =
		lesser(silent_received(&t->socket), now - t->acked_at);

	if (!t->outdated || has_unread(&t->socket))
		return never;
	return (struct deadline){SUPERSEDE_OLDER,
				 rule_value(t->rule, SUPERSEDE_AFTER) + tick -
					 silence};
}

static struct deadline escalation(const struct tracked_socket *t, int64_t now)
{
	if (rule_value(t->rule, IDLE_ACTION) == ACTION_LOG)
		return close_wait(t);
	if (!rule_has(t->rule, IDLE_ESCALATE))
		return never;
	return (struct deadline){ESCALATE, rule_value(t->rule, IDLE_ESCALATE) -
						   (now - t->ended)};
}

struct deadline deadline_of(const struct tracked_socket *t, int64_t now,
			    int64_t tick)
{
	if (!t->rule || t->over || !has_clocks(&t->socket))
		return never;
	if (t->ended)
		return escalation(t, now);
	return sooner(superseded(t, now, tick),
		      sooner(idle(t, tick), close_wait(t)));
}
