/* SPDX-License-Identifier: MIT
 * The stories that are happening now, as the sockets tell: for each program
 * and each condition how many, and since when.
 */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

#define LONG_SILENCE (5 * 60 * SECOND)
#define MANY 10

/* What a condition is judged on. */
struct scene {
	const struct tcp_sockets *sockets;
	struct port_range range;
};

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* How long neither end has said anything. */
static uint32_t silence(const struct tcp_socket *s)
{
	return least(s->silent_ack, least(s->silent_received, s->silent_sent));
}

static bool is_close_wait(const struct tcp_socket *s, const struct scene *scene)
{
	(void)scene;
	return s->state == STATE_CLOSE_WAIT;
}

/* Without a descriptor the kernel forgets it after tcp_fin_timeout. */
static bool is_half_closed(const struct tcp_socket *s,
			   const struct scene *scene)
{
	(void)scene;
	return s->state == STATE_FIN_WAIT2 && s->inode;
}

static bool is_forgotten(const struct tcp_socket *s, const struct scene *scene)
{
	(void)scene;
	return s->state == STATE_ESTABLISHED && s->timer == TIMER_NONE &&
	       s->has_info && s->inode && silence(s) >= LONG_SILENCE;
}

static bool is_stuck(const struct tcp_socket *s, const struct scene *scene)
{
	(void)scene;
	if (s->state != STATE_ESTABLISHED && s->state != STATE_CLOSE_WAIT)
		return false;
	if (s->timer == TIMER_ZERO_WINDOW)
		return s->backoff > 2 || s->probes > 2;
	return s->timer == TIMER_RETRANSMIT && s->retransmits > 2;
}

static bool is_full(const struct tcp_socket *s, const struct scene *scene)
{
	(void)scene;
	return s->state == STATE_LISTEN && s->receive_queue &&
	       s->receive_queue > s->send_queue;
}

static bool is_self(const struct tcp_socket *s, const struct scene *scene)
{
	(void)scene;
	return s->state == STATE_ESTABLISHED && s->local.port == s->peer.port &&
	       !memcmp(s->local.addr, s->peer.addr, sizeof s->local.addr);
}

static bool is_in_range(const struct tcp_socket *s, const struct scene *scene)
{
	return s->state == STATE_LISTEN &&
	       port_range_has(&scene->range, s->local.port);
}

/* Somebody waits at the port of a connection that has gone quiet. */
static bool is_blocked(const struct tcp_socket *s, const struct scene *scene)
{
	if (s->state != STATE_LISTEN || !s->receive_queue)
		return false;
	for (unsigned i = 0; i < scene->sockets->count; i++) {
		const struct tcp_socket *other = &scene->sockets->of[i];

		if (other->state == STATE_ESTABLISHED && other->inode &&
		    other->local.port == s->local.port &&
		    other->silent_received >= 5 * SECOND)
			return true;
	}
	return false;
}

static const struct condition {
	const char *name;
	enum story story;
	bool (*holds)(const struct tcp_socket *s, const struct scene *scene);
	unsigned many; /* so many are a warning */
	int64_t long_since; /* so is one that lasts so long; 0: never */
	const char *rule, *meaning;
} conditions[] = {
	{"in CLOSE_WAIT", STORY_LEAK, is_close_wait, MANY, 60 * SECOND,
	 "close_wait { after = 60s  reclaim = pressure }",
	 "their peers have closed and the program has not: each holds a "
	 "descriptor, and its peer's port can meet it again"},
	{"in FIN_WAIT2", STORY_LEAK, is_half_closed, MANY, LONG_SILENCE,
	 "idle { timeout = 5m }",
	 "the program has ended its side and still waits for the other one, "
	 "which may never close; no timer of the kernel's runs"},
	{"silent without keepalive", STORY_SILENT_NAT, is_forgotten, 100,
	 2 * HOUR, "keepalive { idle = 60s  interval = 10s  probes = 6 }",
	 "nobody has said a word for five minutes or more, and no timer runs: "
	 "if the peer is gone, or a NAT has forgotten the connection, nobody "
	 "will ever know"},
	{"stuck with data to send", STORY_STUCK_WRITER, is_stuck, MANY,
	 60 * SECOND, "keepalive { user_timeout = 2m }",
	 "the peer does not acknowledge what was sent, or takes nothing: a "
	 "writer waits about 15 minutes, or for ever"},
	{"kept out by a silent connection", STORY_BLOCKED, is_blocked, 1, 0,
	 "supersede { when = same_peer  after = 2s }",
	 "a client waits to be accepted, while a connection to the same port "
	 "has received nothing for some time: a program that serves one at a "
	 "time may be held by a peer that is gone"},
	{"with a full queue", STORY_QUEUE, is_full, 1, 0,
	 "supersede { when = same_peer  after = 2s }",
	 "clients wait to be accepted, and there is no room for more: the next "
	 "ones get no answer"},
	{"connected to itself", STORY_SELF_CONNECT, is_self, 1, 0,
	 "self_connect = refuse",
	 "both ends of the connection are the same socket: a client called a "
	 "port where nobody listened. Its server cannot have the port now"},
	{"listening on a port clients are given", STORY_SELF_CONNECT,
	 is_in_range, 0, 0, "self_connect = refuse",
	 "while the server is down, a client may be given its port; the server "
	 "then cannot start, and the client may be connected to itself"},
};

/* One program under one condition. */
struct sight {
	const char *name;
	pid_t pid;
	unsigned count, processes;
	uint32_t oldest; /* milliseconds */
	const struct tcp_socket *example;
};

struct sights {
	struct pool *pool;
	unsigned count;
	struct sight *of;
};

static struct sight *sight_of(struct sights *sights, const char *name)
{
	for (unsigned i = 0; i < sights->count; i++)
		if (!strcmp(sights->of[i].name, name))
			return &sights->of[i];
	sights->of = pool_grow(sights->pool, sights->of, sights->count,
			       sizeof *sights->of);
	sights->of[sights->count] = (struct sight){.name = name};
	return &sights->of[sights->count++];
}

/* A connection without a descriptor waits in a listener's queue. */
static const char *name_of(const struct process *owner,
			   const struct tcp_socket *s)
{
	if (owner)
		return owner->name;
	return s->inode ? "programs that may not be looked into"
			: "connections not accepted yet";
}

static void see(struct sights *sights, const struct process *owner,
		const struct tcp_socket *s)
{
	struct sight *sight = sight_of(sights, name_of(owner, s));
	const pid_t pid = owner ? owner->pid : 0;
	const uint32_t age = s->has_info ? silence(s) : 0;

	sight->processes += sight->pid != pid;
	sight->pid = pid;
	sight->count++;
	if (sight->example && sight->oldest >= age)
		return;
	sight->oldest = age;
	sight->example = s;
}

static const char *who(struct pool *pool, const struct sight *sight)
{
	if (!sight->pid)
		return sight->name;
	if (sight->processes == 1)
		return pool_print(pool, "%s[%d]", sight->name, sight->pid);
	return pool_print(pool, "%s (several processes)", sight->name);
}

static const char *ends_of(struct pool *pool, const struct tcp_socket *s)
{
	char room[128];
	struct text text = text_over(room, sizeof room);

	text_add_endpoint(&text, &s->local);
	if (s->state != STATE_LISTEN) {
		text_add(&text, " - ");
		text_add_endpoint(&text, &s->peer);
	}
	return pool_copy(pool, room, strlen(room));
}

static const char *tell(struct pool *pool, const struct sight *sight)
{
	const struct tcp_socket *s = sight->example;
	const char *ends = ends_of(pool, s);

	if (s->state == STATE_LISTEN && s->receive_queue)
		return pool_print(pool, "%u (%s, %u waiting, backlog %u)",
				  sight->count, ends, s->receive_queue,
				  s->send_queue);
	if (s->state == STATE_LISTEN)
		return pool_print(pool, "%u (%s)", sight->count, ends);
	return pool_print(pool, "%u (%s, silent for %s)", sight->count, ends,
			  about(pool, sight->oldest));
}

static enum severity judge(const struct condition *c, const struct sight *sight)
{
	if (c->many && sight->count >= c->many)
		return SEVERITY_WARNING;
	if (c->long_since && sight->oldest >= c->long_since)
		return SEVERITY_WARNING;
	return SEVERITY_NOTE;
}

static void report(struct patient *patient, const struct condition *c,
		   const struct sight *sight)
{
	struct pool *pool = &patient->findings.pool;
	struct finding finding = {
		.severity = judge(c, sight),
		.story = c->story,
		.subject =
			pool_print(pool, "%s, %s", who(pool, sight), c->name),
		.value = tell(pool, sight),
		.meaning = c->meaning,
		.rule = c->rule,
		.sysctl = "",
	};

	if (c->holds == is_in_range)
		finding.sysctl =
			pool_print(pool, "net.ipv4.ip_local_reserved_ports=%u",
				   sight->example->local.port);
	findings_add(&patient->findings, &finding);
}

static void say_none(struct patient *patient, const struct condition *c)
{
	const struct finding finding = {
		SEVERITY_WELL,
		c->story,
		pool_print(&patient->findings.pool, "connections %s", c->name),
		"0",
		c->meaning,
		"",
		"",
	};

	findings_add(&patient->findings, &finding);
}

static void look_for(struct patient *patient, const struct scene *scene,
		     const struct condition *c)
{
	struct sights sights = {.pool = &patient->findings.pool};

	for (unsigned i = 0; i < scene->sockets->count; i++) {
		const struct tcp_socket *s = &scene->sockets->of[i];
		const struct process *owner =
			owner_find(&patient->owners, s->inode);

		if ((owner || patient->whole) && c->holds(s, scene))
			see(&sights, owner, s);
	}
	for (unsigned i = 0; i < sights.count; i++)
		report(patient, c, &sights.of[i]);
	if (!sights.count)
		say_none(patient, c);
}

void doctor_sockets(struct patient *patient)
{
	const struct scene scene = {&patient->sockets,
				    doctor_port_range(patient)};

	for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
		look_for(patient, &scene, &conditions[i]);
}
