/* SPDX-License-Identifier: MIT
 * The socket options the programs ask for and set, and what a rule may do to
 * each: the letter of its exception (postures.c), or ' '.
 */
#ifndef SOCKMEND_DIFFER_OPTIONS_H
#define SOCKMEND_DIFFER_OPTIONS_H

#include <sys/socket.h>

struct known_option {
	int level, name;
	const char *text;
	char letter;
	socklen_t size;
	int low, high; /* of the values set; none are, if low > high */
};

extern const struct known_option known_options[];
extern const unsigned known_options_count;

/* Its value for the end of a case, when every descriptor is looked at. */
void tell_options(int fd);

#endif
