/* SPDX-License-Identifier: MIT
 * Random socket programs: what the parts of the generator share.
 *
 * A case is (seed, number). Its op i draws from dice of its own, made of
 * (seed, number, i), so an op that is left out changes no other op's choices:
 * that is how a failure shrinks. An op chooses its descriptors among those
 * that are open when it runs, which are the same wherever results are.
 */
#ifndef SOCKMEND_DIFFER_H
#define SOCKMEND_DIFFER_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* ---- dice */

struct dice {
	uint64_t state;
};

struct dice dice_of(uint64_t seed, uint64_t number, uint64_t op);
uint32_t roll(struct dice *d, uint32_t sides); /* 0 to sides - 1 */
bool chance(struct dice *d, unsigned percent);

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define ONE_OF(d, array) ((array)[roll(d, COUNT(array))])

/* ---- the case that runs */

#define OPS_MAX 56
#define CASES_MAX 200 /* of one worker */
#define CASE_TEXT 65536

/* See postures.c for why there are three. */
enum style {
	FREE_STYLE, /* every bind has a port of its own */
	REUSER,	    /* sets SO_REUSEADDR itself, and fights for few ports */
	SINGLE,	    /* as FREE_STYLE, and a socket has but one descriptor */
};

struct scene {
	uint64_t seed;
	uint32_t number;
	enum style style;
	bool child;  /* in a forked child of it */
	bool thread; /* in a thread of it */
	int op, port; /* `port` and the one after it are this op's own */
};

extern struct scene scene;

/* What a worker and its driver share: the text of each case, and how many
 * calls it made. */
struct account {
	uint32_t len[CASES_MAX], calls[CASES_MAX];
	char text[CASES_MAX][CASE_TEXT];
};

/* Run case `number`, of whose ops only those `chosen` (all, if NULL). */
void case_run(uint64_t seed, uint32_t number, const bool *chosen);

enum style case_style(uint64_t seed, uint32_t number);

/* What is left of it. */
void tell_all_left(void);

/* ---- telling what happened */

/* Where telling goes from now on. */
void tell_into(char *text, uint32_t *len, uint32_t *calls);

__attribute__((format(printf, 1, 2))) void tell(const char *format, ...);
void tell_bytes(const void *bytes, size_t count);

/* Part of a text on which a rule may differ, see postures.c. */
#define EXCEPT_BEGIN '\1' /* and the letter of the exception */
#define EXCEPT_END '\2'
void tell_except(char letter, const char *text);

/* " = 3", " = -1 EAGAIN": the call just tried. */
void tell_result(long result);
void tell_except_result(char letter, long result);

/* Only what must be the same in every posture: errno, and SIGPIPE. */
#define ERRNO_BEFORE 77
extern _Thread_local int error_after;
extern volatile int broken_pipes;
#define TRY(call)                                                              \
	({                                                                     \
		long tried_;                                                   \
									       \
		errno = ERRNO_BEFORE;                                          \
		tried_ = (long)(call);                                         \
		error_after = errno;                                           \
		tried_;                                                        \
	})

/* ---- addresses; ports the kernel chose have names: c0, e1 */

void names_reset(void);
void tell_name(const void *name, size_t len, int fd);

/* The length that came back, and as much of the name as there was room. */
struct place;
void tell_room(const struct place *name, const struct place *len,
	       socklen_t room, int fd);

/* A connect() of this descriptor went out: its local port is called cN. */
void name_dialled(int fd, bool chose_itself);

/* A bind() or listen() had the kernel choose its port. */
void name_chosen(int fd);

/* The kernel chose a port that had a name already: no telling them apart. */
#define AMBIGUOUS "(a port twice)"

/* ---- memory: plain, NULL, wild, or flush against an unmapped page */

struct place {
	const char *how;
	void *at;
	size_t size; /* bytes there that can be shown */
};

struct place place(struct dice *d, size_t size);
/* The same, filled with `from`. */
struct place place_copy(struct dice *d, const void *from, size_t size);
void places_reset(void);
void tell_place(const struct place *p, size_t count);

/* ---- descriptors */

enum kind {
	TCP4 = 1,
	TCP6 = 2,
	UDP4 = 4,
	UDP6 = 8,
	UNIX_STREAM = 16,
	UNIX_DGRAM = 32,
	REGULAR = 64,
	PIPE = 128,
	EPOLL = 256,
};

#define TCP (TCP4 | TCP6)
#define UDP (UDP4 | UDP6)
#define UNIX (UNIX_STREAM | UNIX_DGRAM)
#define SOCKETS (TCP | UDP | UNIX)
#define STREAMS (TCP | UNIX_STREAM)
#define ANY (-1)

enum role { FRESH = 1, BOUND = 2, LISTENING = 4, LINKED = 8 };

struct thing {
	uint16_t kind;
	uint8_t role;
	bool dialled; /* stays so until it is closed */
};

#define TABLE 1200 /* descriptors that are kept account of */
extern struct thing things[TABLE];
extern int things_end; /* one after the highest that is open */

void things_learn(int fd); /* ask the kernel what it is */
void things_learn_all(void);
void things_forget(int first, int last);

/* One of these kinds and roles, mostly; now and then anything, or nothing. */
int pick(struct dice *d, int kinds, int roles);

/* Would a read (a write, an accept) return now? */
bool is_ready(int fd, short events);
bool is_blocking(int fd);
bool is_listening(int fd);
/* A listener that would need SO_REUSEADDR to become one again. */
bool stays_listening(int fd);
int queued(int fd);

/* ---- ops */

/* X(name, weight, where it has a place: mostly in vfork children too) */
#define NOT_VFORK 1
#define NOT_SINGLE 2
#define FOR_EACH_OP(X)                                                         \
	X(socket, 9, NOT_VFORK)                                               \
	X(socketpair, 4, NOT_VFORK)                                           \
	X(pipe, 1, NOT_VFORK)                                                 \
	X(link, 10, NOT_VFORK)                                                \
	X(bind, 8, NOT_VFORK)                                                 \
	X(listen, 5, NOT_VFORK)                                               \
	X(connect, 9, NOT_VFORK)                                              \
	X(accept, 8, NOT_VFORK)                                               \
	X(read, 5, 0)                                                         \
	X(readv, 3, 0)                                                        \
	X(recv, 7, 0)                                                         \
	X(recvfrom, 4, 0)                                                     \
	X(recvmsg, 4, NOT_VFORK)                                              \
	X(recvmmsg, 3, 0)                                                     \
	X(fgets, 2, NOT_VFORK)                                                \
	X(write, 5, 0)                                                        \
	X(writev, 2, 0)                                                       \
	X(send, 7, 0)                                                         \
	X(sendto, 4, 0)                                                       \
	X(sendmsg, 2, 0)                                                      \
	X(sendmmsg, 2, 0)                                                     \
	X(pass, 3, NOT_VFORK | NOT_SINGLE)                                    \
	X(sendfile, 2, 0)                                                     \
	X(getsockopt, 6, 0)                                                   \
	X(setsockopt, 7, 0)                                                   \
	X(getsockname, 4, 0)                                                  \
	X(getpeername, 3, 0)                                                  \
	X(fionread, 2, 0)                                                     \
	X(dup, 2, NOT_SINGLE)                                                 \
	X(dup2, 3, NOT_SINGLE)                                                \
	X(dup3, 2, NOT_SINGLE)                                                \
	X(dupfd, 2, NOT_SINGLE)                                               \
	X(getfl, 2, 0)                                                        \
	X(setfl, 3, 0)                                                        \
	X(close, 7, 0)                                                        \
	X(close_raw, 2, 0)                                                    \
	X(freopen, 2, NOT_VFORK)                                              \
	X(close_range, 1, 0)                                                  \
	X(closefrom, 1, 0)                                                    \
	X(shutdown, 5, 0)                                                     \
	X(poll, 4, 0)                                                         \
	X(select, 3, 0)                                                       \
	X(epoll_create, 2, NOT_VFORK)                                         \
	X(epoll_ctl, 4, NOT_VFORK)                                            \
	X(epoll_wait, 4, NOT_VFORK)

#define X(name, weight, not) void op_##name(struct dice *d);
FOR_EACH_OP(X)
#undef X

#endif
