/* SPDX-License-Identifier: MIT
 * Differ: do random socket programs see the same bare and mended?
 *
 *   differ [--seed N] [--case M [--ops 3,7,9]] [--calls N] [--seconds N]
 *
 * Runs cases until so many calls were compared or so much time has passed. A
 * difference is shrunk to few ops and printed. Needs a network namespace it
 * may make others from: the tests beside this file give it one.
 *
 * The worker (the same program, mended) runs a range of cases, each in a
 * forked child, and writes their texts into the memory at descriptor 3.
 */
#include "differ.h"
#include "drive.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static bool chosen[OPS_MAX];
static bool are_chosen;

static bool read_ops(const char *list)
{
	char *end;

	are_chosen = true;
	memset(chosen, 0, sizeof chosen);
	for (const char *at = list; *at; at = *end ? end + 1 : end) {
		const long i = strtol(at, &end, 10);

		if (end == at || i < 0 || i >= OPS_MAX)
			return false;
		chosen[i] = true;
	}
	return true;
}

static struct account *account_at(int fd)
{
	void *at = mmap(NULL, sizeof(struct account), PROT_READ | PROT_WRITE,
			MAP_SHARED, fd, 0);

	return at == MAP_FAILED ? NULL : at;
}

static void run_in_child(struct account *a, uint64_t seed, uint32_t number)
{
	const uint32_t place = number % CASES_MAX;
	int status = 0;
	pid_t child;

	tell_into(a->text[place], &a->len[place], &a->calls[place]);
	child = fork();
	if (!child) {
		case_run(seed, number, are_chosen ? chosen : NULL);
		_exit(0);
	}
	waitpid(child, &status, 0);
	if (WIFSIGNALED(status))
		tell("\nKILLED by signal %d\n", WTERMSIG(status));
	else if (WEXITSTATUS(status))
		tell("\nEXIT status %d\n", WEXITSTATUS(status));
}

static int work(uint64_t seed, uint32_t from, uint32_t to)
{
	struct account *a = account_at(3);

	if (!a)
		return 2;
	close(3);
	/* The library begins here, once for all the children to come. */
	close(socket(AF_INET, SOCK_STREAM, 0));
	for (uint32_t number = from; number < to; number++)
		run_in_child(a, seed, number);
	return 0;
}

static const struct option words[] = {
	{ "seed", required_argument, NULL, 's' },
	{ "case", required_argument, NULL, 'c' },
	{ "ops", required_argument, NULL, 'o' },
	{ "calls", required_argument, NULL, 'n' },
	{ "seconds", required_argument, NULL, 't' },
	{ "posture", required_argument, NULL, 'p' },
	{ "work", required_argument, NULL, 'w' },
	{ NULL, 0, NULL, 0 },
};

static int usage(void)
{
	fputs("usage: differ [--seed N] [--case M [--ops I,J,...]] "
	      "[--posture NAME]\n"
	      "              [--calls N] [--seconds N]\n", stderr);
	return 2;
}

int main(int count, char **args)
{
	struct order order = { .seed = 1, .number = -1, .seconds = 60 };
	long first = -1, last = -1;
	int option;

	while ((option = getopt_long(count, args, "", words, NULL)) != -1) {
		const char *value = optarg;

		if (option == 's')
			order.seed = strtoull(value, NULL, 0);
		else if (option == 'c')
			order.number = atol(value);
		else if (option == 'n')
			order.calls = strtoull(value, NULL, 0);
		else if (option == 't')
			order.seconds = atol(value);
		else if (option == 'p')
			order.posture = value;
		else if (option == 'o' && read_ops(value))
			order.ops = chosen;
		else if (option != 'w' ||
			 sscanf(value, "%ld-%ld", &first, &last) != 2)
			return usage();
	}
	if (last > first)
		return work(order.seed, (uint32_t)first, (uint32_t)last);
	return drive(&order);
}
