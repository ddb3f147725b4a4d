/* SPDX-License-Identifier: MIT
 * What happens to a connection when a deadline is due.
 *
 * A look asks the kernel how silent the connection is (TCP_INFO), acts if it
 * is time, and says when to look again. Nothing is remembered about traffic,
 * so reads and writes we never saw count all the same.
 *
 * Before anything is ended: data that waits unread in our own socket is no
 * silence of the peer, for it may be unable to send; and it is never thrown
 * away.
 */
#include "mend/timeout.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>

#include "sys/raw_syscall.h"
#include "sys/clock.h"
#include "mend/connect_timeout.h"
#include "state/match.h"
#include "state/journal_write.h"
#include "sys/kernel.h"
#include "mend/override.h"
#include "sys/races.h"
#include "mend/reclaim.h"
#include "state/context.h"
#include "mend/supersede.h"

/* One look at a held and proved connection. */
struct look {
	struct locked_fd *h;
	struct tcp_clocks tcp;
};

static int64_t lesser(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t clamp(int64_t value, int64_t min, int64_t max)
{
	return value < min ? min : lesser(value, max);
}

static int64_t value_of(const struct look *l, enum rule_option id)
{
	return rule_value(l->h->rule, id);
}

static bool has(const struct look *l, enum rule_option id)
{
	return rule_has(l->h->rule, id);
}

static bool is(const struct look *l, unsigned flags)
{
	return (l->h->facts.flags & flags) == flags;
}

static bool observes(const struct look *l)
{
	return context_observes(l->h->rule);
}

static struct event event_here(const struct look *l, enum event_id id,
			       const char *done)
{
	const struct locked_fd *h = l->h;
	struct event e = event_of(id, h->fd, h->rule, done);

	e.local = kernel_local(h->fd);
	e.peer = kernel_peer(h->fd);
	e.cookie = kernel_cookie(h->fd);
	if (is(l, ENTRY_ACCEPTED))
		e.flags |= EVENT_ACCEPT;
	return e;
}

/* Recorded before it is done: a reset loses the addresses, and a program that
 * exits on its end of file takes this task along. */
static void record(const struct event *said)
{
	struct event e = *said;

	e.time = clock_realtime();
	event_record(&e);
}

/* It could not be done after all. */
static void record_outcome(const struct event *said, int failed)
{
	struct event e = *said;

	if (!failed)
		return;
	e.id = EVENT_MEND_FAILED;
	e.error = -failed;
	record(&e);
}

/* ---- two ways to end a connection ---- */

/* The program reads 0 and closes. How its close ends the connection is decided
 * then: timeout_before_close. */
static int give_eof(const struct look *l)
{
	struct fd_extra *extra = fd_extra_make(l->h->fd);

	if (extra)
		extra->sent = l->tcp.sent;
	return kernel_shut_receiving(l->h->fd);
}

/* As a peer's reset. The socket has no peer after it. */
static int reset(const struct look *l)
{
	static const struct endpoint none;
	const int fd = l->h->fd;
	const uint64_t cookie = kernel_cookie(fd);
	int failed;

	fd_lock_set_flags(l->h, ENTRY_RESET_BY_US, 0);
	failed = kernel_reset(fd);
	if (!failed)
		*fd_identity(fd) = identity_of(cookie, &none);
	return failed;
}

/* Would a reset throw away what waits unread, or what a peer that is there has
 * not received yet? */
static bool reset_loses_data(const struct look *l, int64_t silence)
{
	return kernel_has_unread(l->h->fd) ||
	       (l->tcp.silent_ack < silence && kernel_has_unsent(l->h->fd));
}

/* Sent nothing since it was ended as idle, nothing on its way, and no SO_LINGER
 * of the program's own: then a RST cuts nothing short. Not when another
 * descriptor may be the same socket: its program may still send. Nor when there
 * is a child: vfork(2) and posix_spawn(3) make one unseen. */
static bool may_discard(const struct look *l)
{
	const struct fd_extra *extra = fd_extra(l->h->fd);

	return is(l, ENTRY_IDLE_ENDED) && !is(l, ENTRY_SHARED) && extra &&
	       l->tcp.counts && l->tcp.sent == extra->sent &&
	       l->tcp.state != STATE_CLOSE && !kernel_has_unsent(l->h->fd) &&
	       !kernel_lingers(l->h->fd) && !kernel_has_children();
}

void timeout_before_close(int fd)
{
	struct locked_fd h;
	struct look l = {.h = &h};

	if (!fd_lock(&h, fd))
		return;
	if (h.rule && !observes(&l) && fd_lock_is_same(&h) &&
	    !kernel_tcp_clocks(fd, &l.tcp) && may_discard(&l))
		kernel_linger_zero(fd);
	fd_lock_release(&h);
}

/* ---- idle ---- */

static int64_t silence_of(const struct look *l, const char **which)
{
	const struct tcp_clocks *tcp = &l->tcp;
	const int64_t count = value_of(l, IDLE_COUNT);

	*which = count == COUNT_RECEIVED ? "received nothing"
		 : count == COUNT_SENT	 ? "sent nothing"
					 : "received and sent nothing";
	if (count == COUNT_RECEIVED)
		return tcp->silent_received;
	if (count == COUNT_SENT)
		return tcp->silent_sent;
	return lesser(tcp->silent_received, tcp->silent_sent);
}

static struct event idle_event(const struct look *l, const char *done)
{
	char detail[EVENT_DETAIL_MAX + 1];
	struct strbuf t = strbuf_over(detail, sizeof detail);
	const char *which;
	const int64_t silence = silence_of(l, &which);

	strbuf_add(&t, which);
	strbuf_add(&t, " for ");
	strbuf_add_number(&t, silence);
	strbuf_add(&t, "ms; ");
	strbuf_add(&t, done);
	return event_here(l, EVENT_IDLE_ENDED, detail);
}

static int64_t idle_act(struct look *l)
{
	static const char *const done[2][3] = {
		{[ACTION_EOF] = "given end of file",
		 [ACTION_RESET] = "reset",
		 [ACTION_LOG] = "only recorded"},
		{[ACTION_EOF] = "would give end of file",
		 [ACTION_RESET] = "would reset",
		 [ACTION_LOG] = "only recorded"},
	};
	const int64_t action = value_of(l, IDLE_ACTION);
	struct event e;
	int failed = 0;

	if (action == ACTION_RESET &&
	    reset_loses_data(l, value_of(l, IDLE_TIMEOUT)))
		return value_of(l, IDLE_TIMEOUT);
	fd_lock_set_flags(l->h, ENTRY_IDLE_ENDED, 0);
	/* Already ended through a dup. */
	if (action == ACTION_EOF && l->tcp.state == STATE_ESTABLISHED &&
	    kernel_receiving_is_shut(l->h->fd))
		return NEVER;
	e = idle_event(l, done[observes(l)][action]);
	record(&e);
	if (observes(l))
		return NEVER;
	if (action == ACTION_EOF)
		failed = give_eof(l);
	if (action == ACTION_RESET)
		failed = reset(l);
	record_outcome(&e, failed);
	if (action != ACTION_EOF || !has(l, IDLE_ESCALATE))
		return NEVER;
	return value_of(l, IDLE_ESCALATE);
}

/* A program that still sends to a peer that is there is only slow. */
static int64_t look_escalate(struct look *l)
{
	const int64_t after = value_of(l, IDLE_ESCALATE);
	struct event e;

	if (!has(l, IDLE_ESCALATE) || l->tcp.state == STATE_CLOSE ||
	    is(l, ENTRY_RESET_BY_US) || observes(l))
		return NEVER;
	if (reset_loses_data(l, after) ||
	    (l->tcp.silent_sent < after && l->tcp.silent_ack < after))
		return after;
	e = event_here(l, EVENT_IDLE_ESCALATED,
		       "still open after end of file; reset");
	record(&e);
	record_outcome(&e, reset(l));
	return NEVER;
}

/* How long until a silence of `wanted` is certain; 0: it is. TCP_INFO counts
 * ticks begun, so it must tell one tick more. Ticks begin at whole multiples of
 * their length (seen on Linux 6.18), but the kernel may count one a little
 * after it began: a look that came too soon is made again a millisecond
 * later. */
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

/* The silence may have been ours: unread data closed our window. While there is
 * some, and for as long again after it was read, the peer is not silent. A
 * connection that never received what fills a window needs no doubt; another
 * one is looked at once more, after the time in which a peer whose window was
 * just opened would have sent. 0: the silence is the peer's. */
static int64_t doubt(struct look *l, int64_t timeout)
{
	const uint64_t smallest_window = 2048;
	const bool was_unread = is(l, ENTRY_UNREAD);

	if (kernel_has_unread(l->h->fd)) {
		fd_lock_set_flags(l->h, ENTRY_UNREAD, ENTRY_SILENCE_DOUBTED);
		return timeout;
	}
	fd_lock_set_flags(l->h, 0, ENTRY_UNREAD);
	if (was_unread)
		return timeout;
	if (is(l, ENTRY_SILENCE_DOUBTED) ||
	    value_of(l, IDLE_COUNT) == COUNT_SENT ||
	    (l->tcp.counts && l->tcp.received < smallest_window))
		return 0;
	fd_lock_set_flags(l->h, ENTRY_SILENCE_DOUBTED, 0);
	return lesser(timeout, SECOND + 4 * l->tcp.rtt);
}

static int64_t look_idle(struct look *l)
{
	const int64_t timeout = value_of(l, IDLE_TIMEOUT);
	const char *which;
	int64_t left;

	if (!has(l, IDLE_TIMEOUT) || l->tcp.state == STATE_CLOSE)
		return NEVER;
	/* Before ESTABLISHED the clocks of TCP_INFO mean nothing. */
	if (l->tcp.state == STATE_SYN_SENT)
		return timeout;
	left = time_until(silence_of(l, &which), timeout);
	if (left)
		fd_lock_set_flags(l->h, 0, ENTRY_SILENCE_DOUBTED);
	else
		left = doubt(l, timeout);
	return left ? left : idle_act(l);
}

/* ---- close_wait ---- */

/* A RST to a probe ends the connection; an answer leaves it alone, for the
 * peer may only have closed its sending side. An elapsed TCP_KEEPIDLE sends
 * the first probe at once. What the program had set is put back once the peer
 * has answered. */
static int probe(struct look *l, int64_t after)
{
	const int fd = l->h->fd;
	const int idle = (int)(clamp(after, SECOND, 60 * SECOND) / SECOND);
	const int interval =
		(int)(clamp(after / 4, SECOND, 15 * SECOND) / SECOND);
	struct fd_extra *extra = fd_extra_make(fd);
	int failed;

	if (!extra)
		return -ENOMEM;
	extra->keepalive =
		(uint8_t)(kernel_get(fd, SOL_SOCKET, SO_KEEPALIVE) > 0);
	extra->idle = (uint16_t)kernel_get(fd, IPPROTO_TCP, TCP_KEEPIDLE);
	extra->interval = (uint16_t)kernel_get(fd, IPPROTO_TCP, TCP_KEEPINTVL);
	extra->probes = (uint8_t)kernel_get(fd, IPPROTO_TCP, TCP_KEEPCNT);
	failed = kernel_set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	kernel_set(fd, IPPROTO_TCP, TCP_KEEPINTVL, interval);
	kernel_set(fd, IPPROTO_TCP, TCP_KEEPCNT, 4);
	kernel_set(fd, IPPROTO_TCP, TCP_KEEPIDLE, idle);
	return failed;
}

static void put_keepalive_back(const struct look *l)
{
	const int fd = l->h->fd;
	const struct fd_extra *extra = fd_extra(fd);

	kernel_set(fd, SOL_SOCKET, SO_KEEPALIVE, extra->keepalive);
	kernel_set(fd, IPPROTO_TCP, TCP_KEEPINTVL, extra->interval);
	kernel_set(fd, IPPROTO_TCP, TCP_KEEPCNT, extra->probes);
	kernel_set(fd, IPPROTO_TCP, TCP_KEEPIDLE, extra->idle);
}

static int64_t probe_peer(struct look *l, int64_t after)
{
	struct event e = event_here(
		l, EVENT_CLOSE_WAIT_PROBED,
		observes(l) ? "closed by the peer long ago; would send a probe"
			    : "closed by the peer long ago; probe sent");
	int failed;

	if (!is(l, ENTRY_PROBE_RECORDED))
		record(&e);
	fd_lock_set_flags(l->h, ENTRY_PROBE_RECORDED, 0);
	if (observes(l))
		return NEVER;
	failed = probe(l, after);
	record_outcome(&e, failed);
	if (failed)
		return NEVER;
	fd_lock_set_flags(l->h, ENTRY_PROBED, 0);
	return lesser(after, SECOND);
}

static int64_t end_close_wait(struct look *l, int64_t after)
{
	struct event e;

	if (reset_loses_data(l, after))
		return after;
	e = event_here(l, EVENT_CLOSE_WAIT_ENDED,
		       observes(l) ? "closed by the peer long ago; would reset"
				   : "closed by the peer long ago; reset");
	fd_lock_set_flags(l->h, ENTRY_CONN_CLOSED, 0);
	record(&e);
	if (observes(l))
		return NEVER;
	record_outcome(&e, reset(l));
	return lesser(after, SECOND);
}

/* Its connection is gone. May its descriptor be closed as well? Only when the
 * program read the end of file and has not looked at it since. */
static int64_t look_gone(struct look *l, int64_t after)
{
	if (value_of(l, CLOSE_WAIT_RECLAIM) == RECLAIM_NO || observes(l))
		return NEVER;
	if (!is(l, ENTRY_EOF_SEEN) || is(l, ENTRY_READ_AFTER_EOF)) {
		fd_lock_set_flags(l->h, 0, ENTRY_READ_AFTER_EOF);
		return after;
	}
	fd_lock_set_flags(l->h, ENTRY_RECLAIMABLE, 0);
	reclaim_offer(value_of(l, CLOSE_WAIT_RECLAIM));
	return NEVER;
}

static int64_t look_closed(struct look *l, int64_t after)
{
	struct event e;

	if (is(l, ENTRY_PROBED) && !is(l, ENTRY_CONN_CLOSED)) {
		e = event_here(l, EVENT_CLOSE_WAIT_ENDED,
			       "its peer is gone, the kernel ended it");
		fd_lock_set_flags(l->h, ENTRY_CONN_CLOSED, 0);
		record(&e);
	}
	return look_gone(l, after);
}

/* Is the probe answered? The peer is there then, and is asked again later. */
static int64_t look_probed(struct look *l, int64_t after)
{
	const int64_t often = 2 * SECOND;

	if (l->tcp.probes || l->tcp.silent_ack > often)
		return lesser(after, SECOND);
	put_keepalive_back(l);
	fd_lock_set_flags(l->h, 0, ENTRY_PROBED);
	return clamp(after, SECOND, DAY);
}

static int64_t look_close_wait(struct look *l)
{
	const int64_t after = value_of(l, CLOSE_WAIT_AFTER);
	const int64_t quiet = lesser(l->tcp.silent_ack, l->tcp.silent_sent);

	if (!has(l, CLOSE_WAIT_AFTER))
		return NEVER;
	if (l->tcp.state == STATE_CLOSE)
		return look_closed(l, after);
	if (is(l, ENTRY_PROBED))
		return look_probed(l, after);
	if (l->tcp.state != STATE_CLOSE_WAIT)
		return after;
	/* From the FIN on only our own sending could refresh these. */
	if (quiet < after)
		return after - quiet;
	if (value_of(l, CLOSE_WAIT_HALF_CLOSE) == HALF_CLOSE_IGNORE)
		return end_close_wait(l, after);
	return probe_peer(l, after);
}

/* ---- supersede ---- */

int64_t timeout_peer_silence(const struct tcp_clocks *tcp)
{
	int64_t acked = tcp->silent_sent;

	if (tcp->unacked)
		acked = tcp->retransmits ? INT64_MAX : tcp->silent_ack;
	return lesser(tcp->silent_received, acked);
}

int64_t timeout_supersede(struct locked_fd *h, const struct tcp_clocks *tcp)
{
	struct look l = {.h = h, .tcp = *tcp};
	struct event e = event_here(
		&l, EVENT_SUPERSEDED,
		observes(&l) ? "by a newer connection; would give end of file"
			     : "by a newer connection; given end of file");

	fd_lock_set_flags(h, ENTRY_IDLE_ENDED,
			  observes(&l) ? 0 : ENTRY_SUPERSEDED);
	record(&e);
	if (observes(&l))
		return NEVER;
	record_outcome(&e, give_eof(&l));
	return has(&l, IDLE_ESCALATE) ? value_of(&l, IDLE_ESCALATE) : NEVER;
}

/* Its peer has a newer connection. */
static int64_t look_superseded(struct look *l)
{
	const int64_t after = value_of(l, SUPERSEDE_AFTER);
	int64_t left;

	if (!is(l, ENTRY_SUPERSEDED) || l->tcp.state == STATE_CLOSE)
		return NEVER;
	if (!supersede_wanted(l->h->rule) || !supersede_has_newer(l->h->fd)) {
		fd_lock_set_flags(l->h, 0, ENTRY_SUPERSEDED);
		return NEVER;
	}
	left = time_until(timeout_peer_silence(&l->tcp), after);
	if (!left && kernel_has_unread(l->h->fd))
		left = after;
	return left ? left : timeout_supersede(l->h, &l->tcp);
}

/* ---- a peer that acknowledges nothing ---- */

/* Since when is the same data out, with nothing heard of the peer? Milliseconds
 * of the monotonic clock, modulo 2^32. */
static uint32_t since_when(struct look *l, struct fd_extra *extra)
{
	if (!is(l, ENTRY_UNACKNOWLEDGED) || extra->acked != l->tcp.acked) {
		extra->since = (uint32_t)clock_milliseconds();
		extra->acked = l->tcp.acked;
		fd_lock_set_flags(l->h, ENTRY_UNACKNOWLEDGED, 0);
	}
	return extra->since;
}

static int64_t end_dead(struct look *l, int64_t timeout)
{
	char detail[EVENT_DETAIL_MAX + 1];
	struct strbuf t = strbuf_over(detail, sizeof detail);
	struct event e;

	/* A request waits unread: the program may still want it. */
	if (kernel_has_unread(l->h->fd))
		return timeout / 2;
	strbuf_add(&t, "acknowledged nothing for ");
	strbuf_add_number(&t, l->tcp.silent_ack);
	strbuf_add(&t, observes(l) ? "ms; would reset" : "ms; reset");
	e = event_here(l, EVENT_PEER_DEAD, detail);
	record(&e);
	if (!observes(l))
		record_outcome(&e, reset(l));
	else
		fd_lock_set_flags(l->h, ENTRY_IDLE_ENDED, 0);
	return NEVER;
}

/* A peer that answers window probes with its window shut is alive, however far
 * apart they are (RFC 9293 3.8.6.1): each answer sets tcpi_probes to 0. So one
 * outstanding probe proves nothing, two in a row do. */
static int64_t look_unacknowledged(struct look *l)
{
	const int64_t timeout = value_of(l, ACK_TIMEOUT);
	const bool out = l->tcp.unacked || l->tcp.probes;
	struct fd_extra *extra;
	int64_t waited;

	if (!has(l, ACK_TIMEOUT) || l->tcp.state == STATE_CLOSE ||
	    override_has_yielded(l->h->fd, l->h->rule))
		return NEVER;
	if (l->tcp.state == STATE_SYN_SENT || !out || !l->tcp.counts) {
		fd_lock_set_flags(l->h, 0, ENTRY_UNACKNOWLEDGED);
		return timeout / 2;
	}
	extra = fd_extra_make(l->h->fd);
	if (!extra)
		return NEVER;
	waited = (uint32_t)clock_milliseconds() - since_when(l, extra);
	waited = lesser(waited, l->tcp.silent_ack);
	if (waited < timeout)
		return lesser(timeout - waited, timeout / 2) + 1;
	if (!l->tcp.retransmits && l->tcp.probes < 2)
		return clamp(timeout / 8, 200, 5 * SECOND);
	return end_dead(l, timeout);
}

/* ---- a connection that is over and still held open ---- */

static void terminate_program(struct look *l)
{
	struct event e =
		event_here(l, EVENT_TERMINATED,
			   observes(l) ? "would send SIGTERM" : "SIGTERM sent");

	record(&e);
	if (!observes(l))
		record_outcome(&e, (int)sys2(SYS_kill, l->h->pid, SIGTERM));
}

static int64_t look_dead(struct look *l)
{
	const int64_t after = value_of(l, DEAD_AFTER);
	const bool over = is(l, ENTRY_DEAD);
	struct event e;

	if (!has(l, DEAD_AFTER))
		return NEVER;
	fd_lock_set_flags(l->h, l->tcp.state == STATE_CLOSE ? ENTRY_DEAD : 0,
			  l->tcp.state == STATE_CLOSE ? 0 : ENTRY_DEAD);
	if (!over || l->tcp.state != STATE_CLOSE)
		return after;
	if (value_of(l, DEAD_ACTION) == DEAD_TERMINATE) {
		terminate_program(l);
		return NEVER;
	}
	e = event_here(l, EVENT_DEAD_HELD, "over, and not closed");
	record(&e);
	return NEVER;
}

/* ---- the look ---- */

/* Only these follow once it was ended as idle or superseded. */
static int64_t look_at_ended(struct look *l)
{
	const int64_t next = lesser(look_escalate(l), look_dead(l));

	if (value_of(l, IDLE_ACTION) != ACTION_LOG)
		return next;
	return lesser(next, lesser(look_close_wait(l), look_unacknowledged(l)));
}

static int64_t look_at_connection(struct look *l)
{
	int64_t next =
		lesser(look_superseded(l), connect_limit_look(l->h, &l->tcp));

	if (!is(l, ENTRY_IDLE_ENDED))
		next = lesser(next, look_idle(l));
	if (is(l, ENTRY_IDLE_ENDED) && value_of(l, IDLE_ACTION) != ACTION_LOG)
		return lesser(next, look_dead(l));
	next = lesser(next, look_close_wait(l));
	if (!is(l, ENTRY_RESET_BY_US))
		next = lesser(next, look_unacknowledged(l));
	return lesser(next, look_dead(l));
}

/* The policy file was replaced since: the new rules decide anew, but not over
 * what is being ended. Ended in observe mode alone, it was not. */
static void follow_policy(struct locked_fd *h)
{
	const struct endpoint local = kernel_local(h->fd);
	const struct endpoint peer = kernel_peer(h->fd);
	const enum direction direction = h->facts.flags & ENTRY_ACCEPTED
						 ? DIRECTION_ACCEPT
						 : DIRECTION_CONNECT;

	if (context_observed((unsigned)h->facts.rule))
		fd_lock_set_flags(h, 0,
				  ENTRY_IDLE_ENDED | ENTRY_CONN_CLOSED |
					  ENTRY_PROBE_RECORDED);
	if (!local.known || !peer.known || h->facts.flags & ENTRY_IDLE_ENDED)
		return;
	h->rule = match_certain(direction, &local, &peer);
	fd_set_rule(h->slot, context_rule_number(h->rule));
	h->facts = fd_facts(h->slot);
}

int64_t timeout_check(struct locked_fd *h)
{
	struct look l = {.h = h};
	int64_t next;

	if (h->facts.flags & ENTRY_LISTENER)
		return supersede_check_listener(h);
	if (!fd_lock_is_same(h) || kernel_tcp_clocks(h->fd, &l.tcp))
		return LOST;
	if (!context_rule_is_current((unsigned)h->facts.rule))
		follow_policy(h);
	if (!h->rule)
		return NEVER;
	if (h->facts.flags & ENTRY_JUST_ACCEPTED)
		supersede_enter(h);
	RACE_POINT();
	next = h->facts.flags & ENTRY_IDLE_ENDED ? look_at_ended(&l)
						 : look_at_connection(&l);
	/* It stays watched for the policy that mends what was observed. */
	return next == NEVER && observes(&l) ? DAY : next;
}

bool rule_has_timeouts(const struct rule *rule)
{
	return rule_has(rule, IDLE_TIMEOUT) ||
	       rule_has(rule, CLOSE_WAIT_AFTER) ||
	       rule_has(rule, ACK_TIMEOUT) || rule_has(rule, DEAD_AFTER) ||
	       supersede_wanted(rule);
}

int64_t timeout_first(const struct rule *rule)
{
	int64_t first = NEVER;

	if (rule_has(rule, IDLE_TIMEOUT))
		first = rule_value(rule, IDLE_TIMEOUT);
	if (rule_has(rule, CLOSE_WAIT_AFTER))
		first = lesser(first, rule_value(rule, CLOSE_WAIT_AFTER));
	if (rule_has(rule, ACK_TIMEOUT))
		first = lesser(first, rule_value(rule, ACK_TIMEOUT) / 2);
	if (rule_has(rule, DEAD_AFTER))
		first = lesser(first, rule_value(rule, DEAD_AFTER));
	return first;
}
