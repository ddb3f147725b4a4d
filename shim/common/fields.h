/* SPDX-License-Identifier: MIT
 * Everything a rule can say beside whom it means: the master copy.
 *
 * One row per option. The configuration grammar, its range checks and error
 * messages, the policy text, `sockmendctl show` and the test that holds the
 * man page complete are all made from these rows.
 */
#ifndef SOCKMEND_FIELDS_H
#define SOCKMEND_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

#include "settings.h"

#define UNSET INT64_C(-1) /* the rule does not say */
#define AUTO INT64_C(-2)  /* user_timeout: idle + interval * probes */

#define SECOND INT64_C(1000) /* every duration is kept in milliseconds */
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)

enum field_kind {
	FIELD_SECTION, /* `name { … }`: its presence switches the mend on */
	FIELD_DURATION, /* milliseconds; 0 is off */
	FIELD_SECONDS, /* the same, but the kernel wants whole seconds */
	FIELD_COUNT, /* a plain number */
	FIELD_WORD, /* one of `words`; the value is its place there */
	FIELD_DURATION_OR_AUTO,
	FIELD_NUMBER,	  /* a number of which 0 is one like any other */
	FIELD_TIME,	  /* milliseconds, the same */
	FIELD_WHOLE_TIME, /* in whole seconds, the same */
	FIELD_TEXT,	  /* min to max bytes; the value is a const char * */
};

/* FIELD(id, section, name, kind, min, max, if_unset, words, what it does, ...)
 *
 * `section` is "" for an option that stands in the rule itself. `if_unset`
 * is what a present section means by an option it leaves out. `words` are
 * separated by '|'. min and max count milliseconds for durations and do not
 * bound 0 (off); they are not used for words.
 */
#define FOR_EACH_FIELD(X)                                                      \
	X(RULE_MODE, "", "mode", FIELD_WORD, 0, 0, UNSET, "mend|observe|off",  \
	  "of this rule alone; the more careful one holds")                    \
	X(EPHEMERAL_PORT, "", "ephemeral_port", FIELD_WORD, 0, 0, UNSET,       \
	  "no|yes", "connect from a port the kernel chooses")                  \
	X(REUSE_ADDRESS, "", "reuse_address", FIELD_WORD, 0, 0, UNSET,         \
	  "no|yes", "SO_REUSEADDR on listeners")                               \
	X(KEEPALIVE, "", "keepalive", FIELD_SECTION, 0, 0, UNSET, "",          \
	  "SO_KEEPALIVE, and how it probes")                                   \
	X(KEEPALIVE_IDLE, "keepalive", "idle", FIELD_SECONDS, SECOND,          \
	  32767 * SECOND, UNSET, "", "TCP_KEEPIDLE: silence before a probe")   \
	X(KEEPALIVE_INTERVAL, "keepalive", "interval", FIELD_SECONDS, SECOND,  \
	  32767 * SECOND, UNSET, "", "TCP_KEEPINTVL: time between probes")     \
	X(KEEPALIVE_PROBES, "keepalive", "probes", FIELD_COUNT, 1, 127, UNSET, \
	  "", "TCP_KEEPCNT: unanswered probes before the end")                 \
	X(USER_TIMEOUT, "keepalive", "user_timeout", FIELD_DURATION_OR_AUTO,   \
	  1, DAY, 0, "",                                                       \
	  "TCP_USER_TIMEOUT: unacknowledged data, zero windows")               \
	X(ACK_TIMEOUT, "keepalive", "ack_timeout", FIELD_DURATION, SECOND,     \
	  DAY, 0, "", "end when data or probes stay unacknowledged so long")   \
	X(EOF_MEND, "", "eof", FIELD_SECTION, 0, 0, UNSET, "",                 \
	  "record the end of file; catch a loop that ignores it")              \
	X(EOF_SPIN_LIMIT, "eof", "spin_limit", FIELD_COUNT, 1, 65535, 100,     \
	  "", "reads that returned 0 in a row before it is a spin")            \
	X(EOF_ANSWER, "eof", "answer", FIELD_WORD, 0, 0, 0, "eof|reset",       \
	  "what a spinning loop then reads: 0, or ECONNRESET")                 \
	X(IDLE, "", "idle", FIELD_SECTION, 0, 0, UNSET, "",                    \
	  "end connections that are silent for too long")                      \
	X(IDLE_TIMEOUT, "idle", "timeout", FIELD_DURATION, 10, 30 * DAY,       \
	  UNSET, "", "the silence that ends a connection")                     \
	X(IDLE_COUNT, "idle", "count", FIELD_WORD, 0, 0, 0,                    \
	  "received|sent|both", "which direction must be silent")              \
	X(IDLE_ACTION, "idle", "action", FIELD_WORD, 0, 0, 0, "eof|reset|log", \
	  "let the program read 0; reset at once; only record")                \
	X(IDLE_ESCALATE, "idle", "escalate", FIELD_DURATION, 10, 30 * DAY, 0,  \
	  "", "reset a connection the program did not close by then")          \
	X(CLOSE_WAIT, "", "close_wait", FIELD_SECTION, 0, 0, UNSET, "",        \
	  "end connections the peer closed and the program did not")           \
	X(CLOSE_WAIT_AFTER, "close_wait", "after", FIELD_DURATION, 10,         \
	  30 * DAY, UNSET, "", "time in CLOSE_WAIT with nothing sent")         \
	X(CLOSE_WAIT_HALF_CLOSE, "close_wait", "half_close", FIELD_WORD, 0, 0, \
	  0, "respect|ignore", "a peer that only closed its sending side")     \
	X(CLOSE_WAIT_RECLAIM, "close_wait", "reclaim", FIELD_WORD, 0, 0, 0,    \
	  "no|pressure|yes", "close the leaked descriptor too")                \
	X(ERRORS, "", "errors", FIELD_WORD, 0, 0, UNSET, "keep|eof",           \
	  "what a read returns when a probe found the peer dead")              \
	X(SUPERSEDE, "", "supersede", FIELD_SECTION, 0, 0, UNSET, "",          \
	  "a newer connection ends an older, silent one")                      \
	X(SUPERSEDE_WHEN, "supersede", "when", FIELD_WORD, 0, 0, 1,            \
	  "off|same_peer|any", "whose newer connection")                       \
	X(SUPERSEDE_AFTER, "supersede", "after", FIELD_DURATION, 10,           \
	  30 * DAY, SECOND, "", "the silence of the older one")                \
	X(SELF_CONNECT, "", "self_connect", FIELD_WORD, 0, 0, UNSET,           \
	  "refuse|allow", "a connection to its own end (simultaneous open)")   \
	X(CONNECT_TIMEOUT, "", "connect_timeout", FIELD_DURATION, SECOND,      \
	  HOUR, UNSET, "", "connect() fails with ETIMEDOUT after so long")     \
	X(DEAD, "", "dead", FIELD_SECTION, 0, 0, UNSET, "",                    \
	  "a connection that is over and still held open")                     \
	X(DEAD_AFTER, "dead", "after", FIELD_DURATION, 10, 30 * DAY, UNSET,    \
	  "", "time since it was over")                                        \
	X(DEAD_ACTION, "dead", "action", FIELD_WORD, 0, 0, 0, "log|terminate", \
	  "only record, or send SIGTERM to the process")                       \
	X(OVERRIDE, "", "override", FIELD_WORD, 0, 0, UNSET, "no|yes|yield",   \
	  "rule against program: later one, rule, program")                    \
	X(SET, "", "set", FIELD_SECTION, 0, 0, UNSET, "",                      \
	  "socket options by their kernel names")                              \
	FOR_EACH_SETTING(X)

enum field_id {
#define X(id, ...) id,
	FOR_EACH_FIELD(X)
#undef X
	FIELD_COUNT_OF
};

enum { NO, YES };
enum { ANSWER_EOF, ANSWER_RESET };
enum { COUNT_RECEIVED, COUNT_SENT, COUNT_BOTH };
enum { ACTION_EOF, ACTION_RESET, ACTION_LOG };
enum { HALF_CLOSE_RESPECT, HALF_CLOSE_IGNORE };
enum { RECLAIM_NO, RECLAIM_PRESSURE, RECLAIM_YES };
enum { ERRORS_KEEP, ERRORS_EOF };
enum { SUPERSEDE_OFF, SUPERSEDE_SAME_PEER, SUPERSEDE_ANY };
enum { SELF_CONNECT_REFUSE, SELF_CONNECT_ALLOW };
enum { DEAD_LOG, DEAD_TERMINATE };
enum { OVERRIDE_NO, OVERRIDE_YES, OVERRIDE_YIELD };

/* Text, not pointers to text: a table of pointers would have the loader fill
 * them in, in every program that starts. */
struct field {
	char section[12], name[28];
	enum field_kind kind;
	int64_t min, max, if_unset;
	char words[28];
};

extern const struct field fields[FIELD_COUNT_OF];

/* What each is for, in a few words; apart, for the library needs none. */
extern const char field_help[FIELD_COUNT_OF][60];

/* Does 0 mean off, whatever the range? */
bool field_can_be_off(const struct field *f);

/* "keepalive.idle", or "errors" outside a section, into `out` (64 bytes). */
void field_path(const struct field *f, char out[64]);

/* What is allowed, for people: "1s-32767s", "received|sent|both". */
void field_wants(const struct field *f, char out[96]);

/* The place of `text` among the '|'-separated words, or -1. */
int word_index(const char *words, const char *text, unsigned len);

#endif
