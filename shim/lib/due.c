/* SPDX-License-Identifier: MIT
 * What happens when a deadline falls due: idle and close_wait.
 *
 * A look asks the kernel how silent the connection is (TCP_INFO), acts if it
 * is time, and says when to look again. Nothing is remembered about traffic,
 * so reads and writes we never saw count all the same.
 */
#include "due.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "clock.h"
#include "govern.h"
#include "journal_write.h"
#include "kernel.h"
#include "reclaim.h"
#include "self.h"
#include "supersede.h"

/* A connection under the eye of its rule. */
struct watched {
	int fd;
	struct slot *slot;
	const struct rule *rule;
	struct tcp_facts facts;
};

static int64_t lesser(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t clamp(int64_t value, int64_t min, int64_t max)
{
	return value < min ? min : lesser(value, max);
}

/* Said before it is done: a reset forgets the addresses, and a program that
 * ends on its end of file takes this task along. */
static void say(const struct event *said)
{
	struct event e = *said;

	e.time = clock_realtime();
	event_record(&e);
}

/* It could not be done after all. */
static void say_outcome(const struct event *said, int failed)
{
	struct event e = *said;

	if (!failed)
		return;
	e.id = EVENT_MEND_FAILED;
	e.error = -failed;
	say(&e);
}

/* The gentlest end: the program reads 0 and closes, and that close frees the
 * 4-tuple with a RST. With data still to be delivered the close delivers it. */
static int give_eof(const struct watched *w)
{
	if (!kernel_has_unsent(w->fd))
		kernel_linger_zero(w->fd);
	return kernel_shut_receiving(w->fd);
}

/* The program will see it as a RST of the peer: see ends.c. */
static int reset(const struct watched *w)
{
	slot_mark(w->slot, SLOT_RESET);
	return kernel_disconnect(w->fd);
}

static int64_t silence_of(const struct watched *w, const char **which)
{
	const struct tcp_facts *f = &w->facts;
	const int64_t count = rule_value(w->rule, IDLE_COUNT);

	*which = count == COUNT_RECEIVED ? "received nothing"
		 : count == COUNT_SENT	 ? "sent nothing"
					 : "received and sent nothing";
	if (count == COUNT_RECEIVED)
		return f->silent_received;
	if (count == COUNT_SENT)
		return f->silent_sent;
	return lesser(f->silent_received, f->silent_sent);
}

static struct event idle_event(const struct watched *w, const char *done)
{
	char detail[EVENT_DETAIL_MAX + 1];
	struct text t = text_over(detail, sizeof detail);
	const char *which;
	const int64_t silence = silence_of(w, &which);

	text_add(&t, which);
	text_add(&t, " for ");
	text_add_number(&t, silence);
	text_add(&t, "ms; ");
	text_add(&t, done);
	return event_on(EVENT_IDLE_ENDED, w->fd, w->slot, detail);
}

static int64_t idle_act(struct watched *w)
{
	static const char *const done[] = { [ACTION_EOF] = "given end of file",
					    [ACTION_RESET] = "reset",
					    [ACTION_LOG] = "only recorded" };
	const int64_t action = rule_value(w->rule, IDLE_ACTION);
	struct event e;
	int failed = 0;

	slot_mark(w->slot, SLOT_IDLE_ENDED);
	/* Ended under another number: one socket, one end. */
	if (action == ACTION_EOF && w->facts.state == STATE_ESTABLISHED &&
	    kernel_receiving_is_shut(w->fd))
		return NEVER;
	e = idle_event(w, done[action]);
	say(&e);
	if (!self()->observe && action == ACTION_EOF)
		failed = give_eof(w);
	if (!self()->observe && action == ACTION_RESET)
		failed = reset(w);
	say_outcome(&e, failed);
	if (action != ACTION_EOF || !rule_has(w->rule, IDLE_ESCALATE))
		return NEVER;
	return rule_value(w->rule, IDLE_ESCALATE);
}

static void idle_escalate(struct watched *w)
{
	struct event e = event_on(EVENT_IDLE_ESCALATED, w->fd, w->slot,
				  "still open after end of file; reset");

	say(&e);
	say_outcome(&e, self()->observe ? 0 : reset(w));
}

/* How long until a silence that was `wanted` is sure to have been it; 0: it is.
 * TCP_INFO counts ticks begun, so it must tell one tick more. Ticks begin at
 * whole multiples of their length (seen on Linux 6.18), but the kernel may count
 * one a little after it began: a look that came too soon is made again a
 * millisecond later. */
static int64_t time_until(int64_t silence, int64_t wanted)
{
	const int64_t tick = clock_tick();
	const int64_t left = wanted + tick - silence;
	const int64_t begun = clock_milliseconds() % tick;

	if (left <= 0)
		return 0;
	if (left <= tick && !begun)
		return 1;
	return left > begun + 1 ? left - begun : 1;
}

static int64_t look_idle(struct watched *w)
{
	const int64_t timeout = rule_value(w->rule, IDLE_TIMEOUT);
	const char *which;
	int64_t left;

	if (!rule_has(w->rule, IDLE_TIMEOUT) || w->facts.state == STATE_CLOSE)
		return NEVER;
	/* Before ESTABLISHED the clocks of TCP_INFO mean nothing. */
	if (w->facts.state == STATE_SYN_SENT)
		return timeout;
	left = time_until(silence_of(w, &which), timeout);
	return left ? left : idle_act(w);
}

/* A RST to a probe ends the connection; an answer leaves it alone, for the
 * peer may only have closed its sending side. An elapsed TCP_KEEPIDLE sends
 * the first probe at once. */
static int probe(int fd, int64_t after)
{
	const int idle = (int)(clamp(after, SECOND, 60 * SECOND) / SECOND);
	const int interval = (int)(clamp(after / 4, SECOND, 15 * SECOND) /
				   SECOND);
	const int failed = kernel_set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);

	kernel_set(fd, IPPROTO_TCP, TCP_KEEPINTVL, interval);
	kernel_set(fd, IPPROTO_TCP, TCP_KEEPCNT, 4);
	kernel_set(fd, IPPROTO_TCP, TCP_KEEPIDLE, idle);
	return failed;
}

static int64_t close_wait_act(struct watched *w, int64_t after)
{
	const bool observe = self()->observe;
	const bool ignore = rule_value(w->rule, CLOSE_WAIT_HALF_CLOSE) ==
			    HALF_CLOSE_IGNORE;
	struct event e;

	if (ignore) {
		e = event_on(EVENT_CLOSE_WAIT_ENDED, w->fd, w->slot,
			     "closed by the peer long ago; reset");
		slot_mark(w->slot, SLOT_GONE);
		say(&e);
		say_outcome(&e, observe ? 0 : reset(w));
	} else {
		e = event_on(EVENT_CLOSE_WAIT_PROBED, w->fd, w->slot,
			     "closed by the peer long ago; asked if it is there");
		slot_mark(w->slot, SLOT_PROBED);
		say(&e);
		say_outcome(&e, observe ? 0 : probe(w->fd, after));
	}
	return observe ? NEVER : lesser(after, SECOND);
}

/* Its connection is gone. May its descriptor be closed as well? Only when the
 * program read the end of file and has not looked at it since. */
static int64_t look_gone(struct watched *w, int64_t after)
{
	if (rule_value(w->rule, CLOSE_WAIT_RECLAIM) == RECLAIM_NO)
		return NEVER;
	if (!slot_has(w->slot, SLOT_EOF_SEEN) ||
	    slot_has(w->slot, SLOT_TOUCHED)) {
		slot_unmark(w->slot, SLOT_TOUCHED);
		return after;
	}
	slot_mark(w->slot, SLOT_RECLAIM);
	reclaim_offer(rule_value(w->rule, CLOSE_WAIT_RECLAIM));
	return NEVER;
}

static void say_gone(const struct watched *w)
{
	struct event e = event_on(EVENT_CLOSE_WAIT_ENDED, w->fd, w->slot,
				  "its peer is gone, the kernel ended it");

	say(&e);
}

static int64_t look_close_wait(struct watched *w)
{
	const int64_t after = rule_value(w->rule, CLOSE_WAIT_AFTER);
	const int64_t quiet = lesser(w->facts.silent_ack, w->facts.silent_sent);

	if (!rule_has(w->rule, CLOSE_WAIT_AFTER))
		return NEVER;
	if (w->facts.state == STATE_CLOSE) {
		if (slot_has(w->slot, SLOT_PROBED) &&
		    !slot_has(w->slot, SLOT_GONE)) {
			slot_mark(w->slot, SLOT_GONE);
			say_gone(w);
		}
		return look_gone(w, after);
	}
	if (w->facts.state != STATE_CLOSE_WAIT ||
	    slot_has(w->slot, SLOT_PROBED))
		return after;
	/* From the FIN on only our own sending could refresh these. */
	if (quiet < after)
		return after - quiet;
	return close_wait_act(w, after);
}

/* Its peer has a newer connection, or somebody waits for this one to end. */
static int64_t look_outdated(struct watched *w)
{
	struct event e;
	int64_t left;

	if (!slot_has(w->slot, SLOT_OUTDATED) || w->facts.state == STATE_CLOSE)
		return NEVER;
	left = time_until(w->facts.silent_received,
			  rule_value(w->rule, SUPERSEDE_AFTER));
	if (left)
		return left;
	e = event_on(EVENT_SUPERSEDED, w->fd, w->slot,
		     "by a newer connection; given end of file");
	slot_mark(w->slot, SLOT_IDLE_ENDED);
	say(&e);
	say_outcome(&e, self()->observe ? 0 : give_eof(w));
	return rule_has(w->rule, IDLE_ESCALATE)
		       ? rule_value(w->rule, IDLE_ESCALATE)
		       : NEVER;
}

static int64_t look_at_connection(struct watched *w)
{
	const int64_t soonest = look_outdated(w);

	if (slot_has(w->slot, SLOT_IDLE_ENDED))
		return soonest;
	return lesser(soonest, lesser(look_idle(w), look_close_wait(w)));
}

/* The policy file was replaced since: the new rules decide anew, but not over
 * what is being ended. */
static void follow_policy(struct watched *w)
{
	const struct endpoint local = kernel_local(w->fd);
	const struct endpoint peer = kernel_peer(w->fd);
	const enum direction direction = slot_has(w->slot, SLOT_ACCEPTED)
						 ? DIRECTION_ACCEPT
						 : DIRECTION_CONNECT;

	if (!local.known || !peer.known || slot_has(w->slot, SLOT_IDLE_ENDED))
		return;
	w->rule = govern_surely(direction, &local, &peer);
	w->slot->rule = (uint16_t)self_rule_number(w->rule);
}

int64_t due_look(int fd, struct slot *slot, int *also)
{
	struct watched w = { fd, slot, self_rule(slot->rule), { 0 } };

	if (slot_has(slot, SLOT_LISTENER))
		return supersede_look(fd, slot, also);
	if (!slot_is_socket(slot, kernel_cookie(fd)) ||
	    kernel_facts(fd, &w.facts))
		return LOST;
	if (!self_is_in_force(slot->rule))
		follow_policy(&w);
	if (!w.rule)
		return NEVER;
	if (!slot_has(slot, SLOT_IDLE_ENDED))
		return look_at_connection(&w);
	if (rule_value(w.rule, IDLE_ACTION) == ACTION_LOG)
		return look_close_wait(&w);
	if (rule_has(w.rule, IDLE_ESCALATE) && w.facts.state != STATE_CLOSE)
		idle_escalate(&w);
	return NEVER;
}

bool due_wanted(const struct rule *rule)
{
	return rule_has(rule, IDLE_TIMEOUT) ||
	       rule_has(rule, CLOSE_WAIT_AFTER) ||
	       supersede_wanted(rule);
}

int64_t due_first(const struct rule *rule)
{
	int64_t first = NEVER;

	if (rule_has(rule, IDLE_TIMEOUT))
		first = rule_value(rule, IDLE_TIMEOUT);
	if (rule_has(rule, CLOSE_WAIT_AFTER))
		first = lesser(first, rule_value(rule, CLOSE_WAIT_AFTER));
	return first;
}
