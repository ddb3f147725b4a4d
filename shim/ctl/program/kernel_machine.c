/* SPDX-License-Identifier: MIT
 * Asks the kernel with a program that cannot start: its loader does not exist.
 * execve(2) looks at the machine first (ENOEXEC: refused), then opens the
 * loader (ENOENT or ENOTDIR: accepted), and only then replaces the caller. A
 * handler of binfmt_misc(5) counts as accepted: it cannot open a close-on-exec
 * descriptor.
 */
#include "kernel_machine.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NO_LOADER_PATH "/dev/null/loader"

/* An executable of one program header, PT_INTERP, for either word size. */
#define PROGRAM(bits)                                                          \
	struct program##bits {                                                 \
		Elf##bits##_Ehdr file;                                         \
		Elf##bits##_Phdr loader;                                       \
		char path[sizeof NO_LOADER_PATH];                              \
	};                                                                     \
                                                                               \
	static size_t program##bits(void *out, unsigned machine)               \
	{                                                                      \
		struct program##bits *p = out;                                 \
                                                                               \
		memset(p, 0, sizeof *p);                                       \
		memcpy(p->file.e_ident, ELFMAG, SELFMAG);                      \
		p->file.e_ident[EI_CLASS] = ELFCLASS##bits;                    \
		p->file.e_ident[EI_DATA] = __BYTE_ORDER == __LITTLE_ENDIAN     \
						   ? ELFDATA2LSB               \
						   : ELFDATA2MSB;              \
		p->file.e_ident[EI_VERSION] = EV_CURRENT;                      \
		p->file.e_type = ET_EXEC;                                      \
		p->file.e_machine = (Elf##bits##_Half)machine;                 \
		p->file.e_version = EV_CURRENT;                                \
		p->file.e_phoff = offsetof(struct program##bits, loader);      \
		p->file.e_ehsize = sizeof p->file;                             \
		p->file.e_phentsize = sizeof p->loader;                        \
		p->file.e_phnum = 1;                                           \
		p->loader.p_type = PT_INTERP;                                  \
		p->loader.p_offset = offsetof(struct program##bits, path);     \
		p->loader.p_filesz = sizeof p->path;                           \
		memcpy(p->path, NO_LOADER_PATH, sizeof p->path);               \
		return sizeof *p;                                              \
	}

PROGRAM(32)
PROGRAM(64)

bool kernel_executes(const struct elf *elf)
{
	char name[] = "program";
	char *words[] = {name, NULL};
	struct program64 program;
	size_t size = elf->bits == 64 ? program64(&program, elf->machine)
				      : program32(&program, elf->machine);
	int fd = memfd_create("program", MFD_CLOEXEC);
	bool refused = false;

	if (fd < 0)
		return true;
	if (write(fd, &program, size) == (ssize_t)size) {
		syscall(SYS_execveat, fd, "", words, words + 1, AT_EMPTY_PATH);
		refused = errno == ENOEXEC;
	}
	close(fd);
	return !refused;
}
