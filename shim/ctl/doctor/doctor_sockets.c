/* SPDX-License-Identifier: MIT
 * What the sockets show now, by the table of symptoms: a finding for each
 * program, port and symptom.
 */
#include "doctor.h"

#include <search.h>
#include <string.h>

#include "core/strbuf.h"

static const char *who(struct pool *pool, const struct occurrence *seen)
{
	const struct watched *w = seen->example;

	if (!w->pid)
		return w->program;
	if (seen->processes == 1)
		return pool_print(pool, "%s[%d]", w->program, w->pid);
	return pool_print(pool, "%s (several processes)", w->program);
}

static const char *ends_of(struct pool *pool, const struct tcp_socket *s)
{
	char room[128];
	struct strbuf text = strbuf_over(room, sizeof room);

	strbuf_add_endpoint(&text, &s->local);
	if (s->state != STATE_LISTEN) {
		strbuf_add(&text, " - ");
		strbuf_add_endpoint(&text, &s->peer);
	}
	return pool_copy(pool, room, strlen(room));
}

static const char *tell(struct pool *pool, const struct occurrence *seen)
{
	const struct tcp_socket *s = &seen->example->now;
	const char *ends = ends_of(pool, s);

	if (s->state == STATE_LISTEN && s->receive_queue)
		return pool_print(pool, "%u (%s, %u waiting, backlog %u)",
				  seen->count, ends, s->receive_queue,
				  s->send_queue);
	if (s->state == STATE_LISTEN)
		return pool_print(pool, "%u (%s)", seen->count, ends);
	if (s->state == STATE_SYN_SENT)
		return pool_print(pool, "%u (%s, %u retransmissions)",
				  seen->count, ends, s->retransmits);
	return pool_print(pool, "%u (%s, silent for %s)", seen->count, ends,
			  time_in_words(pool, peer_silence(s)));
}

static enum severity severity_of(enum symptom symptom,
				 const struct occurrence *seen)
{
	const struct symptom_row *row = &symptoms[symptom];

	if (seen->worst.degree == REMARK && symptom != SYMPTOM_FULL)
		return SEVERITY_NOTE;
	if (row->many && seen->count >= row->many)
		return SEVERITY_WARNING;
	if (symptom == SYMPTOM_LEAK && seen->worst.degree == PROOF)
		return SEVERITY_WARNING;
	return SEVERITY_NOTE;
}

/* All ports of listeners among those that clients are given, and those that
 * are reserved: the setting holds one list. */
static const char *reservation(struct target *patient)
{
	struct pool *pool = &patient->findings.pool;
	const struct port_range range = doctor_port_range(patient);
	const char *list = range.reserved;
	unsigned last = 0;

	for (unsigned i = 0; i < patient->sockets.listeners; i++) {
		const unsigned port = patient->sockets.of[i].local.port;

		if (port == last || !port_range_has(&range, port))
			continue;
		list = pool_print(pool, "%s%s%u", list, *list ? "," : "", port);
		last = port;
	}
	return pool_print(pool, "net.ipv4.ip_local_reserved_ports=%s", list);
}

static const char *sysctl_for(struct target *patient, enum symptom symptom,
			      const struct occurrence *seen,
			      const struct watching *watching)
{
	struct pool *pool = &patient->findings.pool;
	const unsigned queue = seen->example->now.send_queue;

	if (symptom == SYMPTOM_IN_RANGE)
		return reservation(patient);
	if (symptom == SYMPTOM_FULL && queue >= watching->queue_most)
		return doctor_sysctl(patient, "net.core.somaxconn",
				     pool_print(pool, "%u", 2 * queue));
	return "";
}

static void report(struct target *patient, struct watching *watching,
		   const struct trouble *trouble, enum symptom symptom)
{
	struct pool *pool = &patient->findings.pool;
	const struct symptom_row *row = &symptoms[symptom];
	const struct occurrence *seen = &trouble->seen[symptom];
	const bool proven = seen->worst.degree == PROOF;
	const char *risk, *rule;
	struct finding finding = {
		.severity = severity_of(symptom, seen),
		.story = row->story,
		.subject =
			pool_print(pool, "%s, %s", who(pool, seen), row->name),
		.value = tell(pool, seen),
		.meaning = row->meaning,
		.sysctl = sysctl_for(patient, symptom, seen, watching),
	};

	rule = symptom_rule(watching, trouble, symptom, &risk);
	*(proven ? &finding.proof : &finding.hint) =
		pool_print(pool, "%s", seen->worst.evidence);
	if (*rule) {
		finding.rule =
			pool_print(pool, "%s%s", proven ? "" : "# ", rule);
		finding.risk = pool_print(pool, "%s", risk);
	}
	findings_add(&patient->findings, &finding);
}

/* A reserved port is given to no client. */
static bool is_reserved(enum symptom symptom, const struct occurrence *seen,
			const struct port_range *range)
{
	return symptom == SYMPTOM_IN_RANGE &&
	       !port_range_has(range, seen->example->now.local.port);
}

static unsigned look_for(struct target *patient, struct watching *watching,
			 const struct troubles *all, enum symptom symptom)
{
	const struct port_range range = doctor_port_range(patient);
	unsigned found = 0;

	for (unsigned i = 0; i < all->count; i++) {
		const struct occurrence *seen = &all->of[i].seen[symptom];

		if (!seen->count || is_reserved(symptom, seen, &range))
			continue;
		report(patient, watching, &all->of[i], symptom);
		found++;
	}
	return found;
}

static void say_none(struct target *patient, const struct symptom_row *row)
{
	findings_add(&patient->findings,
		     &(struct finding){
			     .severity = SEVERITY_WELL,
			     .story = row->story,
			     .subject = pool_print(&patient->findings.pool,
						   "connections %s", row->name),
			     .value = "0",
			     .meaning = row->meaning});
}

/* The nodes are the pool's. */
static void leave(void *node)
{
	(void)node;
}

void doctor_sockets(struct target *patient)
{
	static const struct process strangers = {
		.name = "programs that may not be inspected"};
	struct watching watching = {.silence = patient->silence,
				    .strangers =
					    patient->whole ? &strangers : NULL};
	struct troubles all;

	watch_once(&watching, patient->pid, &patient->processes);
	all = diagnose(&watching);
	for (int s = 0; s < SYMPTOMS; s++)
		if (!look_for(patient, &watching, &all, (enum symptom)s))
			say_none(patient, &symptoms[s]);
	tdestroy(watching.by_cookie, leave);
	pool_return(&watching.pool);
}
