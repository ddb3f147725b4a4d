/* SPDX-License-Identifier: MIT
 * Opens things as the network namespace of another process has them.
 */
#ifndef SOCKMEND_NETNS_H
#define SOCKMEND_NETNS_H

#include <stdint.h>
#include <sys/types.h>

/* The number of the network namespace `pid` (0: this process) lives in; 0
 * where the kernel does not say, with errno. */
uint64_t netns_of(pid_t pid);

/* What `how(arg)` opens there, closed on exec; or -errno. A child of ours
 * goes there and hands the descriptor back: it stays what it was opened as. */
int netns_open(pid_t pid, int (*how)(const char *arg), const char *arg);

/* A file such as /proc/sys/net/ipv4/tcp_fin_timeout or /proc/net/netstat as
 * it reads there; or -errno. */
int netns_open_file(pid_t pid, const char *path);

/* The same, read: up to `room` - 1 bytes and a NUL. The length, or -errno. */
long netns_read_file(pid_t pid, const char *path, char *out, size_t room);

#endif
