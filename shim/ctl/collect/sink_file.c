/* SPDX-License-Identifier: MIT
 * Events to a file, a line each, as `sockmendctl events` prints them.
 *
 * The file is opened again after a rotation: when its name is another file's
 * or nobody's, and on SIGHUP.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "event_print.h"
#include "write_atomic.h"
#include "sink.h"

static void reopen(struct sink *sink)
{
	if (sink->fd >= 0)
		close(sink->fd);
	sink->fd = -1;
}

static void refresh(struct sink *sink)
{
	struct stat named, ours;

	if (sink->fd < 0)
		return;
	if (stat(sink->name, &named) || fstat(sink->fd, &ours) ||
	    named.st_ino != ours.st_ino || named.st_dev != ours.st_dev)
		reopen(sink);
}

static const char *file_fault(int fd, bool trap)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return "not a regular file";
	if (trap && (st.st_uid != geteuid() || st.st_nlink != 1))
		return "somebody else's file, or his link to it";
	return NULL;
}

/* Where others may write, a name that is there may be their trap. */
static const char *open_it(struct sink *sink)
{
	const bool trap = others_may_write_beside(sink->name);
	const char *wrong;

	sink->fd = open(sink->name,
			O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY |
				O_NONBLOCK | (trap ? O_NOFOLLOW : 0),
			0640);
	if (sink->fd < 0)
		return strerror(errno);
	wrong = file_fault(sink->fd, trap);
	if (wrong)
		reopen(sink);
	return wrong;
}

/* A part of a line that a full disk left is taken back, unless others wrote
 * behind it; it is written again as a whole. */
static void take_back(int fd, off_t size, ssize_t wrote)
{
	struct stat st;

	if (wrote > 0 && !fstat(fd, &st) && st.st_size == size + wrote &&
	    ftruncate(fd, size))
		return; /* then the line stands there in part, and once more */
}

static const char *put(struct sink *sink, const struct record *record)
{
	char when[64], line[EVENT_TEXT_MAX], whole[EVENT_TEXT_MAX + 72];
	struct strbuf t = strbuf_over(line, sizeof line);
	const char *wrong = sink->fd < 0 ? open_it(sink) : NULL;
	struct stat st;
	ssize_t wrote;
	int len;

	if (wrong)
		return wrong;
	event_time(record->event.time, when);
	event_text(&record->event, record->program, &t);
	len = snprintf(whole, sizeof whole, "%s %s\n", when, line);
	if (fstat(sink->fd, &st))
		return strerror(errno);
	wrote = write(sink->fd, whole, (size_t)len);
	if (wrote == len)
		return NULL;
	wrong = strerror(wrote < 0 ? errno : ENOSPC);
	take_back(sink->fd, st.st_size, wrote);
	return wrong;
}

struct sink sink_to_file(const char *path)
{
	return (struct sink){.name = path,
			     .put = put,
			     .refresh = refresh,
			     .reopen = reopen,
			     .fd = -1};
}
