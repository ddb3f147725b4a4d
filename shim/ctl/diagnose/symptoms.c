/* SPDX-License-Identifier: MIT
 * The table of symptoms: what proves each, what only hints at it, the rule, and
 * the risk of the rule.
 */
#include "diagnose.h"

#include <string.h>

#include "core/strbuf.h"

#define KEEPALIVE_BOUND (600 * SECOND) /* a timer that is due later is none */
#define PROVEN_LEAK (60 * SECOND)

/* ---- what several symptoms ask ---- */

static bool is_here(const struct watching *watching, const struct watched *w)
{
	return w->look == watching->looks;
}

static bool is_in(const struct watched *w, unsigned states)
{
	return w->now.has_info && (STATE_BIT(w->now.state) & states);
}

static void say(struct verdict *v, enum degree degree, int64_t time,
		const char *evidence)
{
	*v = (struct verdict){degree, time, evidence, false};
}

static int64_t rounded(int64_t time)
{
	static const struct {
		int64_t below, unit;
	} steps[] = {
		{SECOND, 10},		{2 * SECOND, 100},
		{120 * SECOND, SECOND}, {2 * HOUR, 60 * SECOND},
		{2 * DAY, HOUR},
	};

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (time < steps[i].below)
			return time / steps[i].unit * steps[i].unit;
	return time / DAY * DAY;
}

const char *time_in_words(struct pool *pool, int64_t time)
{
	char room[32];
	struct strbuf text = strbuf_over(room, sizeof room);

	strbuf_add_duration(&text, rounded(time));
	return pool_copy(pool, room, strlen(room));
}

/* Data or window probes are outstanding, and nothing comes back: RFC 9293 has
 * a live peer acknowledge both, with its window shut too. */
static bool is_unacknowledged(const struct tcp_socket *s)
{
	if (s->silent_ack < 3 * SECOND)
		return false;
	if (s->unacked)
		return s->retransmits >= 3;
	return s->timer == TIMER_ZERO_WINDOW && s->probes >= 3;
}

static bool is_unanswered(const struct tcp_socket *s)
{
	return s->timer == TIMER_KEEPALIVE && s->probes >= 2;
}

/* More than half of a CPU, over several samples. */
static bool burns(const struct runner *r)
{
	return r && r->used.time > 0 && r->used.wanting * 2 > r->used.time;
}

/* It uses the CPU, or a child that has the connection does. */
static bool is_working(const struct watched *w)
{
	const struct runner *r = w->runner;

	return r && (r->working || r->used.wanting * 20 > r->used.time);
}

/* ---- one function for each symptom ---- */

static bool is_self(const struct tcp_socket *s)
{
	return s->state == STATE_ESTABLISHED && s->local.port == s->peer.port &&
	       !memcmp(s->local.addr, s->peer.addr, sizeof s->local.addr);
}

static void self(const struct watching *watching, const struct watched *w,
		 struct verdict *v)
{
	(void)watching;
	if (is_self(&w->now))
		say(v, PROOF, 0, "both ends are the same socket");
}

static void unanswered(const struct watching *watching, const struct watched *w,
		       struct verdict *v)
{
	if (!is_here(watching, w) || w->now.state != STATE_SYN_SENT)
		return;
	if (w->now.retransmits >= 3)
		say(v, PROOF, 0,
		    "the SYN was retransmitted three times or more, and no "
		    "answer came");
	else if (w->now.retransmits)
		say(v, HINT, 0,
		    "the SYN was retransmitted; one may have been lost");
}

static void stuck(const struct watching *watching, const struct watched *w,
		  struct verdict *v)
{
	const struct tcp_socket *s = &w->now;

	if (!is_here(watching, w) || s->state == STATE_LISTEN ||
	    s->state == STATE_SYN_SENT || !s->has_info)
		return;
	if (is_unacknowledged(s))
		say(v, PROOF, s->silent_ack,
		    "what was sent is retransmitted, and the peer acknowledges "
		    "nothing");
	else if (s->timer == TIMER_ZERO_WINDOW && s->silent_sent >= 5 * SECOND)
		say(v, REMARK, s->silent_sent,
		    "the peer's window is zero and it answers the probes: it "
		    "is alive and reads slowly");
}

/* A loop that reads the end of file makes system calls and moves no bytes. */
static bool is_empty_work(const struct usage *u)
{
	const int64_t cpu = u->user + u->system;

	return u->system * 5 >= cpu * 2 && u->bytes >= 0 &&
	       u->bytes < u->time * 16 && u->faults < u->time;
}

static bool has_traffic(const struct watching *watching, pid_t pid)
{
	for (unsigned i = 0; i < watching->count; i++) {
		const struct watched *w = watching->of[i];

		if (w->pid == pid && w->now.state == STATE_ESTABLISHED &&
		    w->now.has_info &&
		    (w->now.silent_received < watching->now ||
		     w->now.silent_sent < watching->now))
			return true;
	}
	return false;
}

static void spin(const struct watching *watching, const struct watched *w,
		 struct verdict *v)
{
	const struct runner *r = w->runner;

	if (!is_here(watching, w) || w->now.state != STATE_CLOSE_WAIT)
		return;
	if (w->spins)
		say(v, PROOF, peer_silence(&w->now),
		    "an event eof-spin of it was recorded");
	if (w->spins || w->now.receive_queue || watching->one_sample || !r ||
	    peer_silence(&w->now) < watch_patience(watching))
		return;
	if (burns(r) && is_empty_work(&r->used))
		say(v, has_traffic(watching, r->pid) ? HINT : PROOF,
		    peer_silence(&w->now),
		    "its end has been read, and the program uses more than "
		    "half a CPU, much of it in system calls that move no data");
	else if (r->used.switches * 5 > r->used.time && is_empty_work(&r->used))
		say(v, HINT, peer_silence(&w->now),
		    "its end has been read, and the program wakes up more than "
		    "200 times a second to no effect");
}

static void unread(const struct watching *watching, const struct watched *w,
		   struct verdict *v)
{
	if (is_here(watching, w) && w->now.state == STATE_CLOSE_WAIT &&
	    w->now.receive_queue && !watching->one_sample && burns(w->runner) &&
	    w->now.silent_received >= watch_patience(watching))
		say(v, HINT, w->now.silent_received,
		    "the program uses more than half a CPU and does not read "
		    "what the peer has sent, so it never sees the end of file");
}

/* The peer asked last: its answer is to come. */
static bool owes_answer(const struct tcp_socket *s)
{
	return s->data_segments_in &&
	       (!s->data_segments_out || s->silent_received < s->silent_sent);
}

static void blocked(const struct watching *watching, const struct watched *w,
		    struct verdict *v)
{
	const uint32_t silence = peer_silence(&w->now);

	if (!is_here(watching, w) || !w->blocks ||
	    w->direction != DIRECTION_ACCEPT)
		return;
	if (is_unacknowledged(&w->now) || is_unanswered(&w->now))
		say(v, w->same_peer_waits ? PROOF : HINT, silence,
		    w->same_peer_waits
			    ? "the peer of the served connection answers no "
			      "probe or retransmission, and calls again from "
			      "the same address"
			    : "the peer of the served connection answers no "
			      "probe or retransmission");
	else if (silence < 5 * SECOND ||
		 (!watching->one_sample &&
		  watching->now - w->since[CONDITION_BLOCKED] <
			  watch_patience(watching)))
		return;
	else if (is_working(w))
		say(v, REMARK, silence,
		    "the program is at work, so it is busy; what helps is a "
		    "faster program, or more than one process");
	else if (owes_answer(&w->now) && silence < watching->silence)
		say(v, REMARK, silence,
		    "the served connection's request has no answer yet, so the "
		    "program may be busy with it");
	else
		say(v, HINT, silence,
		    w->same_peer_waits
			    ? "a second connection from the same address "
			      "waits; its peer may be back, or be two programs"
			    : "the served connection is silent; its peer may "
			      "be gone, or have nothing to say");
}

static void leak(const struct watching *watching, const struct watched *w,
		 struct verdict *v)
{
	const struct tcp_socket *s = &w->now;
	const uint32_t silence = peer_silence(s);

	if (!is_here(watching, w) || s->state != STATE_CLOSE_WAIT ||
	    s->send_queue || w->peer_reads || burns(w->runner) ||
	    silence < watch_patience(watching))
		return;
	if (w->peer_gone)
		say(v, PROOF, silence,
		    "the peer's program has closed its end "
		    "as well: it reads no answer");
	else if (silence >= PROVEN_LEAK)
		say(v, PROOF, silence,
		    "for a minute or more nothing was sent on it");
	else
		say(v, HINT, silence,
		    "the peer has closed, or only ended its sending side and "
		    "waits for the answer");
	v->owes = owes_answer(s);
}

/* How many connections of the program to that peer, up to this one, came from
 * its port without another between them. */
static unsigned run_of(const struct watching *watching, unsigned at)
{
	const struct watched *w = watching->of[at];
	unsigned run = 1;

	while (at-- && run < 3) {
		const struct watched *other = watching->of[at];

		if (other->direction != DIRECTION_CONNECT ||
		    memcmp(&other->now.peer, &w->now.peer,
			   sizeof w->now.peer) ||
		    strcmp(other->program, w->program))
			continue;
		if (other->now.local.port != w->now.local.port)
			break;
		run++;
	}
	return run;
}

static unsigned place_of(const struct watching *watching,
			 const struct watched *w)
{
	unsigned at = 0;

	while (watching->of[at] != w)
		at++;
	return at;
}

static void fixed_port(const struct watching *watching, const struct watched *w,
		       struct verdict *v)
{
	const unsigned port = w->now.local.port;

	if (w->direction != DIRECTION_CONNECT || !port || !w->now.peer.known ||
	    !w->now.peer.port || is_self(&w->now))
		return;
	if (run_of(watching, place_of(watching, w)) >= 3)
		say(v, port < watching->privileged ? HINT : PROOF, 0,
		    "three connections in a row to this peer came from the "
		    "same port");
	else if (port < watching->port_first || port > watching->port_last)
		say(v, HINT, 0,
		    w->was_there
			    ? "the port is not one the kernel gives; but if "
			      "the program accepted the connection and closed "
			      "its listener, no rule is needed"
			    : "the port is not one the kernel gives");
}

static void silent(const struct watching *watching, const struct watched *w,
		   struct verdict *v)
{
	const struct tcp_socket *s = &w->now;
	const int64_t silence = s->silent_ack < peer_silence(s)
					? s->silent_ack
					: peer_silence(s);

	if (!is_here(watching, w) || !is_in(w, STATE_BIT(STATE_ESTABLISHED)))
		return;
	if (s->timer == TIMER_KEEPALIVE && !s->probes &&
	    silence + s->timer_due > KEEPALIVE_BOUND)
		say(v, PROOF, silence,
		    "the keepalive timer is due later than ten minutes after "
		    "the last segment");
	else if (s->timer == TIMER_NONE)
		say(v, PROOF, silence, "no timer of the kernel runs");
	if (v->degree == ABSENT || silence >= watching->silence)
		return;
	v->degree = ABSENT;
	if (silence > watching->unproven)
		((struct watching *)watching)->unproven = (uint32_t)silence;
}

static void half(const struct watching *watching, const struct watched *w,
		 struct verdict *v)
{
	if (is_here(watching, w) && w->now.inode &&
	    is_in(w, STATE_BIT(STATE_FIN_WAIT2)) &&
	    w->now.silent_received >= watching->silence)
		say(v, HINT, w->now.silent_received,
		    "the program has ended its side, and the peer has sent "
		    "nothing since");
}

static void full(const struct watching *watching, const struct watched *w,
		 struct verdict *v)
{
	const struct tcp_socket *s = &w->now;

	if (!is_here(watching, w) || s->state != STATE_LISTEN ||
	    !s->receive_queue || s->receive_queue <= s->send_queue)
		return;
	say(v, REMARK, 0,
	    s->send_queue < watching->queue_most
		    ? "the limit is the backlog the program passes to listen()"
		    : "the limit is net.core.somaxconn, or a backlog of that "
		      "size");
}

static void in_range(const struct watching *watching, const struct watched *w,
		     struct verdict *v)
{
	if (is_here(watching, w) && w->now.state == STATE_LISTEN &&
	    w->now.local.port >= watching->port_first &&
	    w->now.local.port <= watching->port_last)
		say(v, REMARK, 0, "the port is in ip_local_port_range");
}

/* ---- the table ---- */

const struct symptom_row symptoms[SYMPTOMS] = {
	[SYMPTOM_SELF] = {"connected to itself", STORY_SELF_CONNECT,
			  "a client called a local port without a listener and "
			  "was given "
			  "that very port; its server cannot have the port now",
			  "self_connect = refuse",
			  "none: connect() fails as if no server were there",
			  self, 0, CONDITIONS, 1},
	[SYMPTOM_UNANSWERED] =
		{"in SYN-SENT, retransmitting", STORY_DEAD_PEER,
		 "the host that is called does not answer: connect() waits for "
		 "two minutes or more",
		 "connect_timeout = %s",
		 "a host that answers later than that is not reached in this "
		 "attempt",
		 unanswered, 20 * SECOND, CONDITIONS, 10},
	[SYMPTOM_STUCK] =
		{"with data to send", STORY_STUCK_WRITER,
		 "a writer waits about 15 minutes for a peer that acknowledges "
		 "nothing, and for a live one that takes nothing without end",
		 "keepalive { ack_timeout = %s }",
		 "an outage that lasts longer ends the connection; a live peer "
		 "with its window shut does not",
		 stuck, 30 * SECOND, CONDITION_STUCK, 1},
	[SYMPTOM_SPIN] =
		{"at its end of file, read again and again", STORY_LEAK,
		 "the program does not stop at recv() == 0: it burns a CPU, "
		 "and "
		 "the descriptor is never closed",
		 "eof { spin_limit = 100  answer = reset }",
		 "the 100th read in a row that finds the end fails with "
		 "ECONNRESET",
		 spin, 0, CONDITIONS, 1},
	[SYMPTOM_UNREAD] =
		{"in CLOSE_WAIT with unread data, and the program burns a CPU",
		 STORY_LEAK,
		 "no end of file can help a program that does not read; its "
		 "supervisor can start it anew",
		 "dead { after = 60s  action = terminate }",
		 "SIGTERM ends the process, and all of its connections with it",
		 unread, 0, CONDITIONS, 1},
	[SYMPTOM_BLOCKED] =
		{"served while the next client waits", STORY_BLOCKED,
		 "a program that serves one connection at a time accepts the "
		 "next one when this one ends",
		 "supersede { when = %s  after = %s }",
		 "a live peer that is silent for so long is cut off while "
		 "another connection waits; a keepalive rule ends dead peers "
		 "alone",
		 blocked, 10 * SECOND, CONDITION_SILENT, 1},
	[SYMPTOM_LEAK] =
		{"in CLOSE_WAIT", STORY_LEAK,
		 "the peer has closed and the program has not: each holds a "
		 "descriptor, and its peer's port can meet it again",
		 "close_wait { after = %s }",
		 "probes are sent; a peer that only half-closed answers them "
		 "and keeps its connection, unless it is out of reach then",
		 leak, 10 * SECOND, CONDITION_CLOSE_WAIT, 10},
	[SYMPTOM_FIXED_PORT] =
		{"from a fixed source port", STORY_PORTS,
		 "until TIME_WAIT is over, the program cannot connect again",
		 "ephemeral_port = yes",
		 "a peer or a firewall that expects this port refuses another",
		 fixed_port, 0, CONDITIONS, 0},
	[SYMPTOM_SILENT] =
		{"silent without keepalive", STORY_SILENT_NAT,
		 "if the peer is gone, or a NAT has forgotten the connection, "
		 "the program never learns of it",
		 "keepalive { idle = 60s  interval = 10s  probes = 6 }",
		 "an outage of more than a minute ends a silent connection; "
		 "probes keep a dial-up link open",
		 silent, 0, CONDITIONS, 100},
	[SYMPTOM_HALF] =
		{"in FIN_WAIT2", STORY_LEAK,
		 "the program has ended its side and waits for the peer, which "
		 "may never close; no timer of the kernel's runs",
		 "idle { timeout = 10m }",
		 "an answer that takes longer is cut off: let the time exceed "
		 "the longest answer",
		 half, 0, CONDITIONS, 10},
	[SYMPTOM_FULL] =
		{"with a full accept queue", STORY_QUEUE,
		 "the next clients get no answer; a larger backlog or a faster "
		 "program helps",
		 "", "", full, 0, CONDITIONS, 1},
	[SYMPTOM_IN_RANGE] =
		{"listening on a port clients are given", STORY_SELF_CONNECT,
		 "while the server is down, a client may be given its port; "
		 "the "
		 "server then cannot start, and the client may be connected to "
		 "itself",
		 "", "", in_range, 0, CONDITIONS, 0},
};

/* At least `least`, and more than four times what ended by itself. */
static const char *generous(struct watching *watching,
			    const struct symptom_row *row)
{
	const int64_t passed =
		row->passed < CONDITIONS ? watching->passed[row->passed] : 0;
	const int64_t time = (4 * passed + SECOND - 1) / SECOND * SECOND;

	return time_in_words(&watching->pool,
			     time > row->least ? time : row->least);
}

static const char *rule_text(struct pool *pool, const struct symptom_row *row,
			     const char *time)
{
	if (!row->least)
		return row->rule;
	return pool_print(pool, "%.*s%s%s", (int)strcspn(row->rule, "%"),
			  row->rule, time, strchr(row->rule, '%') + 2);
}

const char *symptom_rule(struct watching *watching,
			 const struct trouble *trouble, enum symptom symptom,
			 const char **risk)
{
	const struct symptom_row *row = &symptoms[symptom];
	const struct watched *w = trouble->seen[symptom].example;
	const char *time = generous(watching, row);

	*risk = row->risk;
	if (trouble->seen[symptom].worst.degree < HINT)
		return "";
	if (symptom == SYMPTOM_FIXED_PORT &&
	    w->now.local.port < watching->privileged) {
		*risk = "the port is privileged, and some servers (rsh, NFS, "
			"ftp-data) and firewalls want just that, so it stays; "
			"this binds it again over TIME_WAIT";
		return "set { so_reuseaddr = yes }";
	}
	if (symptom == SYMPTOM_BLOCKED)
		return pool_print(
			&watching->pool, "supersede { when = %s  after = %s }",
			w->same_peer_waits ? "same_peer" : "any", time);
	return rule_text(&watching->pool, row, time);
}

const char *symptom_rule_if_so(struct pool *pool, enum symptom symptom)
{
	const struct symptom_row *row = &symptoms[symptom];

	if (symptom == SYMPTOMS || symptom == SYMPTOM_BLOCKED)
		return "";
	return pool_print(
		pool, "# %s",
		rule_text(pool, row, time_in_words(pool, row->least)));
}
