/* SPDX-License-Identifier: MIT
 * Every TCP socket of a network namespace, as sock_diag(7) tells it now.
 */
#ifndef SOCKMEND_TCP_DIAG_H
#define SOCKMEND_TCP_DIAG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/policy.h"

/* STATE(id, word): in the kernel's order, from 1 on. */
#define FOR_EACH_TCP_STATE(X)                                                  \
	X(ESTABLISHED, "established")                                          \
	X(SYN_SENT, "syn-sent")                                                \
	X(SYN_RECV, "syn-recv")                                                \
	X(FIN_WAIT1, "fin-wait1")                                              \
	X(FIN_WAIT2, "fin-wait2")                                              \
	X(TIME_WAIT, "time-wait")                                              \
	X(CLOSE, "close")                                                      \
	X(CLOSE_WAIT, "close-wait")                                            \
	X(LAST_ACK, "last-ack")                                                \
	X(LISTEN, "listen")                                                    \
	X(CLOSING, "closing")                                                  \
	X(NEW_SYN_RECV, "new-syn-recv")

enum tcp_state {
	TCP_STATE_NONE,
#define X(id, word) STATE_##id,
	FOR_EACH_TCP_STATE(X)
#undef X
		TCP_STATES
};

#define STATES_ALL UINT32_MAX
#define STATE_BIT(state) (1u << (state))

/* "close-wait"; "unknown" for what is no state. */
const char *state_word(unsigned state);

/* "close-wait", "CLOSE_WAIT", "fin-wait-2"; TCP_STATE_NONE when it is none. */
enum tcp_state state_of_word(const char *word);

enum tcp_timer {
	TIMER_NONE,
	TIMER_RETRANSMIT,
	TIMER_KEEPALIVE,
	TIMER_TIME_WAIT,
	TIMER_ZERO_WINDOW,
};

/* One socket. Times are milliseconds. The clocks count from the connection's
 * establishment when nothing was received or sent; before it, and without
 * has_info (time-wait, syn-recv), they mean nothing. */
struct tcp_socket {
	uint64_t cookie; /* SO_COOKIE: the same socket, whatever its fd */
	uint64_t inode; /* 0: no descriptor (not accepted yet, or closed) */
	uint32_t uid;
	uint32_t interface; /* it is bound to; 0: none */
	struct endpoint local, peer; /* peer of a listener: not known */
	uint8_t state, timer;
	uint8_t timer_count; /* retransmits or probes of that timer */
	bool v6, has_info;
	bool receiving_shut, sending_shut;
	uint32_t timer_due;
	uint32_t receive_queue; /* bytes; of a listener: waiting for accept */
	uint32_t send_queue; /* bytes; of a listener: its queue */

	uint32_t silent_received, silent_sent, silent_ack;
	uint32_t retransmits, probes, backoff, unacked, total_retransmits;
	uint32_t rto, rtt; /* microseconds */
	uint32_t notsent; /* from here on 0 where the kernel is too old */
	bool counts_segments; /* these two are known */
	uint32_t data_segments_in, data_segments_out;
	uint64_t bytes_acked, bytes_received;
};

struct tcp_sockets {
	unsigned count, listeners; /* which come first */
	unsigned room;
	struct tcp_socket *of;
};

/* The sockets in these states (STATE_BIT | …) of the network namespace `pid`
 * (0: this process) lives in. NULL when nothing is wrong, else what is wrong;
 * what came before it is in *out all the same. */
const char *sockets_read(pid_t pid, uint32_t states, struct tcp_sockets *out);

/* One answer of the kernel after the other, until it is done or wrong. */
struct reading {
	struct tcp_sockets *out;
	bool done;
	const char *wrong;
};

void sockets_take(struct reading *reading, const void *answer, size_t len);

void sockets_free(struct tcp_sockets *sockets);

/* How closely a listener's address fits a connection's own: 0 not at all, and
 * the kernel hands the connection to the one that fits best. */
unsigned listener_fit(const struct endpoint *listener,
		      const struct endpoint *local);

/* Does a socket listen for connections that come to `local`? */
bool sockets_listen_at(const struct tcp_sockets *sockets,
		       const struct endpoint *local);

#endif
