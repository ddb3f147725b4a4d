/* SPDX-License-Identifier: MIT
 * Events: made here, put into the journal, and printed on stderr if asked.
 */
#include "state/journal_write.h"

#include <string.h>

#include "sys/raw_syscall.h"
#include "sys/clock.h"
#include "sys/kernel.h"
#include "state/process.h"
#include "state/context.h"

struct event event_of(enum event_id id, int fd, const struct rule *rule,
		      const char *done)
{
	struct event e;
	struct strbuf t;

	memset(&e, 0, sizeof e);
	t = strbuf_over(e.detail, sizeof e.detail);
	e.id = (uint16_t)id;
	e.pid = fdtable_pid();
	e.fd = fd;
	if (context_observes(rule))
		e.flags |= EVENT_WOULD;
	if (rule)
		memcpy(e.rule, rule->name, sizeof e.rule);
	strbuf_add(&t, done);
	return e;
}

struct event event_on(enum event_id id, int fd, const struct fd_entry *slot,
		      const char *done)
{
	const struct facts facts = fd_facts(slot);
	struct event e =
		event_of(id, fd, context_rule((unsigned)facts.rule), done);

	e.local = kernel_local(fd);
	e.peer = kernel_peer(fd);
	e.cookie = kernel_cookie(fd);
	if (facts.flags & ENTRY_ACCEPTED)
		e.flags |= EVENT_ACCEPT;
	return e;
}

static void onto_stderr(const struct context *me, const struct event *e)
{
	char line[512];
	struct strbuf t = strbuf_over(line, sizeof line);

	strbuf_add(&t, "sockmend: ");
	event_line(e, me->name, &t);
	strbuf_add_char(&t, '\n');
	if (journal_may_ask() && process_stderr_usable())
		sys3(SYS_write, 2, line, t.at - line);
}

static void record(struct event *e, void (*put)(struct event *e))
{
	const struct context *me = context();

	put(e);
	if (me->log_stderr)
		onto_stderr(me, e);
}

void event_record(struct event *e)
{
	if (!e->time)
		e->time = journal_may_ask() ? clock_realtime()
					    : clock_realtime_tick();
	record(e, journal_put);
}

void event_record_later(struct event *e)
{
	e->time = clock_realtime_tick();
	record(e, journal_put_later);
}

void record_failure(int fd, const struct rule *rule, const char *what,
		    int error)
{
	struct event e = event_of(EVENT_MEND_FAILED, fd, rule, what);

	e.error = error;
	event_record(&e);
}
