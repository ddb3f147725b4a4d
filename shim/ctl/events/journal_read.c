/* SPDX-License-Identifier: MIT
 * Reads journals with read(2): a map would be SIGBUS when the file shrinks.
 */
#include "journal_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_SIZE offsetof(struct journal, event)

static bool copy_bytes(int fd, void *out, size_t at, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = pread(fd, (char *)out + done, size - done,
				    (off_t)(at + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}

/* A journal belongs to whom its directory belongs. */
static uid_t owner_of(int dir)
{
	struct stat st;

	return fstat(dir, &st) ? geteuid() : st.st_uid;
}

static const char *file_fault(int fd, uid_t owner, struct stat *st)
{
	if (fstat(fd, st) || !S_ISREG(st->st_mode))
		return "not a regular file";
	if (st->st_uid != owner)
		return "somebody else's file";
	return NULL;
}

/* The library makes the file, gives it room, and writes the magic last. */
static bool is_being_made(const struct journal *journal)
{
	return !*journal->magic;
}

static const char *head_fault(const struct journal *journal)
{
	if (memcmp(journal->magic, JOURNAL_MAGIC, sizeof JOURNAL_MAGIC - 1))
		return "not a journal";
	if (journal->version != JOURNAL_VERSION)
		return "a journal of another version";
	if (journal->event_size != sizeof(struct event) ||
	    journal->events != JOURNAL_EVENTS)
		return "a damaged journal";
	return NULL;
}

/* A bool that is neither 0 nor 1 may not even be looked at. */
static void make_bool(bool *b)
{
	unsigned char byte;

	memcpy(&byte, b, 1);
	*b = byte != 0;
}

static void put_in_bounds(struct event *e)
{
	e->rule[RULE_NAME_MAX] = 0;
	e->detail[EVENT_DETAIL_MAX] = 0;
	make_bool(&e->local.known);
	make_bool(&e->peer.known);
}

/* An event that was whole and the same before and after it was copied keeps
 * its seq. The second reading is the "after". */
static bool check_events(int fd, struct journal *journal, unsigned used)
{
	static struct event later[JOURNAL_EVENTS];

	if (!copy_bytes(fd, later, HEAD_SIZE, used * sizeof *later))
		return false;
	for (unsigned i = 0; i < used; i++) {
		struct event *e = &journal->event[i];

		if (e->seq != later[i].seq)
			e->seq = 0;
		put_in_bounds(e);
	}
	return true;
}

/* Only as much of the ring as was ever written to: most are far from full. */
static bool copy_events(int fd, struct journal *journal)
{
	const unsigned used = journal->tickets < JOURNAL_EVENTS
				      ? (unsigned)journal->tickets
				      : JOURNAL_EVENTS;
	struct event *unused = &journal->event[used];

	memset(unused, 0, (JOURNAL_EVENTS - used) * sizeof *unused);
	journal->program[sizeof journal->program - 1] = 0;
	return copy_bytes(fd, journal->event, HEAD_SIZE,
			  used * sizeof *unused) &&
	       check_events(fd, journal, used);
}

const char *journal_read_open(int fd, uid_t owner, uint64_t known,
			      struct journal *journal, bool *read)
{
	struct stat st;
	const char *wrong = file_fault(fd, owner, &st);

	if (wrong || !st.st_size)
		return wrong;
	memset(journal->magic, 0, sizeof journal->magic);
	if (!copy_bytes(fd, journal, 0, HEAD_SIZE))
		return is_being_made(journal) ? NULL : "truncated";
	if (is_being_made(journal))
		return NULL;
	wrong = head_fault(journal);
	if (wrong || journal->tickets <= known)
		return wrong;
	*read = st.st_size >= (off_t)sizeof *journal &&
		copy_events(fd, journal);
	return *read ? NULL : "truncated";
}

bool journal_read(int dir, const char *name, uint64_t known,
		  struct journal *journal, const char **wrong)
{
	int fd = openat(dir, name,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
				O_CLOEXEC);
	bool read = false;

	*wrong = NULL;
	if (fd < 0) {
		if (errno != ENOENT)
			*wrong = strerror(errno);
		return false;
	}
	*wrong = journal_read_open(fd, owner_of(dir), known, journal, &read);
	close(fd);
	return read;
}

const struct event *journal_event(const struct journal *journal,
				  uint64_t ticket)
{
	const struct event *e = &journal->event[ticket % JOURNAL_EVENTS];

	return e->seq && e->seq == ticket + 1 ? e : NULL;
}
