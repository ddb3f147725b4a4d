/* SPDX-License-Identifier: MIT
 * Datagrams to a local socket that may go and come back.
 */
#ifndef SOCKMEND_UNIX_DGRAM_H
#define SOCKMEND_UNIX_DGRAM_H

#include <stddef.h>

struct datagram {
	const char *path; /* '@': the abstract name behind it */
	int fd; /* -1: not open */
};

/* Never waits: a receiver that is busy is a failure like any other. NULL, or
 * what is wrong; then the next one opens the socket anew. */
const char *datagram_send(struct datagram *to, const void *bytes, size_t len);

#endif
