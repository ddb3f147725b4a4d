/* SPDX-License-Identifier: MIT
 * What comes next for a connection: the library's own reckoning (due.c), from
 * the rule and TCP_INFO. Pure.
 */
#include "status.h"

#define NANOSECONDS_PER_MS 1000000

static const struct next nothing;

static int64_t lesser(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

bool connection_has_clocks(const struct connection *c)
{
	if (!c->socket || !c->socket->has_info || !c->socket->peer.known)
		return false;
	switch (c->socket->state) {
	case STATE_SYN_SENT:
	case STATE_SYN_RECV:
	case STATE_NEW_SYN_RECV:
	case STATE_TIME_WAIT:
	case STATE_CLOSE:
	case STATE_LISTEN:
		return false;
	}
	return true;
}

static int64_t counted_silence(const struct tcp_socket *s, int64_t count)
{
	if (count == COUNT_RECEIVED)
		return s->silent_received;
	if (count == COUNT_SENT)
		return s->silent_sent;
	return lesser(s->silent_received, s->silent_sent);
}

static struct next idle(const struct connection *c, const struct rule *rule)
{
	const int64_t count = rule_value(rule, IDLE_COUNT);

	if (!rule_has(rule, IDLE_TIMEOUT))
		return nothing;
	return (struct next){.what = "idle",
			     .due = rule_value(rule, IDLE_TIMEOUT) -
				    counted_silence(c->socket, count)};
}

static struct next close_wait(const struct connection *c,
			      const struct rule *rule)
{
	const struct tcp_socket *s = c->socket;

	if (s->state != STATE_CLOSE_WAIT || !rule_has(rule, CLOSE_WAIT_AFTER) ||
	    c->history.count[EVENT_CLOSE_WAIT_PROBED])
		return nothing;
	return (struct next){.what = "close_wait",
			     .due = rule_value(rule, CLOSE_WAIT_AFTER) -
				    lesser(s->silent_ack, s->silent_sent)};
}

static struct next escalate(const struct connection *c, const struct rule *rule,
			    int64_t now)
{
	const int64_t *last = c->history.last;
	const int64_t ended = last[EVENT_IDLE_ENDED] > last[EVENT_SUPERSEDED]
				      ? last[EVENT_IDLE_ENDED]
				      : last[EVENT_SUPERSEDED];
	const int64_t passed = (now - ended) / NANOSECONDS_PER_MS;

	if (!rule_has(rule, IDLE_ESCALATE) ||
	    c->history.count[EVENT_IDLE_ESCALATED])
		return nothing;
	return (struct next){.what = "escalate",
			     .due = rule_value(rule, IDLE_ESCALATE) - passed};
}

/* The kernel's own: the next time it looks whether to send a probe. */
static struct next keepalive(const struct connection *c)
{
	if (c->socket->timer != TIMER_KEEPALIVE)
		return nothing;
	return (struct next){.what = "keepalive", .due = c->socket->timer_due};
}

static struct next sooner(struct next a, struct next b)
{
	if (!a.what || (b.what && b.due < a.due))
		return b;
	return a;
}

static bool was_ended(const struct connection *c)
{
	return c->history.count[EVENT_IDLE_ENDED] ||
	       c->history.count[EVENT_SUPERSEDED];
}

struct next connection_next(const struct connection *c, const struct rule *rule,
			    int64_t now)
{
	struct next next = nothing;

	if (!connection_has_clocks(c))
		return nothing;
	if (rule && was_ended(c) && rule_value(rule, IDLE_ACTION) == ACTION_LOG)
		next = close_wait(c, rule);
	else if (rule && was_ended(c))
		next = escalate(c, rule, now);
	else if (rule)
		next = sooner(idle(c, rule), close_wait(c, rule));
	next.would = c->process->observe ||
		     (rule && rule->value[RULE_MODE] == MODE_OBSERVE);
	return next.what ? next : keepalive(c);
}
