/* SPDX-License-Identifier: MIT
 * Everything a rule can say beside whom it means: the master copy.
 *
 * One row per option. The configuration grammar, its range checks and error
 * messages, the policy text, `sockmendctl show` and the test that holds the
 * man page complete are all made from these rows.
 */
#ifndef SOCKMEND_RULE_OPTIONS_H
#define SOCKMEND_RULE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/sockopt_table.h"

#define UNSET INT64_C(-1) /* the rule does not say */
#define AUTO INT64_C(-2) /* user_timeout: idle + interval * probes */

#define SECOND INT64_C(1000) /* every duration is kept in milliseconds */
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)

enum rule_option_kind {
	OPTION_SECTION, /* `name { … }`: its presence switches the mend on */
	OPTION_DURATION, /* milliseconds; 0 is off */
	OPTION_SECONDS, /* the same, but the kernel wants whole seconds */
	OPTION_COUNT, /* a plain number */
	OPTION_WORD, /* one of `words`; the value is its place there */
	OPTION_DURATION_OR_AUTO,
	OPTION_NUMBER, /* a number of which 0 is one like any other */
	OPTION_TIME, /* milliseconds, the same */
	OPTION_WHOLE_TIME, /* in whole seconds, the same */
	OPTION_TEXT, /* min to max bytes; the value is a const char * */
};

/* FIELD(id, section, name, kind, min, max, if_unset, words, what it does, ...)
 *
 * `section` is "" for an option that stands in the rule itself. `if_unset`
 * is what a present section means by an option it leaves out. `words` are
 * separated by '|'. min and max count milliseconds for durations and do not
 * bound 0 (off); they are not used for words.
 */
#define FOR_EACH_RULE_OPTION(X)                                                \
	X(RULE_MODE, "", "mode", OPTION_WORD, 0, 0, UNSET, "mend|observe|off", \
	  "of this rule alone; the more careful one holds")                    \
	X(EPHEMERAL_PORT, "", "ephemeral_port", OPTION_WORD, 0, 0, UNSET,      \
	  "no|yes", "connect from a port the kernel chooses")                  \
	X(REUSE_ADDRESS, "", "reuse_address", OPTION_WORD, 0, 0, UNSET,        \
	  "no|yes", "SO_REUSEADDR on listeners")                               \
	X(KEEPALIVE, "", "keepalive", OPTION_SECTION, 0, 0, UNSET, "",         \
	  "SO_KEEPALIVE, and how it probes")                                   \
	X(KEEPALIVE_IDLE, "keepalive", "idle", OPTION_SECONDS, SECOND,         \
	  32767 * SECOND, UNSET, "", "TCP_KEEPIDLE: silence before a probe")   \
	X(KEEPALIVE_INTERVAL, "keepalive", "interval", OPTION_SECONDS, SECOND, \
	  32767 * SECOND, UNSET, "", "TCP_KEEPINTVL: time between probes")     \
	X(KEEPALIVE_PROBES, "keepalive", "probes", OPTION_COUNT, 1, 127,       \
	  UNSET, "", "TCP_KEEPCNT: unanswered probes before the end")          \
	X(USER_TIMEOUT, "keepalive", "user_timeout", OPTION_DURATION_OR_AUTO,  \
	  1, DAY, 0, "",                                                       \
	  "TCP_USER_TIMEOUT: unacknowledged data, zero windows")               \
	X(ACK_TIMEOUT, "keepalive", "ack_timeout", OPTION_DURATION, SECOND,    \
	  DAY, 0, "", "end when data or probes stay unacknowledged so long")   \
	X(EOF_MEND, "", "eof", OPTION_SECTION, 0, 0, UNSET, "",                \
	  "record the end of file; catch a loop that ignores it")              \
	X(EOF_SPIN_LIMIT, "eof", "spin_limit", OPTION_COUNT, 1, 65535, 100,    \
	  "", "reads that returned 0 in a row before it is a spin")            \
	X(EOF_ANSWER, "eof", "answer", OPTION_WORD, 0, 0, 0, "eof|reset",      \
	  "what a spinning loop then reads: 0, or ECONNRESET")                 \
	X(IDLE, "", "idle", OPTION_SECTION, 0, 0, UNSET, "",                   \
	  "end connections that are silent for too long")                      \
	X(IDLE_TIMEOUT, "idle", "timeout", OPTION_DURATION, 10, 30 * DAY,      \
	  UNSET, "", "the silence that ends a connection")                     \
	X(IDLE_COUNT, "idle", "count", OPTION_WORD, 0, 0, 0,                   \
	  "received|sent|both", "which direction must be silent")              \
	X(IDLE_ACTION, "idle", "action", OPTION_WORD, 0, 0, 0,                 \
	  "eof|reset|log",                                                     \
	  "let the program read 0; reset at once; only record")                \
	X(IDLE_ESCALATE, "idle", "escalate", OPTION_DURATION, 10, 30 * DAY, 0, \
	  "", "reset a connection the program did not close by then")          \
	X(CLOSE_WAIT, "", "close_wait", OPTION_SECTION, 0, 0, UNSET, "",       \
	  "end connections the peer closed and the program did not")           \
	X(CLOSE_WAIT_AFTER, "close_wait", "after", OPTION_DURATION, 10,        \
	  30 * DAY, UNSET, "", "time in CLOSE_WAIT with nothing sent")         \
	X(CLOSE_WAIT_HALF_CLOSE, "close_wait", "half_close", OPTION_WORD, 0,   \
	  0, 0, "respect|ignore", "a peer that only closed its sending side")  \
	X(CLOSE_WAIT_RECLAIM, "close_wait", "reclaim", OPTION_WORD, 0, 0, 0,   \
	  "no|pressure|yes", "close the leaked descriptor too")                \
	X(ERRORS, "", "errors", OPTION_WORD, 0, 0, UNSET, "keep|eof",          \
	  "what a read returns when a probe found the peer dead")              \
	X(SUPERSEDE, "", "supersede", OPTION_SECTION, 0, 0, UNSET, "",         \
	  "a newer connection ends an older, silent one")                      \
	X(SUPERSEDE_WHEN, "supersede", "when", OPTION_WORD, 0, 0, 1,           \
	  "off|same_peer|any", "whose newer connection")                       \
	X(SUPERSEDE_AFTER, "supersede", "after", OPTION_DURATION, 10,          \
	  30 * DAY, SECOND, "", "the silence of the older one")                \
	X(SELF_CONNECT, "", "self_connect", OPTION_WORD, 0, 0, UNSET,          \
	  "refuse|allow", "a connection to its own end (simultaneous open)")   \
	X(CONNECT_TIMEOUT, "", "connect_timeout", OPTION_DURATION, SECOND,     \
	  HOUR, UNSET, "", "connect() fails with ETIMEDOUT after so long")     \
	X(DEAD, "", "dead", OPTION_SECTION, 0, 0, UNSET, "",                   \
	  "a connection that is over and still held open")                     \
	X(DEAD_AFTER, "dead", "after", OPTION_DURATION, 10, 30 * DAY, UNSET,   \
	  "", "time since it was over")                                        \
	X(DEAD_ACTION, "dead", "action", OPTION_WORD, 0, 0, 0,                 \
	  "log|terminate", "only record, or send SIGTERM to the process")      \
	X(OVERRIDE, "", "override", OPTION_WORD, 0, 0, UNSET, "no|yes|yield",  \
	  "rule against program: later one, rule, program")                    \
	X(SET, "", "set", OPTION_SECTION, 0, 0, UNSET, "",                     \
	  "socket options by their kernel names")                              \
	FOR_EACH_SOCKOPT(X)

enum rule_option {
#define X(id, ...) id,
	FOR_EACH_RULE_OPTION(X)
#undef X
		RULE_OPTIONS
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
struct rule_option_info {
	char section[12], name[28];
	enum rule_option_kind kind;
	int64_t min, max, if_unset;
	char words[28];
};

extern const struct rule_option_info rule_options[RULE_OPTIONS];

/* What each is for, in a few words; apart, for the library needs none. */
extern const char rule_option_help[RULE_OPTIONS][60];

/* Does 0 mean off, whatever the range? */
bool rule_option_can_be_off(const struct rule_option_info *f);

/* "keepalive.idle", or "errors" outside a section, into `out` (64 bytes). */
void rule_option_path(const struct rule_option_info *f, char out[64]);

/* What is allowed, for people: "1s-32767s", "received|sent|both". */
void rule_option_wants(const struct rule_option_info *f, char out[96]);

/* The place of `text` among the '|'-separated words, or -1. */
int word_index(const char *words, const char *text, unsigned len);

#endif
