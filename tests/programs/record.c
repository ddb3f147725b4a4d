/* SPDX-License-Identifier: MIT
 * Records events as the preloaded library does, by calling its own function,
 * whose place in the library `nm` tells.
 *
 *   record OFFSET COUNT [segv | forever | steadily]
 *
 * Event number n has n as its descriptor and as its detail. Prints the
 * nanoseconds one took, in the fastest batch; then ends, crashes, or goes on.
 */
#include "probe.h"

#include <link.h>
#include <signal.h>
#include <time.h>

#include "core/events.h"

#define BATCH 500

typedef void record_function(struct event *e);

static int find_library(struct dl_phdr_info *info, size_t size, void *base)
{
	(void)size;
	if (!strstr(info->dlpi_name, "libsockmend.so"))
		return 0;
	*(uintptr_t *)base = info->dlpi_addr;
	return 1;
}

static record_function *find(const char *offset)
{
	record_function *f;
	uintptr_t at = 0;

	if (!dl_iterate_phdr(find_library, &at))
		give_up("no libsockmend.so here");
	at += strtoul(offset, NULL, 16);
	memcpy(&f, &at, sizeof f);
	return f;
}

/* A rule has something to do: the journal is there. */
static void begin_journal(void)
{
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	if (listener < 0 || listen(listener, 1))
		give_up("listen: %s", strerror(errno));
	close(listener);
}

static void record_one(record_function *record, int number)
{
	struct event e = {.id = EVENT_MEND_FAILED, .fd = number, .pid = 1};

	snprintf(e.detail, sizeof e.detail, "%d", number);
	record(&e);
}

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* The event is made before the clock starts: only its recording counts. */
static int64_t batch(record_function *record)
{
	struct event e = {.id = EVENT_MEND_FAILED, .fd = -1};
	const int64_t begun = now();

	for (int i = 0; i < BATCH; i++) {
		e.time = 0;
		record(&e);
	}
	return (now() - begun) / BATCH;
}

static int64_t fastest(record_function *record)
{
	int64_t best = INT64_MAX;

	for (int i = 0; i < 200; i++) {
		const int64_t took = batch(record);

		best = took < best ? took : best;
	}
	return best;
}

int main(int argc, char **argv)
{
	const int count = argc > 2 ? atoi(argv[2]) : 0;
	const char *end = argc > 3 ? argv[3] : "";
	record_function *record;

	if (argc < 3)
		give_up("record OFFSET COUNT [segv | forever | steadily]");
	record = find(argv[1]);
	begin_journal();
	if (!count)
		printf("%jd ns\n", (intmax_t)fastest(record));
	for (int i = 1; i <= count; i++)
		record_one(record, i);
	puts("recorded");
	fflush(stdout);
	for (int i = count + 1; !strcmp(end, "forever"); i++)
		record_one(record, i);
	for (int i = count + 1; !strcmp(end, "steadily"); i++) {
		record_one(record, i);
		usleep(20);
	}
	if (!strcmp(end, "segv"))
		*(volatile int *)(uintptr_t)(argc - 4) = 0;
	return 0;
}
