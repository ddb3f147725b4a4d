/* SPDX-License-Identifier: MIT
 * What time it is, by the kernel's clocks.
 *
 * Not by libc's clock_gettime(): another preloaded library may stand in front
 * of that and tell a time of its own, and the watch task may not call libc.
 * The vdso (vdso(7)) answers both without a system call.
 */
#ifndef SOCKMEND_CLOCK_H
#define SOCKMEND_CLOCK_H

#include <stdint.h>

int64_t clock_milliseconds(void); /* CLOCK_MONOTONIC */
int64_t clock_realtime(void); /* CLOCK_REALTIME, nanoseconds */

/* CLOCK_REALTIME_COARSE, nanoseconds: at the last tick. For a thread that may
 * be in seccomp's strict mode, where the vdso's other clocks end it: they read
 * the processor's counter, which that mode forbids (PR_SET_TSC(2const)). */
int64_t clock_realtime_tick(void);

/* The tick in which the kernel's silences are counted, ms, rounded up. */
int64_t clock_tick(void);

#endif
