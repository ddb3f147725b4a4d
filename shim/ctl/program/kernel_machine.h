/* SPDX-License-Identifier: MIT
 * Does this kernel execute programs of another machine or word size?
 */
#ifndef SOCKMEND_KERNEL_MACHINE_H
#define SOCKMEND_KERNEL_MACHINE_H

#include <stdbool.h>

#include "elf_file.h"

/* False only if execve(2) of such a program fails with ENOEXEC. */
bool kernel_executes(const struct elf *elf);

#endif
