/* SPDX-License-Identifier: MIT
 * What time it is: the vdso's clock_gettime, or the system call.
 */
#include "sys/clock.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <time.h>

#include "sys/raw_syscall.h"

/* The kernel's struct timespec, 64-bit everywhere: libc's ends in 2038 where a
 * long is 32 bits. */
struct instant {
	int64_t seconds, nanoseconds;
};

typedef int clock_function(clockid_t clock, struct instant *now);

#if defined(__i386__)
#define VDSO_NAME "__vdso_clock_gettime64"

/* Linux 5.1 has the 64-bit call, 5.3 that in the vdso. */
static int ask_kernel(clockid_t clock, struct instant *now)
{
	struct timespec narrow = {0, 0};

	if (!sys2(SYS_clock_gettime64, clock, now))
		return 0;
	sys2(SYS_clock_gettime, clock, &narrow);
	*now = (struct instant){narrow.tv_sec, narrow.tv_nsec};
	return 0;
}
#else
#if defined(__aarch64__)
#define VDSO_NAME "__kernel_clock_gettime"
#else
#define VDSO_NAME "__vdso_clock_gettime"
#endif

static int ask_kernel(clockid_t clock, struct instant *now)
{
	return (int)sys2(SYS_clock_gettime, clock, now);
}
#endif

/* What we need of the vdso's dynamic section. */
struct image {
	uintptr_t offset; /* from its addresses to ours */
	const ElfW(Dyn) * dynamic;
	const ElfW(Sym) * symbols;
	const char *strings;
};

static void read_headers(const ElfW(Ehdr) * head, struct image *image)
{
	const uintptr_t base = (uintptr_t)head;
	const ElfW(Phdr) *part =
		(const ElfW(Phdr) *)(const void *)(base + head->e_phoff);

	for (unsigned i = 0; i < head->e_phnum; i++, part++) {
		if (part->p_type == PT_LOAD && !image->offset)
			image->offset = base + part->p_offset - part->p_vaddr;
		if (part->p_type == PT_DYNAMIC)
			image->dynamic = (const void *)(base + part->p_offset);
	}
}

static void read_dynamic(struct image *image)
{
	for (const ElfW(Dyn) *d = image->dynamic; d->d_tag != DT_NULL; d++) {
		const void *at = (const void *)(d->d_un.d_ptr + image->offset);

		if (d->d_tag == DT_SYMTAB)
			image->symbols = at;
		if (d->d_tag == DT_STRTAB)
			image->strings = at;
	}
}

/* The strings stand right behind the symbols, so that they count them. */
static clock_function *find_symbol(const struct image *image)
{
	clock_function *found = ask_kernel;

	for (const ElfW(Sym) *s = image->symbols;
	     (const char *)(s + 1) <= image->strings; s++) {
		const uintptr_t at = s->st_value + image->offset;

		if (s->st_shndx != SHN_UNDEF &&
		    !strcmp(image->strings + s->st_name, VDSO_NAME))
			memcpy(&found, &at, sizeof found);
	}
	return found;
}

static clock_function *find(void)
{
	const int before = errno;
	const uintptr_t base = getauxval(AT_SYSINFO_EHDR);
	struct image image = {.dynamic = NULL};

	errno = before; /* ENOENT where there is no vdso */
	if (base)
		read_headers((const ElfW(Ehdr) *)base, &image);
	if (image.dynamic)
		read_dynamic(&image);
	if (!image.symbols || !image.strings)
		return ask_kernel;
	return find_symbol(&image);
}

/* First asked by a program's thread: the watch task finds it found. */
static void now(clockid_t clock, struct instant *time)
{
	static _Atomic(clock_function *) known;
	clock_function *f = known;

	if (!f)
		known = f = find();
	f(clock, time);
}

int64_t clock_milliseconds(void)
{
	struct instant time = {0, 0};

	now(CLOCK_MONOTONIC, &time);
	return time.seconds * 1000 + time.nanoseconds / 1000000;
}

static int64_t nanoseconds_of(clockid_t clock)
{
	struct instant time = {0, 0};

	now(clock, &time);
	return time.seconds * 1000000000 + time.nanoseconds;
}

int64_t clock_realtime(void)
{
	return nanoseconds_of(CLOCK_REALTIME);
}

int64_t clock_realtime_tick(void)
{
	return nanoseconds_of(CLOCK_REALTIME_COARSE);
}

int64_t clock_tick(void)
{
	static _Atomic int64_t tick; /* asked once; 0: not yet */
	struct timespec resolution = {0, 10000000};

	if (!tick) {
		sys2(SYS_clock_getres, CLOCK_MONOTONIC_COARSE, &resolution);
		tick = (resolution.tv_nsec + 999999) / 1000000;
	}
	return tick;
}
