/* SPDX-License-Identifier: MIT
 * What the journal says: the words of every event (also the metric labels),
 * the record they are kept in, and one line of text for each.
 */
#ifndef SOCKMEND_EVENTS_H
#define SOCKMEND_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "core/policy.h"
#include "core/strbuf.h"

/* EVENT(id, word, what happened). Journals keep the number of the row: new
 * rows go to the end. */
#define FOR_EACH_EVENT(X)                                                      \
	X(PORT_FREED, "port-freed", "a fixed source port was not used")        \
	X(OPTIONS_SET, "options-set", "socket options were set")               \
	X(EOF_SEEN, "eof", "a read returned 0: the end of file")               \
	X(EOF_SPIN, "eof-spin", "the program goes on reading after the end")   \
	X(IDLE_ENDED, "idle-ended", "a silent connection was ended")           \
	X(IDLE_ESCALATED, "idle-escalated", "the program did not close it")    \
	X(CLOSE_WAIT_PROBED, "close-wait-probed", "probes ask if it is dead")  \
	X(CLOSE_WAIT_ENDED, "close-wait-ended", "a leaked connection is gone") \
	X(FD_RECLAIMED, "fd-reclaimed", "a leaked descriptor was closed")      \
	X(SUPERSEDED, "superseded", "a newer connection ended an older one")   \
	X(SELF_CONNECT_REFUSED, "self-connect-refused",                        \
	  "a connection to its own end was undone")                            \
	X(OVERRIDE_KEPT, "override-kept",                                      \
	  "rule and program disagree on a socket option")                      \
	X(MEND_FAILED, "mend-failed", "a mend could not be carried out")       \
	X(PEER_DEAD, "peer-dead", "the connection ended: its peer is gone")    \
	X(CONNECT_TIMED_OUT, "connect-timed-out", "connect() was ended")       \
	X(DEAD_HELD, "dead-held", "a connection is over and still held open")  \
	X(TERMINATED, "terminated", "SIGTERM was sent to the process")

enum event_id {
#define X(id, ...) EVENT_##id,
	FOR_EACH_EVENT(X)
#undef X
		EVENT_COUNT_OF
};

extern const char event_words[EVENT_COUNT_OF][24];

#define EVENT_WOULD 1u /* observe mode: decided, not done */
#define EVENT_ACCEPT 2u /* the connection was accepted here: local <- peer */

#define EVENT_DETAIL_MAX 111 /* bytes */

/* One event, as it is kept: 256 bytes, the same for 32 and 64 bit. */
struct event {
	_Alignas(8) uint64_t seq; /* ticket + 1 when whole, 0 while written */
	int64_t time; /* nanoseconds, CLOCK_REALTIME */
	uint64_t cookie; /* SO_COOKIE, or 0 */
	int32_t pid, fd;
	uint16_t id, flags;
	int32_t error; /* an errno, or 0 */
	struct endpoint local, peer;
	char rule[RULE_NAME_MAX + 1];
	char detail[EVENT_DETAIL_MAX + 1]; /* what was done */
	char spare[32];
};

_Static_assert(sizeof(struct endpoint) == 20, "part of the journal's layout");
_Static_assert(sizeof(struct event) == 256 &&
		       offsetof(struct event, pid) == 24 &&
		       offsetof(struct event, error) == 36 &&
		       offsetof(struct event, local) == 40 &&
		       offsetof(struct event, rule) == 80,
	       "the journal's layout, on every ABI");

/* "camsrv[812] fd 7 idle-ended rule cameras 10.0.0.1:5000 <- 10.0.0.2:1025:
 * received nothing for 2s; given end of file". No time, no newline. Control
 * bytes never get through. */
void event_line(const struct event *e, const char *program, struct strbuf *t);

#endif
