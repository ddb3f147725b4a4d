/* SPDX-License-Identifier: MIT
 * The options of status and end that choose connections.
 */
#ifndef SOCKMEND_SOCKET_FILTER_H
#define SOCKMEND_SOCKET_FILTER_H

#include "tcp_diag.h"

/* For getopt_long(3). */
#define SOCKET_FILTER_OPTIONS                                                  \
	{"state", required_argument, NULL, 's'},                               \
		{"program", required_argument, NULL, 'g'},                     \
		{"peer", required_argument, NULL, 'a'},                        \
	{                                                                      \
		"local", required_argument, NULL, 'l'                          \
	}

struct socket_filter {
	uint32_t states; /* STATE_BIT, 0: all */
	const char *program; /* a glob, or NULL */
	bool has_local, has_peer;
	struct prefix local, peer;
};

/* One of the options above. False, and said why on stderr, when its value is
 * wrong; or when the option is another one. */
bool socket_filter_take(int option, const char *value,
			struct socket_filter *filter);

/* State and addresses; not the program. */
bool socket_filter_matches(const struct socket_filter *filter,
			   const struct tcp_socket *socket);

/* Say on stderr that a value is wrong; gives false. */
bool wrong_value(const char *option, const char *value, const char *wants);

#endif
