/* SPDX-License-Identifier: MIT
 * Where the collector hands events to: a kind of sink is a file.
 */
#ifndef SOCKMEND_SINK_H
#define SOCKMEND_SINK_H

#include "unix_dgram.h"
#include "state.h"

struct sink {
	const char *name; /* as messages call it */

	/* Hand over one event: NULL, or what is wrong. It is tried again then,
	 * so nothing of it may stay. */
	const char *(*put)(struct sink *sink, const struct record *record);

	/* What was open may be another one by now. */
	void (*refresh)(struct sink *sink);
	void (*reopen)(struct sink *sink); /* SIGHUP */

	int fd; /* of a file */
	struct datagram to; /* of a socket */
};

struct sink sink_to_nobody(void);
struct sink sink_to_syslog(void);
struct sink sink_to_journald(void);
struct sink sink_to_file(const char *path);

/* syslog(3)'s word for how bad it is. */
int record_priority(const struct record *record);

/* For sinks that have nothing to open. */
void sink_leave(struct sink *sink);

#endif
