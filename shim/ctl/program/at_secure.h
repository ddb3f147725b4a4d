/* SPDX-License-Identifier: MIT
 * Would the kernel start a program in secure-execution mode (AT_SECURE) if we
 * ran it now? The loader then ignores LD_PRELOAD without a word.
 */
#ifndef SOCKMEND_AT_SECURE_H
#define SOCKMEND_AT_SECURE_H

#include <stdbool.h>

bool set_id_makes_secure(const char *path);
bool capabilities_make_secure(const char *path);

#endif
