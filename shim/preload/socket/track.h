/* SPDX-License-Identifier: MIT
 * Tracking a descriptor from its first call on.
 */
#ifndef SOCKMEND_TRACK_H
#define SOCKMEND_TRACK_H

#include <stdbool.h>
#include <sys/socket.h>

#include "core/policy.h"
#include "state/fdtable.h"

/* socket() gave `fd`. */
void track_new(int fd, int domain, int type, int protocol);

/* The entry of a TCP socket, or NULL: not TCP, or no memory. One that did not
 * come through socket() here is asked for once. */
struct fd_entry *track_get(int fd);

/* Does the rule need anything of a connection once it is made? */
bool rule_needs_tracking(const struct rule *rule);

/* Do events about its reads, or supersede, need the addresses kept? */
bool track_keeps_names(const struct rule *rule);

/* From here on `rule` governs the connection between these two ends: its reads
 * and its deadlines. */
void track_start(int fd, struct fd_entry *slot, const struct rule *rule,
		 const struct endpoint *local, const struct endpoint *peer);

/* Say which options were set ("": none were). */
void track_record_options(int fd, const struct fd_entry *slot,
			  const char *done);

/* Read the caller's address. 0 or -errno; a sandbox that forbids it is an
 * event, once. */
int track_copy_sockaddr(int fd, void *to, size_t room,
			const struct sockaddr *addr, socklen_t len);

/* Before getsockname(): the room the program gave, if a port is held back;
 * else 0, and there is nothing to do. */
socklen_t track_name_room(int fd, const socklen_t *len);

/* After it: a port held back is still the program's. */
void track_fix_name(int fd, struct sockaddr *addr, socklen_t room);

/* `copy` is now the same socket as `fd`. */
void track_copied(int fd, int copy);

/* shutdown() closed the receiving side: an end of file it reads is its own. */
void track_shutdown(int fd);

#endif
