/* SPDX-License-Identifier: MIT
 * The journal's writing side: a mapped ring, its descriptor long closed.
 */
#include "journal_write.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "bare.h"
#include "clock.h"
#include "journal.h"
#include "kernel.h"
#include "process.h"
#include "self.h"

static _Atomic(struct journal *) journal;
static _Atomic bool opened;

static uint32_t our_uid(void)
{
	return (uint32_t)sys0(BARE_GETEUID);
}

/* Ours, and nobody else's to write in. */
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
	struct text t = text_over(path, 320);

	if (!*base)
		return false;
	text_add(&t, base);
	text_add(&t, below);
	if (is_private_dir(path))
		return true;
	/* Or another process makes it at the same time. */
	sys3(SYS_mkdirat, AT_FDCWD, path, 0700);
	return is_private_dir(path);
}

static bool find_dir(const struct self *me, char path[320])
{
	char user[16];
	struct text t = text_over(user, sizeof user);

	if (me->no_journal)
		return false;
	if (*me->rundir)
		return try_dir(me->rundir, "", path);
	text_add_number(&t, our_uid());
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
	uint64_t limit[2] = { sizeof(struct journal) };

	sys4(SYS_prlimit64, 0, RLIMIT_FSIZE, NULL, limit);
	return limit[0] >= sizeof(struct journal);
}

/* Every byte must exist before it is mapped: a full disk is an error here
 * and would be SIGBUS there. */
static bool make_room(int fd)
{
	const size_t page = 4096;
	char *zeros;
	bool made;

	if (!bare_fallocate(fd, sizeof(struct journal)))
		return true;
	zeros = kernel_memory(page);
	made = zeros && write_zeros(fd, zeros, page);
	if (zeros)
		kernel_release(zeros, page);
	return made;
}

static struct journal *map(int fd)
{
	const long at = sys6(BARE_MMAP, 0, sizeof(struct journal),
			     PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return at < 0 && at > -4096 ? NULL : (struct journal *)at;
}

static void fill_head(struct journal *j, const struct self *me, int64_t now)
{
	j->version = JOURNAL_VERSION;
	j->event_size = sizeof(struct event);
	j->events = JOURNAL_EVENTS;
	j->pid = slots_pid();
	j->started = now;
	memcpy(j->program, me->name, sizeof j->program);
	memcpy(j->magic, JOURNAL_MAGIC, sizeof j->magic);
}

static struct journal *make(const struct self *me, char path[320])
{
	const int64_t now = clock_realtime();
	struct journal *made = NULL;
	struct text t;
	long fd;

	if (!may_be_long() || !find_dir(me, path))
		return NULL;
	t = text_over(path + strlen(path), 320 - strlen(path));
	text_add_char(&t, '/');
	text_add_number(&t, slots_pid());
	text_add_char(&t, '-');
	text_add_number(&t, now);
	text_add(&t, JOURNAL_SUFFIX);
	fd = sys4(SYS_openat, AT_FDCWD, path,
		  O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return NULL;
	if (make_room((int)fd))
		made = map((int)fd);
	if (made)
		fill_head(made, me, now);
	else
		sys3(SYS_unlinkat, AT_FDCWD, path, 0);
	kernel_close((int)fd);
	return made;
}

void journal_open(void)
{
	char path[320];

	if (atomic_load_explicit(&opened, memory_order_relaxed) ||
	    atomic_exchange(&opened, true))
		return;
	atomic_store(&journal, make(self(), path));
}

struct event event_of(enum event_id id, int fd, const struct rule *rule,
		      const char *done)
{
	struct event e;
	struct text t;

	memset(&e, 0, sizeof e);
	t = text_over(e.detail, sizeof e.detail);
	e.id = (uint16_t)id;
	e.pid = slots_pid();
	e.fd = fd;
	if (self_observes(rule))
		e.flags |= EVENT_WOULD;
	if (rule)
		memcpy(e.rule, rule->name, sizeof e.rule);
	text_add(&t, done);
	return e;
}

struct event event_on(enum event_id id, int fd, const struct slot *slot,
		      const char *done)
{
	const struct facts facts = slot_facts(slot);
	struct event e = event_of(id, fd, self_rule((unsigned)facts.rule), done);

	e.local = kernel_local(fd);
	e.peer = kernel_peer(fd);
	e.cookie = kernel_cookie(fd);
	if (facts.flags & SLOT_ACCEPTED)
		e.flags |= EVENT_ACCEPT;
	return e;
}

static void into_ring(struct journal *j, struct event *e)
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
}

static void onto_stderr(const struct self *me, const struct event *e)
{
	char line[512];
	struct text t = text_over(line, sizeof line);

	text_add(&t, "sockmend: ");
	event_line(e, me->name, &t);
	text_add_char(&t, '\n');
	if (process_stderr_usable())
		sys3(SYS_write, 2, line, t.at - line);
}

void event_record(struct event *e)
{
	const struct self *me = self();
	struct journal *j = journal;

	if (!e->time)
		e->time = clock_realtime();
	if (j)
		into_ring(j, e);
	if (me->log_stderr)
		onto_stderr(me, e);
}

void record_failure(int fd, const struct rule *rule, const char *what,
		    int error)
{
	struct event e = event_of(EVENT_MEND_FAILED, fd, rule, what);

	e.error = error;
	event_record(&e);
}
