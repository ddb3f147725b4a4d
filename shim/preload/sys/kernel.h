/* SPDX-License-Identifier: MIT
 * What the kernel knows: we ask it, we do not remember.
 *
 * Every function here is a raw system call or two: it leaves errno alone and
 * serves program threads, signal handlers and the watch task alike. Calls
 * that can fail give 0 or -errno.
 */
#ifndef SOCKMEND_KERNEL_H
#define SOCKMEND_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "core/policy.h"

/* tcp(7)'s tcpi_state, RFC 9293 3.3.2. */
enum tcp_state {
	STATE_ESTABLISHED = 1,
	STATE_SYN_SENT = 2,
	STATE_CLOSE = 7,
	STATE_CLOSE_WAIT = 8,
	STATE_LISTEN = 10,
};

/* TCP_INFO. Times are milliseconds, and mean nothing before ESTABLISHED. */
struct tcp_clocks {
	enum tcp_state state;
	int64_t silent_received; /* since data last arrived */
	int64_t silent_sent; /* since data was last sent, or sent again */
	int64_t silent_ack; /* since the peer was last heard at all */
	int64_t rtt; /* smoothed round-trip time */
	unsigned queued; /* LISTEN: connections not yet accepted */
	unsigned unacked; /* segments sent and not acknowledged */
	unsigned retransmits; /* of the first of them, in a row */
	unsigned probes; /* unanswered window or keepalive probes */
	bool counts; /* the kernel counts what follows (4.6) */
	uint32_t acked; /* bytes the peer acknowledged, modulo 2^32 */
	uint64_t received; /* bytes that arrived */
	uint32_t sent; /* segments with data that were sent */
};

int kernel_tcp_clocks(int fd, struct tcp_clocks *facts);

/* Is there data the peer has not acknowledged, or that was not even sent? */
bool kernel_has_unsent(int fd);

/* Is there data the program has not read? */
bool kernel_has_unread(int fd);

/* TCP, or Multipath TCP (RFC 8684), whose sockets take TCP's options. */
bool kernel_is_tcp_protocol(int protocol);
bool kernel_is_tcp(int fd);
bool kernel_is_listening(int fd);

/* SO_COOKIE: one socket, under any number, in any process. 0: not a socket,
 * or a kernel before 4.12. */
uint64_t kernel_cookie(int fd);

/* getsockname(2) into zeroed `room` bytes; the length, 0 when it fails. */
socklen_t kernel_getsockname(int fd, void *name, socklen_t room);

struct endpoint kernel_local(int fd);
struct endpoint kernel_peer(int fd); /* also of a connection that is gone */

int kernel_get(int fd, int level, int option);
int kernel_get_bytes(int fd, int level, int option, void *value,
		     socklen_t *len);
int kernel_set(int fd, int level, int option, int value);
int kernel_set_bytes(int fd, int level, int option, const void *value,
		     size_t len);

/* Let its close discard the connection with a RST (SO_LINGER of zero). */
int kernel_linger_zero(int fd);

/* Has the program set SO_LINGER? */
bool kernel_lingers(int fd);

int kernel_shut_receiving(int fd);

/* Is there a child of this process, living or not waited for? Changes nothing
 * (waitid(2), WNOWAIT). */
bool kernel_has_children(void);

/* Is there an end of file to read, from the peer or by a shutdown? */
bool kernel_receiving_is_shut(int fd);

/* connect(AF_UNSPEC): a RST to the peer, the 4-tuple is free at once. */
int kernel_disconnect(int fd);

/* The same, and the program sees what a peer's RST shows: poll(2) reports
 * POLLIN as well, a read gives ECONNRESET and then 0. */
int kernel_reset(int fd);

/* Copy the caller's memory as the kernel would: a bad pointer is -EFAULT, not
 * a crash. -EPERM or -ENOSYS when a sandbox forbids the question. */
int kernel_copy_from(void *to, const void *from, size_t count);

/* bind(2), past libc and past our own. */
int kernel_bind(int fd, const void *addr, socklen_t len);

/* A socket of our own, for the length of one call; CLOEXEC. */
int kernel_socket(int domain, int type, int protocol);

int kernel_pid(void);
bool kernel_is_main_thread(void);

/* A second thread that takes a descriptor table of its own leaves the
 * program's to the others: what is known of the numbers, and the watch task,
 * stay with that one. Nor may the task stay in a table that the program has
 * left: it would keep its sockets open. */
static inline bool kernel_leaves_table(bool unshares)
{
	return unshares && !kernel_is_main_thread();
}

int kernel_close(int fd);

/* Is this process under a seccomp filter? */
bool kernel_is_filtered(void);

/* Which of the first 64 descriptors are open, a bit each; all where that is
 * not told. */
uint64_t kernel_first_open(void);

/* The soft RLIMIT_NOFILE. */
uint64_t kernel_descriptor_limit(void);

/* Anonymous memory, zeroed, touched only where it is used; NULL: none. */
void *kernel_mmap(size_t size);
void *kernel_mmap_shared(size_t size); /* with forked children */
void kernel_munmap(void *memory, size_t size);

/* Without a descriptor. The link's text, cut to `room` with its NUL, or "". */
void kernel_read_link(const char *path, char *text, size_t room);
bool kernel_can_read(const char *path);

/* stat(2), without a descriptor. 0 or -errno. */
struct stat64;
long kernel_stat(const char *path, struct stat64 *about);

/* Is it of the local port range, from which connect() chooses? */
bool kernel_is_local_port(unsigned port);

/* A whole small regular file; its length, or -errno (-E2BIG: longer). */
long kernel_read_file(const char *path, char *buffer, size_t room);

#endif
