/* SPDX-License-Identifier: MIT
 * What the watched sockets suffer from, gathered by program and port, since
 * one rule governs a connection alone.
 */
#include "suggest.h"

#include <string.h>

/* A program that does nothing but read the end of file is busy with it. */
static bool is_busy(const struct watching *watching, pid_t pid)
{
	for (unsigned i = 0; i < watching->runners; i++) {
		const struct runner *r = &watching->runner[i];
		const int64_t time = r->last_time - r->first_time;

		if (r->pid == pid)
			return time > 0 &&
			       (r->last_cpu - r->first_cpu) * 2 > time;
	}
	return false;
}

/* How long a condition has held, by now; 0 when it does not. */
static int64_t lasting(const struct watching *watching, const struct watched *w,
		       enum condition which)
{
	return w->since[which] < 0 ? 0 : watching->now - w->since[which];
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static int64_t silence(const struct watched *w)
{
	if (!w->now.has_info)
		return 0;
	return least(w->now.silent_ack,
		     least(w->now.silent_received, w->now.silent_sent));
}

/* The kernel remembers what went before the watch; but a program that answers
 * on such a connection is not done with it. */
static int64_t in_close_wait(const struct watching *watching,
			     const struct watched *w)
{
	const int64_t known = lasting(watching, w, CONDITION_CLOSE_WAIT);

	if (!known || silence(w) < watch_patience(watching))
		return 0;
	return silence(w);
}

/* Has it been read up to its end? The FIN counts as one byte until it is. */
static bool spins(const struct watching *watching, const struct watched *w)
{
	return !w->now.receive_queue && is_busy(watching, w->pid);
}

static bool is_self(const struct watched *w)
{
	return w->now.state == STATE_ESTABLISHED &&
	       w->now.local.port == w->now.peer.port &&
	       !memcmp(w->now.local.addr, w->now.peer.addr,
		       sizeof w->now.local.addr);
}

/* The same port again, though it was closed: no kernel chooses like that. */
static bool comes_again(const struct watching *watching,
			const struct watched *w)
{
	for (unsigned i = 0; i < watching->count; i++) {
		const struct watched *other = watching->of[i];

		if (other->now.local.port == w->now.local.port &&
		    other->look != w->look &&
		    other->direction == DIRECTION_CONNECT &&
		    !strcmp(other->program, w->program))
			return true;
	}
	return false;
}

static bool has_fixed_port(const struct watching *watching,
			   const struct watched *w)
{
	const unsigned port = w->now.local.port;

	if (w->direction != DIRECTION_CONNECT || !port || !w->now.peer.known ||
	    !w->now.peer.port || is_self(w))
		return false;
	return port < watching->port_first || port > watching->port_last ||
	       comes_again(watching, w);
}

static bool is_here(const struct watching *watching, const struct watched *w)
{
	return w->look == watching->looks;
}

/* How long the connection shows the symptom, in milliseconds; 0: not. */
static int64_t leak(const struct watching *watching, const struct watched *w)
{
	return spins(watching, w) ? 0 : in_close_wait(watching, w);
}

static int64_t spin(const struct watching *watching, const struct watched *w)
{
	return spins(watching, w) ? in_close_wait(watching, w) : 0;
}

static int64_t silent(const struct watching *watching, const struct watched *w)
{
	if (w->now.state != STATE_ESTABLISHED || w->now.timer != TIMER_NONE)
		return 0;
	return silence(w) >= watching->silence ? silence(w) : 0;
}

static int64_t stuck(const struct watching *watching, const struct watched *w)
{
	const int64_t time = lasting(watching, w, CONDITION_STUCK);

	return time >= watch_patience(watching) ? time : 0;
}

static int64_t blocked(const struct watching *watching, const struct watched *w)
{
	const int64_t time = lasting(watching, w, CONDITION_BLOCKED);

	if (time < watch_patience(watching) ||
	    w->now.silent_received < watch_patience(watching))
		return 0;
	return w->now.silent_received;
}

static int64_t self(const struct watching *watching, const struct watched *w)
{
	(void)watching;
	return is_self(w) ? 1 : 0;
}

static int64_t fixed_port(const struct watching *watching,
			  const struct watched *w)
{
	return has_fixed_port(watching, w) ? 1 : 0;
}

static const struct {
	enum symptom symptom;
	bool afterwards; /* may be told of a connection that is gone */
	int64_t (*shown)(const struct watching *, const struct watched *);
} symptoms[] = {
	{SYMPTOM_LEAK, false, leak},
	{SYMPTOM_SPIN, false, spin},
	{SYMPTOM_SILENT, false, silent},
	{SYMPTOM_STUCK, false, stuck},
	{SYMPTOM_BLOCKED, false, blocked},
	{SYMPTOM_FIXED_PORT, true, fixed_port},
	{SYMPTOM_SELF, true, self},
};

static struct ailment *ailment_of(struct pool *pool, struct ailments *ailments,
				  const struct watched *w)
{
	const unsigned port = w->direction == DIRECTION_ACCEPT
				      ? w->now.local.port
				      : w->now.peer.port;
	struct ailment *a;

	for (unsigned i = 0; i < ailments->count; i++) {
		a = &ailments->of[i];
		if (a->direction == w->direction && a->port == port &&
		    !strcmp(a->program, w->program))
			return a;
	}
	ailments->of = pool_grow(pool, ailments->of, ailments->count,
				 sizeof *ailments->of);
	a = &ailments->of[ailments->count++];
	*a = (struct ailment){w->program, w->direction, port, {{0, 0, NULL}}};
	return a;
}

static void note(struct sighting *seen, const struct watched *w, int64_t time)
{
	seen->count++;
	if (seen->example && seen->longest >= time)
		return;
	seen->longest = time;
	seen->example = w;
}

static void judge(struct watching *watching, struct ailments *ailments,
		  const struct watched *w)
{
	for (size_t i = 0; i < sizeof symptoms / sizeof *symptoms; i++) {
		int64_t time = 0;

		if (symptoms[i].afterwards || is_here(watching, w))
			time = symptoms[i].shown(watching, w);
		if (time)
			note(&ailment_of(&watching->pool, ailments, w)
				      ->seen[symptoms[i].symptom],
			     w, time);
	}
}

struct ailments suggest_judge(struct watching *watching)
{
	struct ailments ailments = {0, NULL};

	for (unsigned i = 0; i < watching->count; i++)
		if (watching->of[i]->direction != DIRECTION_ANY)
			judge(watching, &ailments, watching->of[i]);
	return ailments;
}
