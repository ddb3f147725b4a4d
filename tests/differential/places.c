/* SPDX-License-Identifier: MIT
 * Where the objects of a call lie: in plain memory, at its very end, partly
 * beyond it, at NULL, or nowhere.
 */
#include "differ.h"

#include <string.h>
#include <sys/mman.h>

#define PAGE 4096
#define EDGES 32 /* objects of one op, each with an end of its own */
#define PLAIN_ROOM 16384
#define FILLER 0x2e /* '.' */

static char *edges; /* a page, and one that is not there; and again */
static char plain[PLAIN_ROOM];
static size_t plain_used, edges_used;

void places_reset(void)
{
	plain_used = edges_used = 0;
	if (edges)
		return;
	edges = mmap(NULL, EDGES * 2 * PAGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (size_t i = 0; i < EDGES; i++)
		munmap(edges + (2 * i + 1) * PAGE, PAGE);
}

static struct place in_plain(size_t size)
{
	struct place p = { "buf", plain + plain_used, size };

	plain_used += (size + 15) & ~(size_t)15;
	return p;
}

/* The first `size` bytes of an object are there. */
static struct place at_edge(const char *how, size_t size)
{
	char *end = edges + (2 * edges_used++ + 1) * PAGE;

	return (struct place){ how, end - size, size };
}

static struct place somewhere(struct dice *d, size_t size)
{
	switch (roll(d, 40)) {
	case 0:
		return (struct place){ "NULL", NULL, 0 };
	case 1:
		return (struct place){ "8", (void *)8, 0 };
	case 2:
		return (struct place){ "-1", (void *)-1L, 0 };
	case 3:
		return at_edge("half", size / 2);
	case 4:
	case 5:
	case 6:
	case 7:
		return at_edge("edge", size);
	default:
		return in_plain(size);
	}
}

struct place place(struct dice *d, size_t size)
{
	struct place p = somewhere(d, size);

	if (p.size)
		memset(p.at, FILLER, p.size);
	return p;
}

struct place place_copy(struct dice *d, const void *from, size_t size)
{
	struct place p = somewhere(d, size);

	if (p.size)
		memcpy(p.at, from, p.size);
	return p;
}

/* All of it up to `count` bytes: what was written, and what must not be. */
void tell_place(const struct place *p, size_t count)
{
	size_t shown = count < p->size ? count : p->size;
	const char *at = p->at;

	if (!shown)
		return;
	while (shown && at[shown - 1] == FILLER)
		shown--;
	tell(" \"");
	tell_bytes(at, shown);
	tell("\"");
}
