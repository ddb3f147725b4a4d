/* SPDX-License-Identifier: MIT
 * The mend connect_timeout.
 */
#include "mend/connect_timeout.h"

#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "sys/clock.h"
#include "mend/timeout.h"
#include "state/journal_write.h"
#include "sys/kernel.h"
#include "state/context.h"
#include "watchdog/watchdog.h"

/* How often a connection that is being made is looked at, and how often in the
 * last moment before its limit. Milliseconds. */
#define OFTEN SECOND
#define LAST 200

/* A shorter limit, of the program or of the rule, stands. */
void connect_limit_set(struct connect_limit *c, int fd, const struct rule *rule)
{
	const int64_t limit = rule_value(rule, CONNECT_TIMEOUT);
	int failed;

	c->limit = 0;
	if (!rule_has(rule, CONNECT_TIMEOUT) || context_observes(rule))
		return;
	c->before = kernel_get(fd, IPPROTO_TCP, TCP_USER_TIMEOUT);
	if (c->before < 0 || (c->before && c->before <= limit))
		return;
	failed = kernel_set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, (int)limit);
	if (failed)
		record_failure(fd, rule, "connect_timeout (TCP_USER_TIMEOUT)",
			       -failed);
	else
		c->limit = (int)limit;
}

/* Not over a value that the program has set meanwhile. */
static void lift(int fd, int limit, int before)
{
	if (kernel_get(fd, IPPROTO_TCP, TCP_USER_TIMEOUT) == limit)
		kernel_set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, before);
}

void connect_limit_lift(const struct connect_limit *c, int fd)
{
	if (c->limit)
		lift(fd, c->limit, c->before);
}

static int64_t next_look(int64_t left)
{
	if (left <= LAST)
		return LAST / 4;
	return left - LAST / 2 < OFTEN ? left - LAST / 2 : OFTEN;
}

void connect_limit_hand_over(const struct connect_limit *c, int fd,
			     struct fd_entry *slot)
{
	struct fd_extra *extra = fd_extra(fd);

	if (!c->limit || !extra)
		return;
	extra->since = (uint32_t)clock_milliseconds();
	extra->user_timeout = c->before;
	extra->connect_limit = c->limit;
	extra->acked = 0;
	watchdog_arm(fd, slot, next_look(c->limit));
}

static void record_timed_out(const struct locked_fd *h, int limit)
{
	char detail[EVENT_DETAIL_MAX + 1];
	struct strbuf t = strbuf_over(detail, sizeof detail);
	struct event e;

	strbuf_add(&t, "not connected after ");
	strbuf_add_number(&t, limit);
	strbuf_add(&t, "ms");
	e = event_of_entry(EVENT_CONNECT_TIMED_OUT, h->fd, h->facts, h->rule,
			   detail);
	e.time = clock_realtime();
	event_record(&e);
}

int64_t connect_limit_look(struct locked_fd *h, const struct tcp_clocks *tcp)
{
	/* Memory that is only looked at is used as well. */
	struct fd_extra *extra =
		rule_has(h->rule, CONNECT_TIMEOUT) ? fd_extra(h->fd) : NULL;
	const int limit = extra ? extra->connect_limit : 0;
	int64_t passed;

	if (!limit)
		return NEVER;
	passed = (int64_t)((uint32_t)clock_milliseconds() - extra->since);
	if (tcp->state == STATE_SYN_SENT) {
		extra->acked = (uint32_t)passed;
		return next_look(limit - passed);
	}
	extra->connect_limit = 0;
	lift(h->fd, limit, extra->user_timeout);
	/* Refused earlier, it was over before. */
	if (tcp->state == STATE_CLOSE && passed >= limit &&
	    (int64_t)extra->acked + LAST >= limit)
		record_timed_out(h, limit);
	return NEVER;
}
