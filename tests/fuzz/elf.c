/* SPDX-License-Identifier: MIT
 * Fuzz target: the headers of any file somebody asks `probe` about.
 */
#include "fuzz.h"

#include "elf_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	void *file = copy_of(bytes, size);
	const struct elf elf = elf_read(file, size);

	PROMISE(*elf_machine_name(&elf));
	PROMISE(memchr(elf.loader, '\0', sizeof elf.loader));
	PROMISE(elf.kind != ELF_DYNAMIC || *elf.loader);
	PROMISE(elf.kind == ELF_NOT || size >= 4);
	free(file);
	return 0;
}
