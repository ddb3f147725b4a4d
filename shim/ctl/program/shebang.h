/* SPDX-License-Identifier: MIT
 * Who runs a script? Pure: reads its first line as the kernel and env(1) do.
 */
#ifndef SOCKMEND_SHEBANG_H
#define SOCKMEND_SHEBANG_H

#include <stdbool.h>
#include <stddef.h>

#define SCRIPT_LINE_MAX 256 /* as much as the kernel looks at */

struct script {
	char interpreter[SCRIPT_LINE_MAX];
	char env_target[SCRIPT_LINE_MAX]; /* "python3" of `env python3` */
};

/* False when the bytes are no script. Text without `#!` is /bin/sh's. */
bool script_read(const void *bytes, size_t size, struct script *script);

#endif
