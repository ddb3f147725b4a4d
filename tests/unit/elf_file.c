/* SPDX-License-Identifier: MIT
 * ELF headers: what is told from them, and that no file leads us out of it.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "elf_file.h"

#define LOADER "/lib64/ld-linux-x86-64.so.2"

/* A file with an interpreter and a note of Go's, cut down at will. */
struct file64 {
	Elf64_Ehdr head;
	Elf64_Phdr segment[2];
	Elf64_Nhdr note;
	char owner[4], id[8], loader[sizeof LOADER];
};

#define LOADER_END (offsetof(struct file64, loader) + sizeof LOADER)

static struct file64 dynamic_go(void)
{
	struct file64 f = {
		.head = {.e_ident = ELFMAG,
			 .e_type = ET_DYN,
			 .e_machine = EM_X86_64,
			 .e_phoff = offsetof(struct file64, segment),
			 .e_phentsize = sizeof(Elf64_Phdr),
			 .e_phnum = 2},
		.segment = {{.p_type = PT_INTERP,
			     .p_offset = offsetof(struct file64, loader),
			     .p_filesz = sizeof LOADER},
			    {.p_type = PT_NOTE,
			     .p_offset = offsetof(struct file64, note),
			     .p_filesz = sizeof(Elf64_Nhdr) + 12}},
		.note = {.n_namesz = 4, .n_descsz = 8, .n_type = 4},
		.owner = "Go",
		.loader = LOADER,
	};

	f.head.e_ident[EI_CLASS] = ELFCLASS64;
	f.head.e_ident[EI_DATA] = ELFDATA2LSB;
	return f;
}

static struct elf read_file(const struct file64 *f)
{
	return elf_read(f, sizeof *f);
}

static void a_dynamic_program_names_its_loader(void **state)
{
	struct file64 f = dynamic_go();
	struct elf elf = read_file(&f);

	(void)state;
	assert_int_equal(elf.kind, ELF_DYNAMIC);
	assert_int_equal(elf.bits, 64);
	assert_string_equal(elf_machine_name(&elf), "x86-64");
	assert_string_equal(elf.loader, LOADER);
}

static void go_is_known_by_its_note(void **state)
{
	struct file64 f = dynamic_go();

	(void)state;
	assert_true(read_file(&f).go);
	f.note.n_type = 3; /* as GNU's build id */
	assert_false(read_file(&f).go);
	f = dynamic_go();
	memcpy(f.owner, "GNU", 4);
	assert_false(read_file(&f).go);
}

static void without_a_loader_it_is_static(void **state)
{
	struct file64 f = dynamic_go();

	(void)state;
	f.segment[0].p_type = PT_LOAD;
	assert_int_equal(read_file(&f).kind, ELF_STATIC_PIE);
	f.head.e_type = ET_EXEC;
	assert_int_equal(read_file(&f).kind, ELF_STATIC);
}

static void what_cannot_be_run_is_an_object(void **state)
{
	struct file64 f = dynamic_go();

	(void)state;
	f.head.e_type = ET_REL;
	assert_int_equal(read_file(&f).kind, ELF_OBJECT);
	f.head.e_type = ET_CORE;
	assert_int_equal(read_file(&f).kind, ELF_OBJECT);
}

static void a_32_bit_program_is_told_from_a_64_bit_one(void **state)
{
	struct {
		Elf32_Ehdr head;
		Elf32_Phdr segment;
		char loader[8];
	} f = {.head = {.e_ident = ELFMAG,
			.e_type = ET_EXEC,
			.e_machine = EM_386,
			.e_phoff = sizeof(Elf32_Ehdr),
			.e_phentsize = sizeof(Elf32_Phdr),
			.e_phnum = 1},
	       .segment = {.p_type = PT_INTERP,
			   .p_offset = sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr),
			   .p_filesz = 8},
	       .loader = "/lib/ld"};
	struct elf elf;

	(void)state;
	f.head.e_ident[EI_CLASS] = ELFCLASS32;
	f.head.e_ident[EI_DATA] = ELFDATA2LSB;
	elf = elf_read(&f, sizeof f);
	assert_int_equal(elf.kind, ELF_DYNAMIC);
	assert_int_equal(elf.bits, 32);
	assert_string_equal(elf_machine_name(&elf), "i386");
	assert_string_equal(elf.loader, "/lib/ld");
}

static void the_other_byte_order_is_foreign(void **state)
{
	struct file64 f = dynamic_go();

	(void)state;
	f.head.e_ident[EI_DATA] = ELFDATA2MSB;
	assert_int_equal(read_file(&f).kind, ELF_FOREIGN);
}

static void anything_else_is_not_elf(void **state)
{
	(void)state;
	assert_int_equal(elf_read("", 0).kind, ELF_NOT);
	assert_int_equal(elf_read("\177EL", 3).kind, ELF_NOT);
	assert_int_equal(elf_read("#!/bin/sh\n", 10).kind, ELF_NOT);
}

static void headers_that_leave_the_file_are_broken(void **state)
{
	struct file64 f = dynamic_go();

	(void)state;
	f.head.e_phoff = UINT64_MAX - 8;
	assert_int_equal(read_file(&f).kind, ELF_BROKEN);
	f = dynamic_go();
	f.head.e_phnum = 0xffff;
	assert_int_equal(read_file(&f).kind, ELF_BROKEN);
	f = dynamic_go();
	f.head.e_phentsize = 8;
	assert_int_equal(read_file(&f).kind, ELF_BROKEN);
	f = dynamic_go();
	f.segment[0].p_offset = UINT64_MAX;
	assert_int_equal(read_file(&f).kind, ELF_BROKEN);
	f = dynamic_go();
	f.segment[0].p_filesz = 0;
	assert_int_equal(read_file(&f).kind, ELF_BROKEN);
	f = dynamic_go();
	f.segment[0].p_filesz--; /* its NUL is outside */
	assert_int_equal(read_file(&f).kind, ELF_BROKEN);
	f = dynamic_go();
	f.segment[1].p_offset = UINT64_MAX; /* a note is no reason to refuse */
	assert_int_equal(read_file(&f).kind, ELF_DYNAMIC);
}

/* In a block of exactly its size, so that Valgrind sees any step outside. */
static void read_a_copy(const void *bytes, size_t size)
{
	void *copy = malloc(size ? size : 1);

	assert_non_null(copy);
	memcpy(copy, bytes, size);
	elf_read(copy, size);
	free(copy);
}

static void every_truncation_is_survived(void **state)
{
	struct file64 f = dynamic_go();

	(void)state;
	for (size_t size = 0; size < LOADER_END; size++) {
		struct elf elf = elf_read(&f, size);

		read_a_copy(&f, size);
		assert_int_not_equal(elf.kind, ELF_DYNAMIC);
	}
}

static void random_damage_is_survived(void **state)
{
	(void)state;
	srandom(1);
	for (int round = 0; round < 20000; round++) {
		struct file64 f = dynamic_go();
		unsigned char bytes[sizeof f];

		memcpy(bytes, &f, sizeof f);
		for (int i = 0; i < 4; i++)
			bytes[4 + (size_t)random() % (sizeof f - 4)] =
				(unsigned char)random();
		read_a_copy(bytes, sizeof bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dynamic_program_names_its_loader),
		cmocka_unit_test(go_is_known_by_its_note),
		cmocka_unit_test(without_a_loader_it_is_static),
		cmocka_unit_test(what_cannot_be_run_is_an_object),
		cmocka_unit_test(a_32_bit_program_is_told_from_a_64_bit_one),
		cmocka_unit_test(the_other_byte_order_is_foreign),
		cmocka_unit_test(anything_else_is_not_elf),
		cmocka_unit_test(headers_that_leave_the_file_are_broken),
		cmocka_unit_test(every_truncation_is_survived),
		cmocka_unit_test(random_damage_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
