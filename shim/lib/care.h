/* SPDX-License-Identifier: MIT
 * Taking a descriptor into our care, and what the program does to it then.
 */
#ifndef SOCKMEND_CARE_H
#define SOCKMEND_CARE_H

#include <stdbool.h>
#include <sys/socket.h>

#include "policy.h"
#include "slots.h"

/* socket() gave `fd`. */
void care_new(int fd, int domain, int type, int protocol);

/* The slot of a TCP socket, or NULL: not TCP, or no memory. One that did not
 * come through socket() here is asked for once. */
struct slot *care_of(int fd);

/* Does the rule need anything of a connection once it is made? */
bool care_later(const struct rule *rule);

/* Do events about its reads, or supersede, need the addresses kept? */
bool care_keeps_names(const struct rule *rule);

/* From here on `rule` governs the connection between these two ends: its reads
 * and its deadlines. */
void care_for(int fd, struct slot *slot, const struct rule *rule,
	      const struct endpoint *local, const struct endpoint *peer);

/* Say which options were set ("": none were). */
void care_say_options(int fd, const struct slot *slot, const char *done);

/* Read the caller's address. 0 or -errno; a sandbox that forbids it is an
 * event, once. */
int care_copy_addr(int fd, void *to, size_t room, const struct sockaddr *addr,
		   socklen_t len);

/* Before getsockname(): the room the program gave, if a port is held back;
 * else 0, and there is nothing to do. */
socklen_t care_name_room(int fd, const socklen_t *len);

/* After it: a port held back is still the program's. */
void care_name(int fd, struct sockaddr *addr, socklen_t room);

/* `copy` is now the same socket as `fd`. */
void care_copied(int fd, int copy);

/* shutdown() closed the receiving side: an end of file it reads is its own. */
void care_shut(int fd);

#endif
