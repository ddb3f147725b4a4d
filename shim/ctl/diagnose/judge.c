/* SPDX-License-Identifier: MIT
 * What the watched sockets show, gathered by program and port, since one rule
 * governs a connection alone.
 */
#include "diagnose.h"

#include <stdlib.h>
#include <string.h>

static unsigned port_of(const struct watched *w)
{
	return w->direction == DIRECTION_CONNECT ? w->now.peer.port
						 : w->now.local.port;
}

static enum direction direction_of(const struct watched *w)
{
	return w->direction == DIRECTION_CONNECT ? DIRECTION_CONNECT
						 : DIRECTION_ACCEPT;
}

static bool governs(const struct trouble *a, const struct watched *w)
{
	return a->direction == direction_of(w) && a->port == port_of(w) &&
	       !strcmp(a->program, w->program);
}

static struct trouble *trouble_of(struct pool *pool, struct troubles *troubles,
				  const struct watched *w)
{
	struct trouble *a;

	for (unsigned i = 0; i < troubles->count; i++)
		if (governs(&troubles->of[i], w))
			return &troubles->of[i];
	troubles->of = pool_grow(pool, troubles->of, troubles->count,
				 sizeof *troubles->of);
	a = &troubles->of[troubles->count++];
	*a = (struct trouble){.program = w->program,
			      .direction = direction_of(w),
			      .port = port_of(w)};
	return a;
}

static void note(struct trouble *a, enum symptom symptom,
		 const struct watched *w, const struct verdict *v)
{
	struct occurrence *seen = &a->seen[symptom];

	seen->processes += !seen->example || seen->example->pid != w->pid;
	seen->count++;
	seen->owes += v->owes;
	if (seen->worst.degree > v->degree ||
	    (seen->worst.degree == v->degree && seen->worst.time >= v->time))
		return;
	seen->worst = *v;
	seen->example = w;
	if (v->degree > a->worst)
		a->worst = v->degree;
}

static void judge(struct watching *watching, struct troubles *troubles,
		  const struct watched *w)
{
	for (int s = 0; s < SYMPTOMS; s++) {
		struct verdict v = {ABSENT, 0, "", false};

		symptoms[s].judge(watching, w, &v);
		if (v.degree != ABSENT)
			note(trouble_of(&watching->pool, troubles, w),
			     (enum symptom)s, w, &v);
	}
}

static bool closed_one(const struct watching *watching, const struct trouble *a)
{
	for (unsigned i = 0; i < watching->count; i++)
		if (watching->of[i]->left_close_wait &&
		    governs(a, watching->of[i]))
			return true;
	return false;
}

/* Several connections that pile up while none was closed. Those that owe an
 * answer are no pile: the program may be busy with it. */
static void find_piles(const struct watching *watching, struct trouble *a)
{
	struct occurrence *leak = &a->seen[SYMPTOM_LEAK];

	if (leak->count - leak->owes < 3 || leak->worst.degree != HINT ||
	    closed_one(watching, a))
		return;
	leak->worst.degree = PROOF;
	leak->worst.evidence = "they pile up: the program has sent nothing on "
			       "them since, and closed none";
	a->worst = PROOF;
}

static int worst_first(const void *a, const void *b)
{
	const struct trouble *x = a, *y = b;

	return (int)y->worst - (int)x->worst;
}

struct troubles diagnose(struct watching *watching)
{
	struct troubles all = {0, NULL};

	for (unsigned i = 0; i < watching->count; i++)
		judge(watching, &all, watching->of[i]);
	for (unsigned i = 0; i < all.count; i++)
		find_piles(watching, &all.of[i]);
	if (all.count)
		qsort(all.of, all.count, sizeof *all.of, worst_first);
	return all;
}
