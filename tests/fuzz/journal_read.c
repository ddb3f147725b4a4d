/* SPDX-License-Identifier: MIT
 * Fuzz target: a journal, which a crash may have cut off anywhere and any
 * program of the same user may have written.
 *
 * The first byte says what the rest is: a whole file; or what stands in a
 * journal of full length from its start on; or that behind a good head. Every
 * event that is taken for whole is printed in both forms.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <unistd.h>

#include "event_print.h"
#include "journal_read.h"

enum { WHOLE_FILE, FULL_LENGTH, GOOD_HEAD };

static const char path[] = "fuzzed" JOURNAL_SUFFIX; /* where it is run */
static int file;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	file = open(path, O_RDWR | O_CREAT, 0600);
	PROMISE(file >= 0);
	PROMISE(freopen("/dev/null", "w", stdout));
	return 0;
}

static void put(const void *bytes, size_t size, size_t at)
{
	PROMISE(pwrite(file, bytes, size, (off_t)at) == (ssize_t)size);
}

static void put_good_head(uint8_t tickets)
{
	struct journal head = { .magic = JOURNAL_MAGIC,
				.version = JOURNAL_VERSION,
				.event_size = sizeof(struct event),
				.events = JOURNAL_EVENTS,
				.tickets = tickets,
				.program = "camsrv" };

	put(&head, offsetof(struct journal, event), 0);
}

static void make_file(const uint8_t *bytes, size_t size)
{
	const int kind = *bytes % 3;
	size_t at = 0;

	PROMISE(!ftruncate(file, 0));
	if (kind == GOOD_HEAD) {
		put_good_head(*bytes);
		at = offsetof(struct journal, event);
	}
	put(bytes + 1, size - 1, at);
	if (kind != WHOLE_FILE)
		PROMISE(!ftruncate(file, sizeof(struct journal)));
}

static void print(const struct journal *journal)
{
	const uint64_t kept = journal->tickets < JOURNAL_EVENTS
				      ? journal->tickets
				      : JOURNAL_EVENTS;

	for (uint64_t i = 1; i <= kept; i++) {
		const struct event *e =
			journal_event(journal, journal->tickets - i);

		if (!e)
			continue;
		event_print_text(e, journal->program);
		event_print_json(e, journal->program);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct journal journal;
	const char *wrong;

	if (!size || size > sizeof journal)
		return -1;
	make_file(bytes, size);
	if (journal_read(AT_FDCWD, path, 0, &journal, &wrong))
		print(&journal);
	else
		PROMISE(!wrong || *wrong);
	return 0;
}
