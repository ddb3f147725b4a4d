/* SPDX-License-Identifier: MIT
 * Gathers what status shows. The kernel is asked for all sockets of a network
 * namespace at once; no process is stopped or notices.
 */
#include "status.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "in_force.h"
#include "netns.h"
#include "netns_sockets.h"
#include "procfs.h"

/* While one status is read. */
struct gathering {
	struct status *status;
	uint32_t states; /* which are asked for; listeners always */
	int64_t now; /* nanoseconds, CLOCK_REALTIME */
	struct journal *journal;
	uint64_t journal_inode; /* of the one that was read last */
	struct event_index *index;
};

#define note(status, program, ...)                                             \
	note_text(status, program, pool_print(&(status)->pool, __VA_ARGS__))

static void note_text(struct status *s, const char *program, const char *text)
{
	s->note = pool_grow(&s->pool, s->note, s->notes, sizeof *s->note);
	s->note[s->notes++] = (struct note){text, program};
}

static struct network *network_of(struct gathering *g, const struct process *p)
{
	struct status *s = g->status;
	struct network *n;
	const char *wrong;

	for (unsigned i = 0; i < s->networks; i++)
		if (s->network[i].number == p->netns)
			return &s->network[i];
	s->network = pool_grow(&s->pool, s->network, s->networks, sizeof *n);
	n = &s->network[s->networks++];
	*n = (struct network){.number = p->netns};
	wrong = network_read(p->pid, g->states, &s->pool, n);
	if (wrong) {
		note(s, p->name, "network of process %d: %s", p->pid, wrong);
		n->number = 0; /* the next one that lives there may tell */
	}
	network_read_ports(p->pid, n);
	return n;
}

/* What was recorded goes before what the ports let expect. */
static enum direction direction_of(const struct connection *c,
				   const struct network *n)
{
	if (c->socket->state != STATE_LISTEN &&
	    c->history.direction != DIRECTION_ANY)
		return c->history.direction;
	return network_direction(n, c->socket);
}

/* With no data in one direction its clock runs since the connection was made,
 * and a connection that is younger than its process may be on record. */
static int64_t age_of(const struct connection *c, int64_t now)
{
	const struct tcp_socket *s = c->socket;

	if (!connection_has_clocks(c))
		return -1;
	if (c->history.begun)
		return (now - c->history.begun) / 1000000;
	if (s->counts_segments && !s->data_segments_in)
		return s->silent_received;
	if (s->counts_segments && !s->data_segments_out)
		return s->silent_sent;
	return -1;
}

static const struct rule *rule_by_name(const struct process *p,
				       const char *name)
{
	for (unsigned i = 0; i < p->policy.count; i++)
		if (!strcmp(p->policy.rule[i].name, name))
			return &p->policy.rule[i];
	return NULL;
}

/* What the library recorded goes before what the policy lets expect. */
static const struct rule *govern(struct connection *c, struct pool *pool)
{
	const struct process *p = c->process;
	const struct rule *rule;
	bool sure;

	if (*c->history.rule) {
		c->rule = pool_copy(pool, c->history.rule,
				    strlen(c->history.rule));
		return rule_by_name(p, c->rule);
	}
	rule = process_rule(p, c->direction, &c->socket->local,
			    &c->socket->peer, &sure);
	c->unsure = !sure || p->policy_wrong;
	if (!rule || c->unsure)
		return NULL;
	c->rule = rule->name;
	return rule;
}

static struct connection *add_connection(struct status *s,
					 const struct process *p, int fd)
{
	struct connection *c;

	s->of = pool_grow(&s->pool, s->of, s->count, sizeof *s->of);
	c = &s->of[s->count++];
	*c = (struct connection){.process = p, .fd = fd, .age = -1};
	return c;
}

static void take_connection(struct gathering *g, const struct process *p,
			    const struct network *n,
			    const struct tcp_socket *socket, int fd)
{
	struct connection *c = add_connection(g->status, p, fd);
	const struct rule *rule;

	c->socket = socket;
	c->history = event_index_find(g->index, socket->cookie, &socket->peer);
	c->direction = direction_of(c, n);
	rule = govern(c, &g->status->pool);
	c->age = age_of(c, g->now);
	c->next = connection_next(c, rule, g->now);
}

/* Forked servers share one journal: it is read once. */
static void read_journal(struct gathering *g, const struct process *p)
{
	if (p->journal && p->journal_inode == g->journal_inode)
		return;
	g->journal_inode = 0;
	g->index->count = 0;
	if (!process_read_journal(p, g->journal))
		return;
	g->journal_inode = p->journal_inode;
	event_index_make(g->index, g->journal);
}

/* Both are ordered by inode: one pass through each. */
static unsigned take_connections(struct gathering *g, const struct process *p,
				 const struct network *n)
{
	const struct tcp_socket **at = n->by_inode;
	unsigned found = 0;

	for (unsigned i = 0; i < p->descriptors; i++) {
		const struct descriptor *d = &p->descriptor[i];

		while (*at && (*at)->inode < d->inode)
			at++;
		if (!*at || (*at)->inode != d->inode)
			continue;
		take_connection(g, p, n, *at, d->fd);
		found++;
	}
	return found;
}

static void note_policy(struct status *s, const struct process *p)
{
	if (p->old_library)
		note(s, p->name,
		     "%s[%d]: runs a library that was replaced: "
		     "a restart gives it the new one",
		     p->name, p->pid);
	if (strstr(p->policy_from, "/sockmend/units/"))
		note(s, p->name,
		     "%s[%d]: its rules are a copy that `sockmendctl "
		     "enable` made, %s: changes of the configuration do not "
		     "reach it",
		     p->name, p->pid, p->policy_from);
	if (p->policy_wrong)
		note(s, p->name, "%s[%d]: nobody can tell its rules: %s: %s",
		     p->name, p->pid, p->policy_from, p->policy_wrong);
	else if (p->off)
		note(s, p->name, "%s[%d]: mode off: nothing is mended", p->name,
		     p->pid);
	else if (!p->policy.count)
		note(s, p->name,
		     "%s[%d]: no rule means this program (policy: %s)", p->name,
		     p->pid, p->policy_from);
}

static void look_at(struct gathering *g, struct process *p)
{
	struct status *s = g->status;
	struct pool *pool = &s->processes.pool;

	const unsigned count = s->count, notes = s->notes;

	process_read_policy(p, pool);
	process_read_descriptors(p, pool);
	read_journal(g, p);
	if (!take_connections(g, p, network_of(g, p)))
		add_connection(s, p, -1);
	note_policy(s, p);
	if (netns_of(p->pid))
		return;
	s->count = count; /* it ended meanwhile */
	s->notes = notes;
}

/* What its environment proves of why it is not mended; "" for nothing. */
static const char *why_not_mended(pid_t pid)
{
	const int proc = proc_open(pid);
	struct proc_words environment;
	const char *why = "";

	if (proc < 0)
		return why;
	environment = proc_read_words(proc, "environ");
	if (strstr(proc_variable(&environment, "LD_PRELOAD"),
		   "/libsockmend.so"))
		why = ", though LD_PRELOAD names the library (`sockmendctl "
		      "probe` tells whether the program can be mended)";
	else if (environment.len)
		why = ": LD_PRELOAD, as the program was started, does not name "
		      "the library; `env -i` and sudo, for example, remove it";
	free(environment.bytes);
	close(proc);
	return why;
}

/* False when it is not mended, or cannot be looked into. */
static bool add_named(struct status *s, pid_t pid)
{
	struct processes *all = &s->processes;
	struct process p;
	const bool there = process_read(pid, &p, &all->pool);

	if (!there)
		note(s, NULL, "process %d: %s", pid,
		     errno != ESRCH	  ? strerror(errno)
		     : processes_unseen() ? processes_unseen()
					  : "there is none");
	else if (!p.mended)
		note(s, NULL, "%s[%d]: not mended%s", p.name, pid,
		     why_not_mended(pid));
	if (!there || !p.mended)
		return false;
	all->of = pool_grow(&all->pool, all->of, all->count, sizeof p);
	all->of[all->count++] = p;
	return true;
}

static bool find_processes(const pid_t *pid, unsigned pids, struct status *s)
{
	bool all_there = pids || !processes_unseen();

	for (unsigned i = 0; i < pids; i++)
		all_there &= add_named(s, pid[i]);
	if (!pids)
		processes_read(true, &s->processes);
	if (!all_there && !pids)
		note(s, NULL, "%s", processes_unseen());
	if (s->processes.hidden)
		note(s, NULL, "processes of this user nobody may look into: %u",
		     s->processes.hidden);
	return all_there;
}

static int64_t realtime(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* In another root /etc is another one. */
static bool has_our_root(const struct process *p)
{
	struct stat theirs, ours;
	char path[32];

	snprintf(path, sizeof path, "/proc/%d/root", p->pid);
	return !stat(path, &theirs) && !stat("/", &ours) &&
	       theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino;
}

/* Once, for all that have the system's policy. */
static void note_system_policy(struct status *s)
{
	const char *text = NULL;

	for (unsigned i = 0; i < s->processes.count && !text; i++) {
		const struct process *p = &s->processes.of[i];

		if ((strcmp(p->policy_from, SYSTEM_POLICY) &&
		     strcmp(p->policy_from, "built in")) ||
		    !has_our_root(p))
			continue;
		text = in_force_note(in_force_now());
		if (!text)
			return;
		note(s, NULL, "%s", text);
	}
}

bool status_read(const pid_t *pid, unsigned pids, uint32_t states,
		 struct status *out)
{
	struct gathering g = {.status = out, .now = realtime()};
	bool all_there;

	memset(out, 0, sizeof *out);
	g.states = states ? states : STATES_ALL;
	g.journal = pool_take(&out->pool, sizeof *g.journal);
	g.index = pool_take(&out->pool, sizeof *g.index);
	all_there = find_processes(pid, pids, out);
	for (unsigned i = 0; i < out->processes.count; i++)
		look_at(&g, &out->processes.of[i]);
	note_system_policy(out);
	return all_there;
}

void status_free(struct status *status)
{
	for (unsigned i = 0; i < status->networks; i++)
		sockets_free(&status->network[i].sockets);
	pool_return(&status->processes.pool);
	pool_return(&status->pool);
}
