/* SPDX-License-Identifier: MIT
 * Writes the ledger as text and reads it back.
 */
#include "state_file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array_grow.h"
#include "write_atomic.h"

/* The banner says how many events its writer knew, for two kinds of total are
 * numbered behind them. Version 1 knew 13 and did not say so. */
#define BANNER "sockmend-ledger "
#define EVENTS_OF_VERSION_1 13
#define FILE_MAX (64 << 20) /* bytes */

static uint32_t hash(const char *bytes, size_t len)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)bytes[i]) * 16777619u;
	return h;
}

static void put_text(FILE *out, const char *text)
{
	fputs(" =", out);
	for (; *text; text++)
		if (isgraph((unsigned char)*text) && *text != '%')
			putc(*text, out);
		else
			fprintf(out, "%%%02x", (unsigned char)*text);
}

static void put_total(FILE *out, const struct total *t)
{
	fprintf(out, "total %u %u %" PRIu64, t->kind, t->mode, t->count);
	put_text(out, t->rule);
	put_text(out, t->program);
	fprintf(out, " %u\n", t->uid);
}

static void put_shelf(FILE *out, const struct state_directory *shelf)
{
	fputs("dir", out);
	put_text(out, shelf->path);
	putc('\n', out);
	for (unsigned i = 0; i < shelf->count; i++) {
		const struct progress *p = &shelf->of[i];

		fprintf(out, "journal %s %" PRIu64 " %" PRIu64, p->name.text,
			p->next, p->missed);
		for (unsigned id = 0; id < EVENT_COUNT_OF; id++)
			fprintf(out, " %" PRIu64, p->placed[id]);
		putc('\n', out);
	}
}

static bool put_ledger(const struct collect_state *ledger, char **text,
		       size_t *len)
{
	FILE *out = open_memstream(text, len);

	if (!out)
		return false;
	fprintf(out, BANNER "2 %d\n", EVENT_COUNT_OF);
	for (unsigned i = 0; i < ledger->totals.count; i++)
		put_total(out, &ledger->totals.of[i]);
	for (unsigned i = 0; i < ledger->shelves; i++)
		put_shelf(out, &ledger->shelf[i]);
	if (!fflush(out))
		fprintf(out, "end %08x\n", hash(*text, *len));
	return !fclose(out);
}

const char *state_save(struct collect_state *ledger, const char *path)
{
	char *text = NULL;
	const char *wrong;
	size_t len;

	if (!put_ledger(ledger, &text, &len)) {
		free(text);
		return strerror(ENOMEM);
	}
	wrong = replace_file(path, text, len, 0600);
	free(text);
	ledger->changed = wrong != NULL;
	return wrong;
}

/* The next word of the line, or "". */
static const char *next_word(char **line)
{
	const char *word = strsep(line, " ");

	return word ? word : "";
}

static bool take_number(char **line, uint64_t *number)
{
	const char *word = next_word(line);
	char *end;

	errno = 0;
	*number = strtoull(word, &end, 10);
	return isdigit((unsigned char)*word) && !*end && !errno;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_text(char **line, char *out, size_t room)
{
	const char *word = next_word(line);

	if (*word++ != '=')
		return false;
	for (; *word && room > 1; room--, word++) {
		*out = *word;
		if (*word == '%') {
			const int high = hex_digit(word[1]);
			const int low = high < 0 ? -1 : hex_digit(word[2]);

			if (low < 0)
				return false;
			*out = (char)(high << 4 | low);
			word += 2;
		}
		out++;
	}
	*out = 0;
	return !*word;
}

static bool read_total(struct collect_state *ledger, char *line,
		       uint64_t events)
{
	struct total t = {0};
	uint64_t kind, mode, uid = TOTALS_ANY_UID;

	if (!take_number(&line, &kind) ||
	    kind >= events + TOTAL_KINDS - EVENT_COUNT_OF ||
	    !take_number(&line, &mode) || mode > TOTAL_OBSERVED ||
	    !take_number(&line, &t.count) ||
	    !take_text(&line, t.rule, sizeof t.rule) ||
	    !take_text(&line, t.program, sizeof t.program) ||
	    (line && (!take_number(&line, &uid) || uid > UINT32_MAX)))
		return false;
	t.kind = (unsigned)(kind < events ? kind
					  : kind - events + EVENT_COUNT_OF);
	t.mode = (enum total_mode)mode;
	t.uid = (uid_t)uid; /* an older file has none */
	totals_add(&ledger->totals, &t);
	return true;
}

static bool read_dir(struct collect_state *ledger, char *line)
{
	char path[RUNDIR_PATH_MAX];

	if (!take_text(&line, path, sizeof path))
		return false;
	return state_dir(ledger, path) != NULL;
}

static bool read_progress(struct collect_state *ledger, char *line,
			  uint64_t events)
{
	struct progress p = {0};
	struct state_directory *shelf;

	if (!ledger->shelves || !journal_name_read(next_word(&line), &p.name) ||
	    !take_number(&line, &p.next) || !take_number(&line, &p.missed))
		return false;
	for (unsigned id = 0; id < events; id++)
		if (!take_number(&line, &p.placed[id]))
			return false;
	shelf = &ledger->shelf[ledger->shelves - 1];
	if (shelf->count &&
	    journal_name_order(&shelf->of[shelf->count - 1].name, &p.name) >= 0)
		return false;
	shelf->of = grow(shelf->of, shelf->count, sizeof p);
	shelf->of[shelf->count++] = p;
	return true;
}

static bool read_line(struct collect_state *ledger, char *line, uint64_t events)
{
	const char *what = next_word(&line);

	if (!strcmp(what, "total"))
		return read_total(ledger, line, events);
	if (!strcmp(what, "dir"))
		return read_dir(ledger, line);
	return !strcmp(what, "journal") && read_progress(ledger, line, events);
}

/* "end HASH\n" is right; the text ends before it then. */
static bool is_whole(char *text, size_t len)
{
	const size_t tail = strlen("end 01234567\n");
	char end[16];

	if (len < tail)
		return false;
	snprintf(end, sizeof end, "end %08x\n", hash(text, len - tail));
	if (strcmp(text + len - tail, end))
		return false;
	text[len - tail] = 0;
	return true;
}

/* How many events its writer knew; 0: it is no ledger of ours. */
static uint64_t read_banner(char *line)
{
	uint64_t version, events = EVENTS_OF_VERSION_1;

	if (strncmp(line, BANNER, strlen(BANNER)))
		return 0;
	line += strlen(BANNER);
	if (!take_number(&line, &version) || version < 1 || version > 2 ||
	    (version == 2 && !take_number(&line, &events)))
		return 0;
	return line || events > EVENT_COUNT_OF ? 0 : events;
}

static bool read_text(struct collect_state *ledger, char *text, size_t len)
{
	uint64_t events;
	char *line;

	if (!is_whole(text, len))
		return false;
	events = read_banner(strsep(&text, "\n"));
	if (!events)
		return false;
	while ((line = strsep(&text, "\n")) && *line)
		if (!read_line(ledger, line, events))
			return false;
	return true;
}

/* A file beside it, because the ledger itself is a new file every time. */
const char *state_lock(const char *path, bool wait)
{
	char lock[RUNDIR_PATH_MAX + 8];
	int fd, error;

	if (snprintf(lock, sizeof lock, "%s.lock", path) >= (int)sizeof lock)
		return strerror(ENAMETOOLONG);
	fd = open(lock, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		  0600);
	if (fd < 0)
		return strerror(errno);
	if (!flock(fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB))
		return NULL;
	error = errno;
	close(fd);
	return error == EWOULDBLOCK ? "kept by another process"
				    : strerror(error);
}

static const char *read_file(int fd, struct collect_state *ledger)
{
	struct stat st;
	char *text;
	ssize_t got;
	bool well;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_uid != geteuid())
		return "not a regular file of ours";
	if (st.st_size > FILE_MAX)
		return "too big";
	ledger->heard_until =
		st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec;
	text = calloc(1, (size_t)st.st_size + 1);
	if (!text)
		return strerror(ENOMEM);
	got = read(fd, text, (size_t)st.st_size);
	well = got == st.st_size && read_text(ledger, text, (size_t)got);
	free(text);
	return well ? NULL : "damaged";
}

const char *state_load(struct collect_state *ledger, const char *path)
{
	const char *wrong;
	int64_t written;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? NULL : strerror(errno);
	wrong = read_file(fd, ledger);
	close(fd);
	written = ledger->heard_until;
	if (wrong)
		state_free(ledger);
	ledger->heard_until = wrong ? written : 0;
	return wrong;
}
