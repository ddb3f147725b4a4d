/* SPDX-License-Identifier: MIT
 * Addresses to bind, and to reach.
 */
#ifndef SOCKMEND_DIFFER_TARGETS_H
#define SOCKMEND_DIFFER_TARGETS_H

#include "differ.h"

#include <netinet/in.h>
#include <sys/un.h>

struct name {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_un un;
	} at;
	socklen_t len;
};

/* What is at that number, if it is kept account of. */
unsigned kind_known(int fd);

/* Without dice: the loopback. */
struct name name_of_kind(unsigned kind, struct dice *d, int port);

/* The port to bind, see postures.c; now and then 0. */
int own_port(struct dice *d, unsigned kind);
struct name name_to_bind(struct dice *d, int fd);

/* As a socket of that kind would call it. */
struct name seen_as(struct name n, unsigned kind);

/* Somebody who answers, if there is one. */
struct name name_to_reach(struct dice *d, int fd);

#endif
