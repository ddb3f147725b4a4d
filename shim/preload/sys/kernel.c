/* SPDX-License-Identifier: MIT
 * Questions to the kernel, and the few things we tell it.
 */
#include "sys/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "sys/raw_syscall.h"
#include "sys/clock.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262 /* Linux 5.6 */
#endif
#ifndef SO_COOKIE
#define SO_COOKIE 57 /* Linux 4.6; for TCP sockets stable since 4.12 */
#endif

static long get(int fd, int level, int option, void *value, socklen_t *len)
{
	return sys5(SYS_getsockopt, fd, level, option, value, len);
}

static long set(int fd, int level, int option, const void *value, size_t len)
{
	return sys5(SYS_setsockopt, fd, level, option, value, len);
}

int kernel_get(int fd, int level, int option)
{
	int value = 0;
	socklen_t len = sizeof value;
	const long failed = get(fd, level, option, &value, &len);

	return failed ? (int)failed : value;
}

int kernel_get_bytes(int fd, int level, int option, void *value, socklen_t *len)
{
	return (int)get(fd, level, option, value, len);
}

int kernel_set(int fd, int level, int option, int value)
{
	return (int)set(fd, level, option, &value, sizeof value);
}

int kernel_set_bytes(int fd, int level, int option, const void *value,
		     size_t len)
{
	return (int)set(fd, level, option, value, len);
}

/* A connection to itself (simultaneous open) never got its clock of received
 * data set: the kernel counts from its own zero, five minutes after boot, give
 * or take how long its two clocks took to start (a quarter of a second has
 * been seen). A connection that fell silent just then is judged by its last
 * ACK, which is as old. */
static bool counts_from_boot(int64_t silence)
{
	const int64_t uptime = clock_milliseconds();
	const int64_t zero = uptime - 300 * SECOND;
	const int64_t near = 5 * SECOND;

	return silence > uptime + near ||
	       (silence > zero - near && silence < zero + near);
}

/* What the headers of an older kernel do not name (Linux 4.6): the end of
 * tcpi_data_segs_out. Times in TCP_INFO are microseconds or milliseconds. */
#define INFO_COUNTS 160
#define INFO_BYTES_ACKED 120
#define INFO_BYTES_RECEIVED 128
#define INFO_DATA_SEGMENTS_OUT 156

static void read_counts(struct tcp_clocks *facts, const char *info)
{
	memcpy(&facts->acked, info + INFO_BYTES_ACKED, sizeof facts->acked);
	memcpy(&facts->received, info + INFO_BYTES_RECEIVED,
	       sizeof facts->received);
	memcpy(&facts->sent, info + INFO_DATA_SEGMENTS_OUT, sizeof facts->sent);
}

int kernel_tcp_clocks(int fd, struct tcp_clocks *facts)
{
	union {
		struct tcp_info info;
		char bytes[INFO_COUNTS];
	} u;
	socklen_t len = INFO_COUNTS;
	long failed;

	memset(&u, 0, sizeof u);
	failed = get(fd, IPPROTO_TCP, TCP_INFO, &u, &len);
	if (failed)
		return (int)failed;
	facts->state = u.info.tcpi_state;
	facts->silent_received = u.info.tcpi_last_data_recv;
	facts->silent_sent = u.info.tcpi_last_data_sent;
	facts->silent_ack = u.info.tcpi_last_ack_recv;
	facts->rtt = u.info.tcpi_rtt / 1000;
	facts->queued = u.info.tcpi_unacked;
	facts->unacked = u.info.tcpi_unacked;
	facts->retransmits = u.info.tcpi_retransmits;
	facts->probes = u.info.tcpi_probes;
	facts->counts = len >= INFO_COUNTS;
	read_counts(facts, u.bytes);
	if (counts_from_boot(facts->silent_received))
		facts->silent_received = facts->silent_ack;
	return 0;
}

bool kernel_has_unread(int fd)
{
	int queued = 0;

	return !sys3(SYS_ioctl, fd, SIOCINQ, &queued) && queued > 0;
}

bool kernel_has_unsent(int fd)
{
	int queued = 0;

	return !sys3(SYS_ioctl, fd, SIOCOUTQ, &queued) && queued > 0;
}

bool kernel_is_tcp_protocol(int protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP;
}

bool kernel_is_tcp(int fd)
{
	return kernel_is_tcp_protocol(kernel_get(fd, SOL_SOCKET, SO_PROTOCOL));
}

bool kernel_is_listening(int fd)
{
	return kernel_get(fd, SOL_SOCKET, SO_ACCEPTCONN) == 1;
}

uint64_t kernel_cookie(int fd)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof cookie;

	return get(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) ? 0 : cookie;
}

static socklen_t ask_name(long call, int fd, void *name, socklen_t room)
{
	socklen_t len = room;

	memset(name, 0, room);
	if (sys3(call, fd, name, &len))
		return 0;
	return len < room ? len : room;
}

socklen_t kernel_getsockname(int fd, void *name, socklen_t room)
{
	return ask_name(SYS_getsockname, fd, name, room);
}

struct endpoint kernel_local(int fd)
{
	struct sockaddr_in6 name; /* the larger of the two we know */

	return endpoint_of(&name, kernel_getsockname(fd, &name, sizeof name));
}

/* Unlike getpeername(2), SO_PEERNAME also names the peer of a connection that
 * is gone; but it wants the exact length. */
static socklen_t ask_former_peer(int fd, struct sockaddr_in6 *name)
{
	socklen_t len = sizeof *name;

	if (!get(fd, SOL_SOCKET, SO_PEERNAME, name, &len))
		return len;
	len = sizeof(struct sockaddr_in);
	return get(fd, SOL_SOCKET, SO_PEERNAME, name, &len) ? 0 : len;
}

struct endpoint kernel_peer(int fd)
{
	struct sockaddr_in6 name;
	socklen_t len = ask_name(SYS_getpeername, fd, &name, sizeof name);

	if (!len)
		len = ask_former_peer(fd, &name);
	return endpoint_of(&name, len);
}

int kernel_linger_zero(int fd)
{
	const struct linger at_once = {1, 0};

	return (int)set(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

bool kernel_lingers(int fd)
{
	struct linger linger = {0, 0};
	socklen_t len = sizeof linger;

	return get(fd, SOL_SOCKET, SO_LINGER, &linger, &len) || linger.l_onoff;
}

bool kernel_has_children(void)
{
	return sys5(SYS_waitid, P_ALL, 0, 0,
		    WEXITED | WNOHANG | WNOWAIT | __WALL, 0) != -ECHILD;
}

int kernel_shut_receiving(int fd)
{
	return (int)sys2(SYS_shutdown, fd, SHUT_RD);
}

bool kernel_receiving_is_shut(int fd)
{
	struct pollfd ask = {.fd = fd, .events = POLLRDHUP};
	const struct timespec none = {0, 0};

	return sys5(SYS_ppoll, &ask, 1, &none, 0, 0) == 1 &&
	       ask.revents & POLLRDHUP;
}

int kernel_disconnect(int fd)
{
	struct sockaddr unspecified;

	memset(&unspecified, 0, sizeof unspecified);
	unspecified.sa_family = AF_UNSPEC;
	return (int)sys3(SYS_connect, fd, &unspecified, sizeof unspecified);
}

/* shutdown(2) answers ENOTCONN, and sets the flags that poll(2) looks at. */
int kernel_reset(int fd)
{
	const int failed = kernel_disconnect(fd);

	if (!failed)
		sys2(SYS_shutdown, fd, SHUT_RDWR);
	return failed;
}

int kernel_bind(int fd, const void *addr, socklen_t len)
{
	return (int)sys3(SYS_bind, fd, addr, len);
}

int kernel_socket(int domain, int type, int protocol)
{
	return (int)sys3(SYS_socket, domain, type | SOCK_CLOEXEC, protocol);
}

/* rt_sigprocmask(2) reads eight bytes before it refuses an unknown
 * operation. -EINVAL: all of it can be read. */
static long ask_readable(const void *from, size_t count)
{
	const uintptr_t first = (uintptr_t)from & ~(uintptr_t)7;
	const size_t words = ((uintptr_t)from - first + count + 7) / 8;
	long said = -EINVAL;

	for (size_t i = 0; i < words && said == -EINVAL; i++)
		said = sys4(SYS_rt_sigprocmask, -1, first + 8 * i, 0, 8);
	return said;
}

/* Where process_vm_readv is refused, as by Docker 20.10. Memory that
 * another thread unmaps just now is not survived here. */
static int copy_after_asking(void *to, const void *from, size_t count,
			     long refused)
{
	const long said = ask_readable(from, count);

	if (said == -EINVAL) {
		memcpy(to, from, count);
		return 0;
	}
	return said == -EFAULT ? -EFAULT : (int)refused;
}

int kernel_copy_from(void *to, const void *from, size_t count)
{
	struct iovec here = {to, count};
	struct iovec there = {(void *)(uintptr_t)from, count};
	const long got = sys6(SYS_process_vm_readv, kernel_pid(),
			      SYS_LONG(&here), 1, SYS_LONG(&there), 1, 0);

	if (got == (long)count)
		return 0;
	if (got >= 0 || got == -EFAULT)
		return -EFAULT;
	return copy_after_asking(to, from, count, got);
}

int kernel_pid(void)
{
	return (int)sys0(SYS_getpid);
}

bool kernel_is_main_thread(void)
{
	return sys0(SYS_gettid) == sys0(SYS_getpid);
}

int kernel_close(int fd)
{
	return (int)sys1(SYS_close, fd);
}

bool kernel_is_filtered(void)
{
	return sys5(SYS_prctl, PR_GET_SECCOMP, 0, 0, 0, 0) > 0;
}

/* One poll(2) that waits for nothing tells which are closed. It refuses more
 * descriptors than the process may open. */
uint64_t kernel_first_open(void)
{
	struct pollfd first[64];
	const struct timespec none = {0, 0};
	uint64_t open = 0;

	for (int fd = 0; fd < 64; fd++)
		first[fd] = (struct pollfd){.fd = fd};
	if (sys5(SYS_ppoll, first, 64, &none, 0, 0) < 0)
		return UINT64_MAX;
	for (int fd = 0; fd < 64; fd++)
		if (!(first[fd].revents & POLLNVAL))
			open |= UINT64_C(1) << fd;
	return open;
}

uint64_t kernel_descriptor_limit(void)
{
	uint64_t limit[2] = {0, 0}; /* struct rlimit64 */

	sys4(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, limit);
	return limit[0];
}

static void *anonymous(size_t size, int kind)
{
	const long got = sys6(BARE_MMAP, 0, (long)size, PROT_READ | PROT_WRITE,
			      kind | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return got < 0 && got > -4096 ? NULL : (void *)got;
}

void *kernel_mmap(size_t size)
{
	return anonymous(size, MAP_PRIVATE);
}

void *kernel_mmap_shared(size_t size)
{
	return anonymous(size, MAP_SHARED);
}

void kernel_munmap(void *memory, size_t size)
{
	sys2(SYS_munmap, memory, size);
}

/* By their old names, where the machine has them: the new ones take a
 * directory's descriptor, and would show up as calls on descriptors. */
#ifdef SYS_readlink
#define READ_LINK(path, text, room) sys3(SYS_readlink, path, text, room)
#define ACCESS(path, how) sys2(SYS_access, path, how)
#define STAT(path, about) sys2(BARE_STAT, path, about)
#else
#define READ_LINK(path, text, room)                                            \
	sys4(SYS_readlinkat, AT_FDCWD, path, text, room)
#define ACCESS(path, how) sys3(SYS_faccessat, AT_FDCWD, path, how)
#define STAT(path, about) sys4(BARE_FSTATAT, AT_FDCWD, path, about, 0)
#endif

void kernel_read_link(const char *path, char *text, size_t room)
{
	const long len = READ_LINK(path, text, room - 1);

	text[len > 0 ? len : 0] = '\0';
}

bool kernel_can_read(const char *path)
{
	return !ACCESS(path, R_OK);
}

long kernel_stat(const char *path, struct stat64 *about)
{
	return STAT(path, about);
}

static long read_all(int fd, char *buffer, size_t room)
{
	size_t have = 0;
	long got;

	do {
		got = sys3(SYS_read, fd, buffer + have, room - have);
		if (got > 0)
			have += (size_t)got;
	} while (got > 0 && have < room);
	if (got < 0)
		return got;
	return have == room ? -E2BIG : (long)have;
}

long kernel_read_file(const char *path, char *buffer, size_t room)
{
	/* Not blocking: a FIFO must not hold up the program. */
	const long fd = sys4(SYS_openat, AT_FDCWD, path,
			     O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
	struct stat64 about;
	long len;

	if (fd < 0)
		return fd;
	len = sys2(BARE_FSTAT, fd, &about) || !S_ISREG(about.st_mode)
		      ? -EINVAL
		      : read_all((int)fd, buffer, room);
	kernel_close((int)fd);
	return len;
}

/* The local port range, first port in the upper half; every port where the
 * kernel does not say. */
static uint32_t read_local_range(void)
{
	char text[32] = "";
	uint32_t bound[2] = {0, 0}, which = 0;

	if (kernel_read_file("/proc/sys/net/ipv4/ip_local_port_range", text,
			     sizeof text) <= 0)
		return UINT16_MAX;
	for (const char *c = text; *c && which < 2; c++) {
		if (*c >= '0' && *c <= '9')
			bound[which] = bound[which] * 10 + (uint32_t)(*c - '0');
		else
			which++;
	}
	return bound[0] << 16 | bound[1];
}

bool kernel_is_local_port(unsigned port)
{
	static _Atomic uint32_t range; /* read once; 0: not yet */

	if (!range)
		range = read_local_range();
	return range >> 16 <= port && port <= (range & UINT16_MAX);
}
