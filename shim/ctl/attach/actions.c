/* SPDX-License-Identifier: MIT
 * What attach does to a socket that it has a copy of: the mends of the library
 * (preload/mend/timeout.c) from outside.
 */
#include "actions.h"

#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "event_print.h"
#include "pidfd_socket.h"
#include "journal_create.h"
#include "netns.h"
#include "settings_of.h"

#define KEPT ": as the program set it"

int64_t tcp_tick(void)
{
	struct timespec resolution = {0, 10000000};

	clock_getres(CLOCK_MONOTONIC_COARSE, &resolution);
	return (resolution.tv_nsec + 999999) / 1000000;
}

/* ---- saying so ---- */

/* It stays away when nothing was ever done. */
static struct journal *journal_of(struct attach *a)
{
	const char *wrong;

	if (a->journal || a->no_journal)
		return a->journal;
	a->journal = journal_make(a->program.pid, a->program.name, &wrong);
	a->no_journal = !a->journal;
	if (a->no_journal)
		fprintf(stderr, "sockmendctl: no journal: %s\n", wrong);
	return a->journal;
}

static int64_t realtime(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static pid_t pid_of(const struct attach *a, const struct tracked_socket *t)
{
	return t->by < 0 ? a->program.pid : a->followed[t->by].process.pid;
}

static bool observes(const struct attach *a, const struct tracked_socket *t)
{
	return a->observe ||
	       (t->rule && t->rule->value[RULE_MODE] == MODE_OBSERVE);
}

void attach_say(struct attach *a, const struct tracked_socket *t,
		enum event_id id, const char *detail, int error)
{
	struct event e = {
		.time = realtime(),
		.cookie = t->socket.cookie,
		.pid = pid_of(a, t),
		.fd = t->fd,
		.id = (uint16_t)id,
		.error = error,
		.local = t->socket.local,
		.peer = t->socket.peer,
	};

	if (observes(a, t))
		e.flags |= EVENT_WOULD;
	if (t->direction == DIRECTION_ACCEPT)
		e.flags |= EVENT_ACCEPT;
	if (t->rule)
		memcpy(e.rule, t->rule->name, sizeof e.rule);
	snprintf(e.detail, sizeof e.detail, "%s", detail);
	if (journal_of(a))
		journal_put(a->journal, &e);
	event_print_text(&e, a->program.name);
	fflush(stdout);
	a->done++;
}

/* What was done, or that it could not be. */
static void say_outcome(struct attach *a, const struct tracked_socket *t,
			enum event_id id, const char *detail, int failed)
{
	attach_say(a, t, failed ? EVENT_MEND_FAILED : id, detail, failed);
}

/* ---- doing it: 0, or an errno ---- */

static int set_number(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof value) ? errno : 0;
}

/* The gentlest end: the program reads 0 and closes, and that close frees the
 * 4-tuple with a RST. With data still to be delivered the close delivers it. */
static int give_eof(int fd)
{
	const struct linger at_once = {1, 0};
	int queued = 0;

	if (ioctl(fd, SIOCOUTQ, &queued) || queued <= 0)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	return shutdown(fd, SHUT_RD) ? errno : 0;
}

static int reset(int fd)
{
	const struct sockaddr nobody = {.sa_family = AF_UNSPEC};

	return connect(fd, &nobody, sizeof nobody) ? errno : 0;
}

static int seconds_within(int64_t value, int64_t max)
{
	const int64_t seconds = value / SECOND;

	return (int)(seconds < 1 ? 1 : seconds < max ? seconds : max);
}

/* A RST to a probe ends the connection; an answer leaves it alone, for the
 * peer may only have closed its sending side. */
static int probe(int fd, int64_t after)
{
	const int failed = set_number(fd, SOL_SOCKET, SO_KEEPALIVE, 1);

	set_number(fd, IPPROTO_TCP, TCP_KEEPINTVL,
		   seconds_within(after / 4, 15));
	set_number(fd, IPPROTO_TCP, TCP_KEEPCNT, 4);
	set_number(fd, IPPROTO_TCP, TCP_KEEPIDLE, seconds_within(after, 60));
	return failed;
}

static void end_idle(struct attach *a, struct tracked_socket *t, int fd)
{
	static const char *const done[] = {[ACTION_EOF] = "given end of file",
					   [ACTION_RESET] = "reset",
					   [ACTION_LOG] = "only recorded"};
	const int64_t action = rule_value(t->rule, IDLE_ACTION);
	char detail[EVENT_DETAIL_MAX + 1];
	const char *which;
	const int64_t silence = silence_of(t, &which);
	int failed = 0;

	snprintf(detail, sizeof detail, "%s for %lldms; %s", which,
		 (long long)silence, done[action]);
	if (!observes(a, t) && action == ACTION_EOF)
		failed = give_eof(fd);
	if (!observes(a, t) && action == ACTION_RESET)
		failed = reset(fd);
	say_outcome(a, t, EVENT_IDLE_ENDED, detail, failed);
	t->ended = a->now;
	t->over = action == ACTION_RESET;
}

static void escalate(struct attach *a, struct tracked_socket *t, int fd)
{
	say_outcome(a, t, EVENT_IDLE_ESCALATED,
		    "still open after end of file; reset",
		    observes(a, t) ? 0 : reset(fd));
	t->over = true;
}

static void end_close_wait(struct attach *a, struct tracked_socket *t, int fd)
{
	const int64_t after = rule_value(t->rule, CLOSE_WAIT_AFTER);

	t->probed = true;
	if (rule_value(t->rule, CLOSE_WAIT_HALF_CLOSE) == HALF_CLOSE_IGNORE) {
		say_outcome(a, t, EVENT_CLOSE_WAIT_ENDED,
			    "closed by the peer long ago; reset",
			    observes(a, t) ? 0 : reset(fd));
		t->over = true;
		return;
	}
	say_outcome(a, t, EVENT_CLOSE_WAIT_PROBED,
		    "closed by the peer long ago; asked if it is there",
		    observes(a, t) ? 0 : probe(fd, after));
}

static void supersede(struct attach *a, struct tracked_socket *t, int fd)
{
	say_outcome(a, t, EVENT_SUPERSEDED,
		    "by a newer connection; given end of file",
		    observes(a, t) ? 0 : give_eof(fd));
	t->ended = a->now;
}

void action_report_closed(struct attach *a, const struct tracked_socket *t)
{
	if (!observes(a, t) && !t->over)
		attach_say(a, t, EVENT_CLOSE_WAIT_ENDED,
			   "its peer is gone, the kernel ended it", 0);
}

/* ---- with a grip ---- */

/* It was a moment ago that we were told: traffic may have come since. */
static bool look_again(int fd, struct tracked_socket *t, int64_t now)
{
	struct tcp_socket *s = &t->socket;
	struct tcp_info info;
	socklen_t len = sizeof info;
	int unread = 0;

	memset(&info, 0, sizeof info);
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) ||
	    ioctl(fd, SIOCINQ, &unread))
		return false;
	if (info.tcpi_bytes_acked != s->bytes_acked)
		t->acked_at = now;
	s->receive_queue = (uint32_t)unread;
	s->state = info.tcpi_state;
	s->silent_received = info.tcpi_last_data_recv;
	s->silent_sent = info.tcpi_last_data_sent;
	s->silent_ack = info.tcpi_last_ack_recv;
	return true;
}

static int take(struct attach *a, const struct tracked_socket *t,
		const char *what)
{
	const int fd = grip(a->followed[t->by].pidfd, t->fd, &t->socket);

	if (fd < 0 && fd != -ESTALE)
		attach_say(a, t, EVENT_MEND_FAILED, what, -fd);
	return fd;
}

static void do_now(struct attach *a, struct tracked_socket *t, int fd)
{
	static void (*const deeds[])(struct attach *, struct tracked_socket *,
				     int) = {
		[END_IDLE] = end_idle,
		[ESCALATE] = escalate,
		[END_CLOSE_WAIT] = end_close_wait,
		[SUPERSEDE_OLDER] = supersede,
	};
	const struct deadline d = deadline_of(t, a->now, tcp_tick());

	if (d.action != NOTHING && d.in <= 0)
		deeds[d.action](a, t, fd);
}

void action_run(struct attach *a, struct tracked_socket *t)
{
	int fd = -1;

	if (!observes(a, t)) {
		fd = take(a, t, "take the socket");
		if (fd < 0) {
			t->over = fd != -ESTALE;
			return;
		}
	}
	if (observes(a, t) || look_again(fd, t, a->now))
		do_now(a, t, fd);
	if (fd >= 0)
		close(fd);
}

struct complaint_of {
	struct attach *attach;
	struct tracked_socket *tracked_socket;
};

static void say_refused(void *arg, const char *what, int error)
{
	const struct complaint_of *of = arg;

	attach_say(of->attach, of->tracked_socket, EVENT_MEND_FAILED, what,
		   error);
}

static int open_fresh(const char *family)
{
	return socket(*family == '6' ? AF_INET6 : AF_INET,
		      SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* A new socket has the kernel's defaults there. Kept: to open one in another
 * network namespace takes a process. */
static int fresh_socket(struct attach *a, const struct tracked_socket *t)
{
	const pid_t pid = pid_of(a, t);
	const uint64_t network = netns_of(pid);
	int *fresh = &a->fresh[t->socket.v6];

	if (network != a->fresh_network)
		fresh_close(a);
	a->fresh_network = network;
	if (!*fresh)
		*fresh = netns_open(pid, open_fresh, t->socket.v6 ? "6" : "4");
	return *fresh;
}

void fresh_close(struct attach *a)
{
	for (int i = 0; i < 2; i++) {
		if (a->fresh[i] > 0)
			close(a->fresh[i]);
		a->fresh[i] = 0;
	}
}

void action_set_sockopts(struct attach *a, struct tracked_socket *t)
{
	const bool listener = t->socket.state == STATE_LISTEN;
	struct complaint_of of = {a, t};
	char done[EVENT_DETAIL_MAX + 1], kept[EVENT_DETAIL_MAX + 1];
	struct applying applying = {
		.rule = t->rule,
		.observe = observes(a, t),
		.done = strbuf_over(done, sizeof done),
		.kept = strbuf_over(kept, sizeof kept - sizeof KEPT + 1),
		.failed = say_refused,
		.arg = &of,
	};

	t->optioned = true;
	if (!t->rule || !sockopts_wanted(t->rule, listener))
		return;
	applying.fresh = fresh_socket(a, t);
	if (applying.fresh == -ENOENT)
		return; /* no /proc/PID/ns/net: the process has ended */
	if (applying.fresh < 0) {
		say_refused(&of, "open a new socket, for the defaults",
			    -applying.fresh);
		return;
	}
	applying.fd = take(a, t, "take the socket, for its options");
	if (applying.fd < 0)
		return;
	sockopts_apply(&applying, listener);
	close(applying.fd);
	if (*done)
		attach_say(a, t, EVENT_OPTIONS_SET, done, 0);
	if (*kept)
		attach_say(a, t, EVENT_OVERRIDE_KEPT, strcat(kept, KEPT), 0);
}
