/* SPDX-License-Identifier: MIT
 * From what a running program's sockets do to the rules that would mend it:
 * watched, judged, written down. The program is neither stopped nor traced.
 */
#ifndef SOCKMEND_SUGGEST_H
#define SOCKMEND_SUGGEST_H

#include "owners.h"
#include "sockets.h"

/* What is timed at each look: since when it has held without a break. */
enum condition {
	CONDITION_CLOSE_WAIT, /* the peer has closed, and nothing is sent */
	CONDITION_STUCK, /* data to send, and a peer that takes none */
	CONDITION_BLOCKED, /* silent, while another one waits to get in */
	CONDITIONS
};

/* One socket of the program. Times are milliseconds of the watch. */
struct watched {
	uint64_t cookie;
	const char *program;
	pid_t pid;
	enum direction direction; /* any: a listener */
	struct tcp_socket now; /* as it was last seen */
	unsigned look; /* when that was */
	bool was_there; /* before the watch began */
	bool same_peer_waits;
	int64_t since[CONDITIONS]; /* -1: does not hold */
};

/* One process of the program. */
struct runner {
	pid_t pid;
	const char *program;
	bool mended;
	unsigned look;
	int64_t first_time, last_time, first_cpu, last_cpu;
};

/* A connection that nobody has any more: some client's fixed port. */
struct leftover {
	struct endpoint local, peer;
};

struct watching {
	const char *who;
	int64_t length, silence; /* milliseconds */
	unsigned port_first, port_last; /* ip_local_port_range there */
	unsigned privileged; /* ports below are: ip_unprivileged_port_start */
	struct pool pool;
	int64_t now;
	unsigned looks; /* so far */
	unsigned count, runners, leftovers;
	struct watched **of;
	struct runner *runner;
	struct leftover *leftover;
	unsigned lingering; /* in TIME_WAIT on a port it listens on */
	int64_t passed[CONDITIONS]; /* the longest that ended by itself */
	void *by_cookie; /* tsearch(3) */
	bool ended; /* nobody of that name runs any more */
	const char *wrong; /* why not all was seen, or NULL */
};

/* False when nobody of that name runs. */
bool watch(struct watching *watching);

/* One look at the sockets that `owners` have where `pid` lives. */
void watch_network(struct watching *watching, pid_t pid,
		   const struct owners *owners);

/* A socket that this look did not find has ended by itself. */
void watch_part_with_the_gone(struct watching *watching);

/* How long a condition must have held by the end of the watch. */
int64_t watch_patience(const struct watching *watching);

#define FOR_EACH_SYMPTOM(X)                                                    \
	X(LEAK)                                                                \
	X(SPIN)                                                                \
	X(SILENT)                                                              \
	X(STUCK)                                                               \
	X(BLOCKED)                                                             \
	X(FIXED_PORT)                                                          \
	X(SELF)

enum symptom {
#define X(id) SYMPTOM_##id,
	FOR_EACH_SYMPTOM(X)
#undef X
		SYMPTOMS
};

struct sighting {
	unsigned count;
	int64_t longest;
	const struct watched *example; /* the one that shows it longest */
};

/* What one rule would be for: a program's connections at one port. */
struct ailment {
	const char *program;
	enum direction direction;
	unsigned port; /* its own when it accepts, else its peers' */
	struct sighting seen[SYMPTOMS];
};

struct ailments {
	unsigned count;
	struct ailment *of;
};

struct ailments suggest_judge(struct watching *watching);

/* The rule file, on standard output. */
void suggest_write(const struct watching *watching,
		   const struct ailments *ailments);

#endif
