/* SPDX-License-Identifier: MIT
 * Reads that brought nothing: the end of file, and what a probe found out.
 */
#ifndef SOCKMEND_ENDS_H
#define SOCKMEND_ENDS_H

#include <sys/socket.h>
#include <sys/types.h>

/* A read of at most `len` bytes on `fd` gave `got`, 0 or -1, and errno. Gives
 * what the program shall see. `flags` as in recv(2). */
ssize_t read_ended(int fd, ssize_t got, size_t len, int flags);

#endif
