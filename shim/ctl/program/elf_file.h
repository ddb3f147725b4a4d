/* SPDX-License-Identifier: MIT
 * What an ELF file's headers say about preloading. Pure: bytes in, facts out.
 */
#ifndef SOCKMEND_ELF_FILE_H
#define SOCKMEND_ELF_FILE_H

#include <stdbool.h>
#include <stddef.h>

enum elf_kind {
	ELF_NOT, /* no ELF file at all */
	ELF_BROKEN, /* headers that point outside the file */
	ELF_FOREIGN, /* the other byte order: not looked into */
	ELF_OBJECT, /* not a program: a .o file, a core */
	ELF_STATIC,
	ELF_STATIC_PIE,
	ELF_DYNAMIC,
};

struct elf {
	enum elf_kind kind;
	unsigned bits; /* 32 or 64; 0 when not ELF */
	unsigned machine; /* EM_X86_64 and so on */
	bool go; /* the Go linker made it */
	char loader[256]; /* PT_INTERP, "" without */
};

/* Trusts nothing: any bytes will do, cut off anywhere. */
struct elf elf_read(const void *bytes, size_t size);

/* "x86-64"; "unknown machine" where there is no name for it here. */
const char *elf_machine_name(const struct elf *elf);

/* "i386-linux-gnu", as Debian's directories are called; "" for a machine that
 * no library is made for. */
const char *elf_abi_name(const struct elf *elf);

#endif
