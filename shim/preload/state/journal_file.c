/* SPDX-License-Identifier: MIT
 * The journal's writing side: a ring in memory, and a mapped file, its
 * descriptor long closed, that is kept the same.
 *
 * A store into a mapped file that was truncated is SIGBUS, which would end the
 * program; so nothing is stored there. The kernel is asked to copy each event
 * from the ring, and where the file is gone it answers EFAULT.
 */
#include "state/journal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "sys/raw_syscall.h"
#include "sys/clock.h"
#include "core/journal.h"
#include "sys/kernel.h"
#include "state/process.h"
#include "state/context.h"
#include "state/fdtable.h"
#include "core/strbuf.h"

/* What this process and its forked children share. */
struct shared {
	struct journal ring;
	struct journal *file; /* the mapped file, at the same place in all */
	_Atomic bool file_gone; /* truncated: nothing more can be saved */
	_Atomic bool behind; /* the file lacks events, */
	_Atomic uint64_t from; /* the first of them has this ticket */
};

static _Atomic(struct shared *) shared;
static _Atomic bool opened;

/* How an event gets from the ring into the file. */
enum { EXACTLY, CAREFULLY, NOT_NOW };
static _Atomic int way;
static _Atomic bool lent; /* NOT_NOW for the sake of a vfork child */

static uint32_t our_uid(void)
{
	return (uint32_t)sys0(BARE_GETEUID);
}

/* Ours, and no other user may write in it. */
static bool is_private_dir(const char *path)
{
	struct stat64 about;

	if (sys4(BARE_FSTATAT, AT_FDCWD, path, &about, AT_SYMLINK_NOFOLLOW))
		return false;
	return S_ISDIR(about.st_mode) && about.st_uid == our_uid() &&
	       !(about.st_mode & 077);
}

static bool try_dir(const char *base, const char *below, char path[320])
{
	struct strbuf t = strbuf_over(path, 320);

	if (!*base)
		return false;
	strbuf_add(&t, base);
	strbuf_add(&t, below);
	if (is_private_dir(path))
		return true;
	/* Or another process makes it at the same time. */
	sys3(SYS_mkdirat, AT_FDCWD, path, 0700);
	return is_private_dir(path);
}

static bool find_dir(const struct context *me, char path[320])
{
	char user[16];
	struct strbuf t = strbuf_over(user, sizeof user);

	if (me->no_journal)
		return false;
	if (*me->rundir)
		return try_dir(me->rundir, "", path);
	strbuf_add_number(&t, our_uid());
	return try_dir(RUNDIR_SYSTEM, "", path) ||
	       try_dir(me->session_dir, RUNDIR_USER_SUBDIR, path) ||
	       try_dir(RUNDIR_TMP_PREFIX, user, path);
}

static bool write_zeros(int fd, const char *zeros, size_t room)
{
	for (size_t at = 0; at < sizeof(struct journal);) {
		const size_t left = sizeof(struct journal) - at;
		const long put =
			sys3(SYS_write, fd, zeros, left < room ? left : room);

		if (put <= 0)
			return false;
		at += (size_t)put;
	}
	return true;
}

/* A file longer than RLIMIT_FSIZE is a signal, which ends programs. */
static bool may_be_long(void)
{
	uint64_t limit[2] = {sizeof(struct journal)};

	sys4(SYS_prlimit64, 0, RLIMIT_FSIZE, NULL, limit);
	return limit[0] >= sizeof(struct journal);
}

/* A full disk is found out here: then no journal is kept. */
static bool make_room(int fd)
{
	const size_t page = 4096;
	char *zeros;
	bool made;

	if (!bare_fallocate(fd, sizeof(struct journal)))
		return true;
	zeros = kernel_mmap(page);
	made = zeros && write_zeros(fd, zeros, page);
	if (zeros)
		kernel_munmap(zeros, page);
	return made;
}

static bool write_head(int fd, const struct journal *head)
{
	const size_t len = offsetof(struct journal, event);

	return sys5(SYS_pwrite64, fd, head, len, 0, 0) == (long)len;
}

static struct journal *map(int fd)
{
	const long at = sys6(BARE_MMAP, 0, sizeof(struct journal),
			     PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return at < 0 && at > -4096 ? NULL : (struct journal *)at;
}

static void fill_head(struct journal *j, const struct context *me, int64_t now)
{
	memcpy(j->magic, JOURNAL_MAGIC, sizeof j->magic);
	j->version = JOURNAL_VERSION;
	j->event_size = sizeof(struct event);
	j->events = JOURNAL_EVENTS;
	j->pid = fdtable_pid();
	j->started = now;
	memcpy(j->program, me->name, sizeof j->program);
}

static struct journal *make(const struct context *me,
			    const struct journal *head, char path[320])
{
	struct journal *made = NULL;
	struct strbuf t;
	long fd;

	if (!may_be_long() || !find_dir(me, path))
		return NULL;
	t = strbuf_over(path + strlen(path), 320 - strlen(path));
	strbuf_add_char(&t, '/');
	strbuf_add_number(&t, head->pid);
	strbuf_add_char(&t, '-');
	strbuf_add_number(&t, head->started);
	strbuf_add(&t, JOURNAL_SUFFIX);
	fd = sys4(SYS_openat, AT_FDCWD, path,
		  O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return NULL;
	if (make_room((int)fd) && write_head((int)fd, head))
		made = map((int)fd);
	if (!made)
		sys3(SYS_unlinkat, AT_FDCWD, path, 0);
	kernel_close((int)fd);
	return made;
}

void journal_open(void)
{
	struct shared *memory;
	char path[320];

	if (atomic_load_explicit(&opened, memory_order_relaxed) ||
	    atomic_exchange(&opened, true))
		return;
	memory = kernel_mmap_shared(sizeof *memory);
	if (!memory)
		return;
	fill_head(&memory->ring, context(), clock_realtime());
	memory->from = UINT64_MAX;
	memory->file = make(context(), &memory->ring, path);
	if (!memory->file) {
		kernel_munmap(memory, sizeof *memory);
		return;
	}
	if (way == EXACTLY && kernel_is_filtered())
		way = CAREFULLY;
	atomic_store(&shared, memory);
}

/* A vfork child shares `way` with its parent, which waits for it. It must not
 * ask either; journal_resume gives it back. */
void journal_sandboxed(void)
{
	/* Without a journal there is nothing to save. */
	if (!shared)
		return;
	lent = way != NOT_NOW && fdtable_pid() != kernel_pid();
	way = NOT_NOW;
}

void journal_resume(void)
{
	if (lent && fdtable_pid() == kernel_pid()) {
		lent = false;
		way = EXACTLY;
	}
}

static uint64_t into_ring(struct journal *j, struct event *e)
{
	const uint64_t ticket =
		__atomic_fetch_add(&j->tickets, 1, __ATOMIC_RELAXED);
	struct event *at = &j->event[ticket % JOURNAL_EVENTS];

	__atomic_fetch_add(&j->counts[e->id], 1, __ATOMIC_RELAXED);
	__atomic_store_n(&at->seq, 0, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	e->seq = 0;
	memcpy(at, e, sizeof *at);
	__atomic_store_n(&at->seq, ticket + 1, __ATOMIC_RELEASE);
	return ticket;
}

#define COUNTED                                                                \
	(offsetof(struct journal, event) - offsetof(struct journal, tickets))

/* The event, its seq last, and what is counted: all of it copied by the
 * kernel. How much was copied, or -errno. */
static long copy_exactly(const struct shared *to, const struct event *e,
			 uint64_t ticket)
{
	struct event *at = &to->file->event[ticket % JOURNAL_EVENTS];
	const uint64_t none = 0, seq = ticket + 1;
	const struct iovec from[] = {
		{(void *)(uintptr_t)&none, sizeof none},
		{(void *)(uintptr_t)&e->time, sizeof *e - sizeof e->seq},
		{(void *)(uintptr_t)&seq, sizeof seq},
		{(void *)(uintptr_t)&to->ring.tickets, COUNTED},
	};
	const struct iovec there[] = {
		{at, sizeof *at},
		{&at->seq, sizeof at->seq},
		{&to->file->tickets, COUNTED},
	};

	return sys6(SYS_process_vm_writev, fdtable_pid(), SYS_LONG(from), 4,
		    SYS_LONG(there), 3, 0);
}

/* rt_sigprocmask(2) that changes nothing still writes the old mask. */
static bool is_there(void *at)
{
	return sys4(SYS_rt_sigprocmask, SIG_BLOCK, 0, at, 8) != -EFAULT;
}

/* Under a sandbox that may end a process for process_vm_writev(2), or that
 * refuses it. A file truncated between the question and the store, some 50 ns,
 * is not survived. */
static bool copy_carefully(const struct shared *to, const struct event *e,
			   uint64_t ticket)
{
	struct event *at = &to->file->event[ticket % JOURNAL_EVENTS];

	/* What is written over is stored again below. */
	if (!is_there(&at->seq) || !is_there(to->file->program + 56))
		return false;
	__atomic_store_n(&at->seq, 0, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	memcpy(&at->time, &e->time, sizeof *e - sizeof e->seq);
	__atomic_store_n(&at->seq, ticket + 1, __ATOMIC_RELEASE);
	memcpy(&to->file->tickets, &to->ring.tickets, COUNTED);
	return true;
}

/* False: the file is gone. */
static bool copy(const struct shared *to, const struct event *e,
		 uint64_t ticket)
{
	const long whole = sizeof *e + sizeof e->seq + COUNTED;
	long copied;

	if (way == EXACTLY) {
		copied = copy_exactly(to, e, ticket);
		if (copied >= 0 || copied == -EFAULT)
			return copied == whole;
		way = CAREFULLY;
	}
	return copy_carefully(to, e, ticket);
}

/* Another writer may put older counts over ours: who sees newer ones in the
 * ring copies again, so the last to copy has the newest. */
static void save(struct shared *to, const struct event *e, uint64_t ticket)
{
	uint64_t seen;

	do {
		seen = __atomic_load_n(&to->ring.tickets, __ATOMIC_SEQ_CST);
		if (!copy(to, e, ticket))
			to->file_gone = true;
	} while (!to->file_gone && seen != to->ring.tickets);
}

static void save_missing(struct shared *to, uint64_t ticket)
{
	const uint64_t end = to->ring.tickets;

	if (ticket + JOURNAL_EVENTS < end)
		ticket = end - JOURNAL_EVENTS;
	for (; ticket < end && !to->file_gone; ticket++) {
		const struct event *e =
			&to->ring.event[ticket % JOURNAL_EVENTS];

		if (e->seq == ticket + 1)
			save(to, e, ticket);
	}
}

static void catch_up(struct shared *to)
{
	if (to->behind && atomic_exchange(&to->behind, false))
		save_missing(to, atomic_exchange(&to->from, UINT64_MAX));
}

static void leave_for_later(struct shared *to, uint64_t ticket)
{
	uint64_t from = to->from;

	while (ticket < from &&
	       !atomic_compare_exchange_weak(&to->from, &from, ticket))
		;
	to->behind = true;
}

void journal_put(struct event *e)
{
	struct shared *to = shared;
	uint64_t ticket;

	if (!to)
		return;
	ticket = into_ring(&to->ring, e);
	if (to->file_gone)
		return;
	if (way == NOT_NOW) {
		leave_for_later(to, ticket);
		return;
	}
	save(to, e, ticket);
	catch_up(to);
}

void journal_put_later(struct event *e)
{
	struct shared *to = shared;

	if (to)
		leave_for_later(to, into_ring(&to->ring, e));
}

void journal_catch_up(void)
{
	struct shared *to = shared;

	if (to && way != NOT_NOW && !to->file_gone)
		catch_up(to);
}

bool journal_may_ask(void)
{
	return way != NOT_NOW;
}

bool journal_at_exit(void)
{
	struct shared *to = shared;

	journal_resume();
	if (!to || way == NOT_NOW)
		return false;
	catch_up(to);
	return true;
}
