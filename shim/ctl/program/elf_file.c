/* SPDX-License-Identifier: MIT
 * Reads ELF headers of either word size through one table of offsets, with
 * every access checked against the end of the file.
 */
#include "elf_file.h"

#include <elf.h>
#include <endian.h>
#include <stdint.h>
#include <string.h>

/* Where the numbers we need stand; `word` is the size of an offset. */
struct layout {
	size_t word, phoff, phentsize, phnum; /* in the file header */
	size_t offset, filesz, phdr_size; /* in a program header */
};

#define LAYOUT(bits)                                                           \
	{                                                                      \
		bits / 8, offsetof(Elf##bits##_Ehdr, e_phoff),                 \
			offsetof(Elf##bits##_Ehdr, e_phentsize),               \
			offsetof(Elf##bits##_Ehdr, e_phnum),                   \
			offsetof(Elf##bits##_Phdr, p_offset),                  \
			offsetof(Elf##bits##_Phdr, p_filesz),                  \
			sizeof(Elf##bits##_Phdr),                              \
	}

static const struct layout layout32 = LAYOUT(32), layout64 = LAYOUT(64);

#define NATIVE_DATA                                                            \
	(__BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB)

struct span {
	const unsigned char *at;
	size_t size;
	bool broken; /* bytes that are not there were asked for */
};

/* The part [offset, offset + size) of a span. */
static struct span part(const struct span *whole, uint64_t offset,
			uint64_t size)
{
	struct span none = {NULL, 0, true};

	if (whole->broken || offset > whole->size)
		return none;
	if (size > whole->size - offset)
		return none;
	return (struct span){whole->at + offset, (size_t)size, false};
}

/* The unsigned number of `width` bytes at `offset`; 0 beyond the end. */
static uint64_t number(const struct span *span, uint64_t offset, size_t width)
{
	struct span bytes = part(span, offset, width);
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	if (bytes.broken)
		return 0;
	switch (width) {
	case 2:
		return memcpy(&two, bytes.at, 2), two;
	case 4:
		return memcpy(&four, bytes.at, 4), four;
	}
	return memcpy(&eight, bytes.at, 8), eight;
}

static uint64_t round_up4(uint64_t n)
{
	return (n + 3) & ~UINT64_C(3);
}

/* The Go linker leaves its build id in a note of type 4, owner "Go". */
static bool is_go_note(const struct span *notes, uint64_t at)
{
	struct span name = part(notes, at + sizeof(Elf32_Nhdr), 4);

	if (number(notes, at + offsetof(Elf32_Nhdr, n_type), 4) != 4)
		return false;
	if (number(notes, at + offsetof(Elf32_Nhdr, n_namesz), 4) != 4)
		return false;
	return !name.broken && !memcmp(name.at, "Go\0", 4);
}

static bool have_go_note(const struct span *notes)
{
	uint64_t at = 0;

	while (at + sizeof(Elf32_Nhdr) <= notes->size) {
		if (is_go_note(notes, at))
			return true;
		at += sizeof(Elf32_Nhdr);
		at += round_up4(number(notes, at - 12, 4)) +
		      round_up4(number(notes, at - 8, 4));
	}
	return false;
}

/* The kernel wants the path's NUL inside the segment; so do we. */
static bool read_loader(const struct span *path, struct elf *elf)
{
	if (!path->size || path->size > sizeof elf->loader)
		return false;
	if (path->at[path->size - 1])
		return false;
	memcpy(elf->loader, path->at, path->size);
	return true;
}

/* One program header; false when it contradicts the file. */
static bool read_segment(const struct span *file, const struct span *header,
			 const struct layout *layout, struct elf *elf)
{
	uint64_t type = number(header, 0, 4);
	struct span body =
		part(file, number(header, layout->offset, layout->word),
		     number(header, layout->filesz, layout->word));

	if (type == PT_INTERP)
		return !body.broken && read_loader(&body, elf);
	if (type == PT_NOTE && !body.broken && have_go_note(&body))
		elf->go = true;
	return true;
}

static bool read_segments(const struct span *file, const struct layout *layout,
			  struct elf *elf)
{
	uint64_t table = number(file, layout->phoff, layout->word);
	uint64_t count = number(file, layout->phnum, 2);

	if (!count || number(file, layout->phentsize, 2) != layout->phdr_size)
		return false;
	for (uint64_t i = 0; i < count; i++) {
		struct span header = part(file, table, layout->phdr_size);

		if (header.broken)
			return false;
		if (!read_segment(file, &header, layout, elf))
			return false;
		table += layout->phdr_size;
	}
	return true;
}

static enum elf_kind kind_of(const struct span *file, struct elf *elf)
{
	bool wide = elf->bits == 64;
	uint64_t type = number(file, offsetof(Elf64_Ehdr, e_type), 2);

	if (file->size < (wide ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr)))
		return ELF_BROKEN;
	if (type != ET_EXEC && type != ET_DYN)
		return ELF_OBJECT;
	if (!read_segments(file, wide ? &layout64 : &layout32, elf))
		return ELF_BROKEN;
	if (*elf->loader)
		return ELF_DYNAMIC;
	return type == ET_EXEC ? ELF_STATIC : ELF_STATIC_PIE;
}

struct elf elf_read(const void *bytes, size_t size)
{
	struct span file = {bytes, size, false};
	struct elf elf = {.kind = ELF_NOT};

	if (size < SELFMAG || memcmp(file.at, ELFMAG, SELFMAG))
		return elf;
	elf.kind = ELF_BROKEN;
	if (size < EI_NIDENT)
		return elf;
	if (file.at[EI_CLASS] != ELFCLASS32 && file.at[EI_CLASS] != ELFCLASS64)
		return elf;
	elf.bits = file.at[EI_CLASS] == ELFCLASS64 ? 64 : 32;
	elf.kind = ELF_FOREIGN;
	if (file.at[EI_DATA] != NATIVE_DATA)
		return elf;
	elf.machine =
		(unsigned)number(&file, offsetof(Elf64_Ehdr, e_machine), 2);
	elf.kind = kind_of(&file, &elf);
	return elf;
}

static const struct machine {
	unsigned machine, bits;
	const char *name, *abi;
} machines[] = {
	{EM_X86_64, 64, "x86-64", "x86_64-linux-gnu"},
	{EM_X86_64, 32, "x32", ""},
	{EM_386, 32, "i386", "i386-linux-gnu"},
	{EM_AARCH64, 64, "aarch64", "aarch64-linux-gnu"},
	{EM_ARM, 32, "arm", ""},
	{EM_RISCV, 64, "riscv64", ""},
	{EM_PPC64, 64, "ppc64", ""},
	{EM_S390, 64, "s390x", ""},
	{EM_MIPS, 32, "mips", ""},
	{EM_PPC, 32, "powerpc", ""},
	{EM_NONE, 0, "unknown machine", ""},
};

static const struct machine *machine_of(const struct elf *elf)
{
	const struct machine *m = machines;

	while (m->bits && (m->machine != elf->machine || m->bits != elf->bits))
		m++;
	return m;
}

const char *elf_machine_name(const struct elf *elf)
{
	return machine_of(elf)->name;
}

const char *elf_abi_name(const struct elf *elf)
{
	return machine_of(elf)->abi;
}
