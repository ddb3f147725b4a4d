/* SPDX-License-Identifier: MIT
 * What doctor has found: one finding for each thing it looked at.
 */
#ifndef SOCKMEND_FINDINGS_H
#define SOCKMEND_FINDINGS_H

#include <stdbool.h>

#include "pool.h"

/* SEVERITY(id, word, colour): the worst first, which is how they are shown. */
#define FOR_EACH_SEVERITY(X)                                                   \
	X(WARNING, "warning", "1;31")                                          \
	X(NOTE, "note", "33")                                                  \
	X(UNKNOWN, "unknown", "2")                                             \
	X(WELL, "ok", "32")

enum severity {
#define X(id, ...) SEVERITY_##id,
	FOR_EACH_SEVERITY(X)
#undef X
		SEVERITIES
};

/* STORY(id, word, what happens there) */
#define FOR_EACH_STORY(X)                                                      \
	X(DEAD_PEER, "dead-peer", "a peer that vanished keeps its connection") \
	X(BLOCKED, "blocked-listener",                                         \
	  "one silent connection blocks the next client")                      \
	X(LEAK, "leak", "connections the peer ended and the program did not")  \
	X(SILENT_NAT, "silent-nat", "a middlebox forgets an idle connection")  \
	X(STUCK_WRITER, "stuck-writer",                                        \
	  "a writer waits for a peer that hangs")                              \
	X(RESTART, "restart", "a server cannot have its port again")           \
	X(PORTS, "ports", "a client has no port left to call from")            \
	X(SELF_CONNECT, "self-connect", "a client is connected to itself")     \
	X(QUEUE, "queue", "connections refused: accept queue full")            \
	X(PATH, "path", "the host itself drops what it was sent")              \
	X(ROOM, "room", "descriptors or memory run out")

enum story {
#define X(id, ...) STORY_##id,
	FOR_EACH_STORY(X)
#undef X
		STORIES
};

/* A text may be NULL for "". */
struct finding {
	enum severity severity;
	enum story story;
	const char *subject; /* a setting, or a program and a condition */
	const char *value; /* what was seen */
	const char *meaning; /* what that does to the story */
	const char *sysctl; /* "net.ipv4.tcp_fin_timeout=60" */
	const char *proof, *hint; /* of what is seen now; at most one */
	const char *rule; /* for a sockmend rule; "# …" when not proven */
	const char *risk; /* of that rule */
};

struct findings {
	struct pool pool; /* their texts too */
	unsigned count;
	struct finding *of;
};

void findings_add(struct findings *findings, const struct finding *finding);

unsigned findings_count(const struct findings *findings, enum severity which);

/* Text for people. Without `all` only what is not well, and how much is. */
void findings_print(const struct findings *findings, bool all);

/* A JSON array, with everything. */
void findings_print_json(const struct findings *findings);

#endif
