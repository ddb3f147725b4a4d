/* SPDX-License-Identifier: MIT
 * Looks at a program as the kernel and the loader will, without running it.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel_machine.h"
#include "paths.h"
#include "shebang.h"
#include "at_secure.h"

/* A file's bytes, for as long as we look. */
struct image {
	const void *bytes;
	size_t size;
};

static bool image_open(const char *path, struct image *image)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *bytes;

	*image = (struct image){"", 0};
	if (fd < 0)
		return false;
	if (fstat(fd, &st) || !st.st_size) {
		close(fd);
		return true;
	}
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (bytes == MAP_FAILED)
		return false;
	*image = (struct image){bytes, (size_t)st.st_size};
	return true;
}

static void image_close(const struct image *image)
{
	if (image->size)
		munmap((void *)(uintptr_t)image->bytes, image->size);
}

static bool is_glibc_loader(const char *path)
{
	static const char *const names[] = {"ld-linux*.so.*", "ld64.so.*",
					    "ld.so.1", "ld-2.*.so"};
	const char *slash = strrchr(path, '/');

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!fnmatch(names[i], slash ? slash + 1 : path, 0))
			return true;
	return false;
}

static const char *libc_of(const char *loader)
{
	if (!*loader)
		return "";
	if (is_glibc_loader(loader))
		return "glibc";
	return strstr(loader, "/ld-musl-") ? "musl" : "other";
}

static bool is_native(const struct elf *elf)
{
	static struct elf ours;
	char path[PATH_MAX];
	struct image image;

	if (!ours.bits && exe_path(path) && image_open(path, &image)) {
		ours = elf_read(image.bytes, image.size);
		image_close(&image);
	}
	return elf->machine == ours.machine && elf->bits == ours.bits;
}

/* This tool and one library are always built together; libraries for other
 * machines may stand beside it. MENDABLE where there is one. */
static enum verdict judge_machine(const struct elf *elf)
{
	const char *abi = elf_abi_name(elf);
	char path[PATH_MAX];

	if (is_native(elf))
		return MENDABLE;
	if (*abi && !kernel_executes(elf))
		return REFUSED;
	return *abi && library_of(abi, path) ? MENDABLE : OTHER_MACHINE;
}

/* The file for x86-64 also works in musl's programs; there it was tried. */
static bool is_musl_served(const struct elf *elf)
{
	return !strcmp(elf_abi_name(elf), "x86_64-linux-gnu");
}

static enum verdict judge_dynamic(const struct probe *probe)
{
	if (!strcmp(probe->libc, "musl") && !is_musl_served(&probe->elf))
		return MUSL;
	if (access(probe->elf.loader, X_OK))
		return NO_LOADER;
	return strcmp(probe->libc, "other") ? MENDABLE : OTHER_LIBC;
}

static enum verdict judge_elf(const struct probe *probe, const char *path)
{
	if (probe->elf.kind == ELF_BROKEN)
		return BROKEN;
	if (probe->elf.kind == ELF_OBJECT)
		return UNKNOWN_FORMAT;
	if (judge_machine(&probe->elf) != MENDABLE)
		return judge_machine(&probe->elf);
	if (probe->elf.go)
		return GO;
	if (set_id_makes_secure(path))
		return SET_ID;
	if (capabilities_make_secure(path))
		return CAPABILITIES;
	if (probe->elf.kind == ELF_DYNAMIC)
		return judge_dynamic(probe);
	/* ld.so run by hand looks like a static PIE, and preloads. */
	return is_glibc_loader(path) ? MENDABLE : STATIC;
}

/* The file behind the name, links resolved: 0, EACCES or ENOENT. */
static int find_file(const char *name, char out[PATH_MAX])
{
	char path[PATH_MAX];
	int error = program_path(name, path);

	if (!error && !realpath(path, out))
		return ENOENT;
	return error;
}

static enum verdict judge(struct probe *probe, const char *path);

/* The interpreter, and then what env(1) would run, is what counts. */
static enum verdict judge_script(struct probe *probe,
				 const struct script *script)
{
	const char *name =
		*script->env_target ? script->env_target : script->interpreter;
	char *path = probe->interpreter[probe->interpreters];

	if (probe->interpreters == INTERPRETERS_MAX)
		return TOO_DEEP;
	probe->interpreters++;
	if (find_file(name, path)) {
		strcpy(path, name);
		return NO_INTERPRETER;
	}
	return judge(probe, path);
}

static enum verdict judge(struct probe *probe, const char *path)
{
	struct image image;
	struct script script;
	bool is_script;

	if (!image_open(path, &image)) {
		if (set_id_makes_secure(path))
			return SET_ID;
		return capabilities_make_secure(path) ? CAPABILITIES
						      : UNREADABLE;
	}
	probe->elf = elf_read(image.bytes, image.size);
	probe->libc = libc_of(probe->elf.loader);
	is_script = script_read(image.bytes, image.size, &script);
	image_close(&image);
	if (probe->elf.kind != ELF_NOT)
		return judge_elf(probe, path);
	return is_script ? judge_script(probe, &script) : UNKNOWN_FORMAT;
}

void probe_program(const char *name, struct probe *probe)
{
	int error;

	memset(probe, 0, sizeof *probe);
	probe->libc = "";
	error = find_file(name, probe->path);
	if (!error) {
		probe->verdict = judge(probe, probe->path);
		return;
	}
	probe->verdict = error == EACCES ? NOT_EXECUTABLE : NOT_FOUND;
	snprintf(probe->path, sizeof probe->path, "%s", name);
}
