/* SPDX-License-Identifier: MIT
 * The surface: every libc call we stand in front of, and why.
 *
 * To add one: a row here, a body in calls_*.c. The exports of the library
 * are made from these rows. Writes, poll, select and epoll are not here, and
 * must not be: the fastest interposer is the one that is not there.
 */
#ifndef SOCKMEND_CALLS_H
#define SOCKMEND_CALLS_H

#include <fcntl.h>
#include <stdio.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* A program for 32 bits that was built with 64-bit times calls these names
 * (glibc 2.34). */
#ifdef __i386__
#define FOR_EACH_TIME64_CALL(X)                                                \
	X(__setsockopt64, "setsockopt, its timeouts of 64 bits")               \
	X(__recvmsg64, "as recvmsg")                                           \
	X(__recvmmsg64, "as recvmmsg")                                         \
	X(__fcntl_time64, "as fcntl64")
#else
#define FOR_EACH_TIME64_CALL(X)
#endif

#define FOR_EACH_CALL(X)                                                       \
	X(socket, "which descriptors are TCP; reclaim leaked ones")            \
	X(bind, "hold a fixed source port back; SO_REUSEADDR")                 \
	X(listen, "now it is a server: its port, its inheritable options")     \
	X(connect, "now it is a client: its port, its options, its watch")     \
	X(__connect, "connect by its other name")                              \
	X(accept, "the rule and the watch of a served connection; reclaim")    \
	X(accept4, "as accept")                                                \
	X(setsockopt, "an explicit SO_REUSEADDR of 0 stands")                  \
	X(getsockname, "a port held back is still the program's answer")       \
	X(shutdown,                                                            \
	  "an end of file the program made itself is not the peer's")          \
	X(read, "end of file and probe errors, after the fact")                \
	X(__read, "read by its other name")                                    \
	X(__read_chk, "fortified read")                                        \
	X(readv, "as read")                                                    \
	X(recv, "as read")                                                     \
	X(__recv_chk, "fortified recv")                                        \
	X(recvfrom, "as read")                                                 \
	X(__recvfrom_chk, "fortified recvfrom")                                \
	X(recvmsg, "as read")                                                  \
	X(recvmmsg, "as read")                                                 \
	X(close, "the watch must let go before the number is free")            \
	X(__close, "close by its other name")                                  \
	X(fclose, "closes a descriptor inside libc, unseen")                   \
	X(dup, "the copy is the same socket: its port held back, its watch")   \
	X(fcntl, "F_DUPFD is a dup")                                           \
	X(fcntl64, "fcntl by its other name")                                  \
	X(dup2, "as dup, and it closes its target")                            \
	X(__dup2, "dup2 by its other name")                                    \
	X(dup3, "as dup2")                                                     \
	X(close_range, "closes many")                                          \
	X(closefrom, "closes many")                                            \
	X(fork, "the child takes the watch over")                              \
	X(__fork, "fork by its other name")                                    \
	X(_Fork, "as fork")                                                    \
	X(daemon, "forks inside libc")                                         \
	X(unshare, "some namespaces refuse a process with a second task")      \
	X(setns, "as unshare")                                                 \
	X(prctl,                                                               \
	  "a sandbox: no system call of ours for an event from then on")       \
	FOR_EACH_TIME64_CALL(X)

enum call {
#define X(name, why) CALL_##name,
	FOR_EACH_CALL(X)
#undef X
		CALL_COUNT
};

/* glibc takes any kind of address in a union, musl a pointer; their flags of
 * recvmmsg(2) differ in sign. */
#ifdef __GLIBC__
typedef int messages_flags;
#define ADDRESS(addr) ((addr).__sockaddr__)
#else
typedef unsigned messages_flags;
#define __SOCKADDR_ARG struct sockaddr *
#define __CONST_SOCKADDR_ARG const struct sockaddr *
#define ADDRESS(addr) (addr)
#endif

/* Names that some libc exports without declaring them here. */
int fcntl64(int fd, int command, ...);
int close_range(unsigned first, unsigned last, int flags);
void closefrom(int first);
ssize_t __read(int fd, void *buffer, size_t len);
int __connect(int fd, __CONST_SOCKADDR_ARG addr, socklen_t len);
int __close(int fd);
int __dup2(int from, int to);
pid_t __fork(void);
ssize_t __read_chk(int fd, void *buffer, size_t len, size_t room);
ssize_t __recv_chk(int fd, void *buffer, size_t len, size_t room, int flags);
ssize_t __recvfrom_chk(int fd, void *buffer, size_t len, size_t room, int flags,
		       __SOCKADDR_ARG from, socklen_t *from_len);

#ifdef __i386__
int __setsockopt64(int fd, int level, int name, const void *value,
		   socklen_t len);
ssize_t __recvmsg64(int fd, struct msghdr *head, int flags);
int __recvmmsg64(int fd, struct mmsghdr *first, unsigned count, int flags,
		 void *timeout);
int __fcntl_time64(int fd, int command, ...);
#endif

#define EXPORT __attribute__((visibility("default")))

#endif
