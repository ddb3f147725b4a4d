/* SPDX-License-Identifier: MIT
 * The process we are in: its id, and its stderr.
 */
#include "state/process.h"

#include <poll.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include "sys/raw_syscall.h"
#include "sys/kernel.h"

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18 /* Linux 4.14 */
#endif

/* A fork, by whatever call, leaves 0 in the child's. */
struct remembered {
	_Atomic int pid;
};

static _Atomic(struct remembered *) memory;
static struct remembered fallback;

static struct remembered *remember(void)
{
	struct remembered *none = NULL, *page = kernel_mmap(4096);

	if (page && sys3(SYS_madvise, page, 4096, MADV_WIPEONFORK)) {
		kernel_munmap(page, 4096);
		page = NULL;
	}
	if (!page)
		page = &fallback;
	page->pid = kernel_pid();
	if (atomic_compare_exchange_strong(&memory, &none, page))
		return page;
	if (page != &fallback)
		kernel_munmap(page, 4096);
	return none;
}

int process_id(bool *is_child)
{
	struct remembered *page = memory;
	int wiped = 0, pid;

	*is_child = false;
	if (!page)
		page = remember();
	pid = page->pid;
	if (pid)
		return pid;
	pid = kernel_pid();
	*is_child = atomic_compare_exchange_strong(&page->pid, &wiped, pid);
	return pid;
}

bool process_id_is_known(void)
{
	const struct remembered *page = memory;

	return page && page->pid;
}

void process_forked(void)
{
	if (memory)
		memory->pid = 0;
}

/* What descriptor 2 was, if that was ever remembered. */
static struct {
	uint64_t device, inode;
	bool known;
} stderr_was;

static _Atomic bool moved;

void process_remember_stderr(void)
{
	struct stat64 about;

	bool is_child;

	if (stderr_was.known)
		return;
	process_id(&is_child); /* to tell a vfork child from us */
	stderr_was.known = true;
	if (sys2(BARE_FSTAT, 2, &about))
		return; /* closed: device and inode 0 are no file's */
	stderr_was.device = about.st_dev;
	stderr_was.inode = about.st_ino;
}

void process_stderr_moved(void)
{
	bool is_child;

	/* A vfork child has our memory, and descriptors of its own. */
	if (!memory || process_id(&is_child) == kernel_pid())
		moved = true;
}

static bool is_still_stderr(void)
{
	struct stat64 about;

	if (moved || sys2(BARE_FSTAT, 2, &about))
		return false;
	return !stderr_was.known || (stderr_was.device == about.st_dev &&
				     stderr_was.inode == about.st_ino);
}

bool process_stderr_usable(void)
{
	struct pollfd ready = {.fd = 2, .events = POLLOUT};
	const struct timespec none = {0, 0};

	return is_still_stderr() &&
	       sys5(SYS_ppoll, &ready, 1, &none, 0, 0) == 1 &&
	       ready.revents == POLLOUT;
}
