/* SPDX-License-Identifier: MIT
 * From what the sockets of programs show to the rules that would help: one
 * table of symptoms for doctor (one sample) and suggest (several samples).
 * Programs are neither stopped nor traced.
 */
#ifndef SOCKMEND_DIAGNOSE_H
#define SOCKMEND_DIAGNOSE_H

#include "findings.h"
#include "socket_owners.h"
#include "tcp_diag.h"

#define SILENCE_DEFAULT (60 * SECOND)

/* What is timed over the samples: since when it has held without a break. */
enum condition {
	CONDITION_CLOSE_WAIT, /* the peer has closed */
	CONDITION_STUCK, /* data to send, and none is acknowledged */
	CONDITION_BLOCKED, /* another connection waits to be accepted */
	CONDITION_SILENT, /* nothing received or acknowledged */
	CONDITIONS
};

/* One socket of a program. Times are milliseconds of the watch. */
struct watched {
	uint64_t cookie;
	const char *program;
	pid_t pid;
	const struct runner *runner; /* of those that hold it the busiest */
	enum direction direction; /* any: a listener */
	struct tcp_socket now; /* as it was last seen */
	unsigned look; /* when that was */
	bool was_there; /* before the watch began */
	bool same_peer_waits;
	bool blocks; /* at this look a connection waits at its listener */
	bool spins; /* an event eof-spin says so */
	bool peer_reads,
		peer_gone; /* the other end, where it is on this host */
	uint32_t last_silence;
	int64_t since[CONDITIONS]; /* -1: does not hold */
	bool left_close_wait;
};

/* What a process has used, from its start or over the watch. */
struct usage {
	int64_t time; /* of the clock; the rest likewise milliseconds */
	int64_t wanting; /* on a CPU or waiting for one */
	int64_t user, system;
	int64_t faults, switches; /* minor page faults; it gave the CPU up */
	int64_t bytes; /* read and written, but for sockets; -1: not shown */
};

/* One process of the program. */
struct runner {
	pid_t pid;
	const char *program;
	bool mended;
	bool working; /* at this look it was on a CPU or waited for a disk */
	unsigned look;
	struct usage first, used; /* used: since the first look */
};

/* A connection without a process, in TIME_WAIT: some client's fixed port. */
struct leftover {
	struct endpoint local, peer;
};

struct watching {
	const char *who;
	const struct process *strangers; /* owns what no other does, or NULL */
	bool one_sample;
	int64_t length, silence; /* milliseconds */
	unsigned port_first, port_last; /* ip_local_port_range there */
	unsigned privileged; /* ports below are: ip_unprivileged_port_start */
	unsigned queue_most; /* net.core.somaxconn */
	struct pool pool;
	int64_t now;
	unsigned looks; /* so far */
	unsigned count, runners, leftovers;
	struct watched **of;
	struct runner **runner;
	struct leftover *leftover;
	unsigned lingering,
		lingering_port; /* in TIME_WAIT on a server's port */
	uint32_t unproven; /* the longest silence below the threshold */
	int64_t passed[CONDITIONS]; /* the longest that ended by itself */
	void *by_cookie; /* tsearch(3) */
	bool ended; /* no process of that name runs any more */
	const char *wrong; /* why not all was seen, or NULL */
};

/* False when no process of that name runs. */
bool watch(struct watching *watching);

/* One sample of these processes, whose descriptors have been read, in the
 * network namespace of `pid`. */
void watch_once(struct watching *watching, pid_t pid,
		const struct processes *all);

/* One look at the sockets that `owners` have where `pid` lives; false when that
 * has ended. */
bool watch_network(struct watching *watching, pid_t pid,
		   const struct owners *owners);

struct runner *watch_runner(const struct watching *watching, pid_t pid);

/* A socket that this look did not find has ended by itself. */
void watch_drop_closed(struct watching *watching);

/* How long a condition must have held by the end of the watch. */
int64_t watch_patience(const struct watching *watching);

#define FOR_EACH_SYMPTOM(X)                                                    \
	X(SELF)                                                                \
	X(UNANSWERED)                                                          \
	X(STUCK)                                                               \
	X(SPIN)                                                                \
	X(UNREAD)                                                              \
	X(BLOCKED)                                                             \
	X(LEAK)                                                                \
	X(FIXED_PORT)                                                          \
	X(SILENT)                                                              \
	X(HALF)                                                                \
	X(FULL)                                                                \
	X(IN_RANGE)

enum symptom {
#define X(id) SYMPTOM_##id,
	FOR_EACH_SYMPTOM(X)
#undef X
		SYMPTOMS
};

/* A remark proposes no rule, a hint one that is commented out, and a proof an
 * active one. */
enum degree { ABSENT, REMARK, HINT, PROOF };

struct verdict {
	enum degree degree;
	int64_t time; /* how long it has shown */
	const char *evidence; /* what proves it, or hints at it */
	bool owes; /* the peer asked last, and may wait for the answer */
};

struct occurrence {
	unsigned count, owes; /* so many owe an answer */
	unsigned processes;
	struct verdict worst;
	const struct watched *example; /* the one that shows that */
};

/* What one rule would be for: a program's connections at one port. */
struct trouble {
	const char *program;
	enum direction direction;
	unsigned port; /* its own when it accepts, else its peers' */
	enum degree worst;
	struct occurrence seen[SYMPTOMS];
};

struct troubles {
	unsigned count;
	struct trouble *of; /* those with a proof first */
};

struct troubles diagnose(struct watching *watching);

/* The table of symptoms. */
struct symptom_row {
	const char *name; /* what a connection is then */
	enum story story;
	const char *meaning;
	const char *rule; /* "" none; %s: a time, or a word of its own */
	const char *risk; /* of the rule */
	void (*judge)(const struct watching *watching, const struct watched *w,
		      struct verdict *verdict);
	int64_t least; /* of the time in the rule, which is more than
			* four times what ended by itself */
	enum condition passed;
	unsigned many; /* so many are a warning of doctor's */
};

extern const struct symptom_row symptoms[SYMPTOMS];

/* The rule for it; the risk of that may be of its own. "" for none. */
const char *symptom_rule(struct watching *watching,
			 const struct trouble *trouble, enum symptom symptom,
			 const char **risk);

/* The rule for it as a comment, for what is only exposed to it; "" for
 * SYMPTOMS. */
const char *symptom_rule_if_so(struct pool *pool, enum symptom symptom);

/* How long the peer has been silent: what it acknowledged of ours counts. */
uint32_t peer_silence(const struct tcp_socket *s);

/* Rounded as far as a reader cares: 41.284s is 41s. */
const char *time_in_words(struct pool *pool, int64_t milliseconds);

#endif
