/* SPDX-License-Identifier: MIT
 * The variables of the environment that the library reads, as they were when
 * the program was started.
 */
#ifndef SOCKMEND_ENVIRONMENT_H
#define SOCKMEND_ENVIRONMENT_H

/* Copy them. Daemons clear their environment, or write over it
 * (setproctitle(3)), before they open a socket; and getenv(3) beside a
 * setenv(3) of another thread is a race. Called by the constructor, or by the
 * first call that comes before it. */
void environment_keep(void);

/* One of them; "" when it is not set, or not to be trusted (secure-execution
 * mode, ld.so(8)). Thread and signal safe. */
const char *environment_get(const char *name);

#endif
