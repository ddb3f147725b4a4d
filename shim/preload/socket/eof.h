/* SPDX-License-Identifier: MIT
 * Reads that brought no data: the end of file, and what ended a connection.
 */
#ifndef SOCKMEND_EOF_H
#define SOCKMEND_EOF_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

/* A read of at most `len` bytes on `fd` gave `got`, 0 or -1, and errno. Gives
 * what the program shall see. `flags` as in recv(2). Asks the kernel nothing
 * unless the answer is about to be changed: the program may be sandboxed. */
ssize_t read_without_data(int fd, ssize_t got, size_t len, int flags);

/* A read failed with `error`: does the rule (errors = eof) give it as the end
 * of file? Then the caller puts errno back. */
bool read_error_is_eof(int fd, int error);

#endif
