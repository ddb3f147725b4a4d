/* SPDX-License-Identifier: MIT
 * The driver: the same cases in every posture, compared, and shrunk when they
 * differ.
 */
#ifndef SOCKMEND_DRIVE_H
#define SOCKMEND_DRIVE_H

#include <stdbool.h>
#include <stdint.h>

struct order {
	uint64_t seed, calls; /* calls: how many to compare; 0: till the time */
	long number;	      /* this case alone, or -1 */
	long seconds;
	const bool *ops;     /* these ops alone, or NULL */
	const char *posture; /* against this one alone, or NULL */
};

/* Exit status: 0 no difference, 1 some, 2 it could not be found out. */
int drive(const struct order *order);

struct posture {
	const char *name;
	const char *mode; /* SOCKMEND_MODE */
	const char *log;  /* SOCKMEND_LOG */
	const char *rules;
	const char *except; /* letters of what the rules may change */
	bool single;	    /* only cases of style SINGLE, see postures.c */
};

extern const struct posture postures[];
extern const unsigned posture_count;

/* Where two texts differ beyond the exceptions: -1 nowhere, else an offset in
 * `other`. */
long text_differs(const char *bare, uint32_t bare_len, const char *other,
		  uint32_t other_len, const char *except);

#endif
