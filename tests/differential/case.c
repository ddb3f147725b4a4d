/* SPDX-License-Identifier: MIT
 * One case: its ops, here, in a thread, in a forked or a vfork child, and what
 * the kernel holds when they are done.
 */
#include "differ.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct scene scene;

struct op {
	const char *name;
	void (*run)(struct dice *d);
	unsigned weight;
	unsigned not;
};

static const struct op ops[] = {
#define X(name, weight, not) { #name, op_##name, weight, not },
	FOR_EACH_OP(X)
#undef X
};

/* A program has something to work with before it works. */
static unsigned weight_of(const struct op *op)
{
	if (scene.style == SINGLE && op->not & NOT_SINGLE)
		return 0;
	if (scene.op < 6)
		return strcmp(op->name, "link") ? op->weight : 60;
	return op->weight;
}

static const struct op *choose(struct dice *d)
{
	unsigned all = 0, rolled;
	const struct op *op = ops;

	for (size_t i = 0; i < COUNT(ops); i++)
		all += weight_of(&ops[i]);
	for (rolled = roll(d, all); rolled >= weight_of(op); op++)
		rolled -= weight_of(op);
	return op;
}

struct turn {
	const struct op *op;
	struct dice dice;
};

static void *in_thread(void *arg)
{
	struct turn *turn = arg;

	turn->op->run(&turn->dice);
	return NULL;
}

static void run_in_thread(struct turn *turn)
{
	pthread_t thread;

	tell("(in a thread) ");
	scene.thread = true;
	if (!pthread_create(&thread, NULL, in_thread, turn))
		pthread_join(thread, NULL);
	scene.thread = false;
}

/* The child shares this memory: what is kept account of is put back. */
static void run_in_vfork(struct turn *turn)
{
	static struct thing before[TABLE];
	const int end = things_end;
	pid_t child;

	memcpy(before, things, sizeof things);
	tell("(in a vfork child) ");
	child = vfork();
	if (!child) {
		turn->op->run(&turn->dice);
		_exit(0);
	}
	if (child > 0)
		waitpid(child, NULL, 0);
	memcpy(things, before, sizeof things);
	things_end = end;
}

static void tell_status(int status)
{
	if (WIFSIGNALED(status))
		tell("killed by signal %d\n", WTERMSIG(status));
	else if (WEXITSTATUS(status))
		tell("exit status %d\n", WEXITSTATUS(status));
}

static int run_op(int i, const bool *chosen);

/* The child does the next few ops, the parent what comes after them. */
static int run_in_fork(int i, unsigned count, const bool *chosen)
{
	const int last = i + (int)count < OPS_MAX ? i + (int)count : OPS_MAX;
	int status = 0;
	pid_t child;

	tell("(a child is forked)\n");
	child = fork();
	if (!child) {
		scene.child = true;
		while (i < last)
			i = run_op(i, chosen);
		_exit(0);
	}
	if (child > 0)
		waitpid(child, &status, 0);
	tell_status(status);
	tell("(the child has ended)\n");
	things_learn_all();
	return last;
}

static void run_here(struct turn *turn)
{
	turn->op->run(&turn->dice);
}

/* The number of the next op. */
static int run_op(int i, const bool *chosen)
{
	struct turn turn = { NULL, dice_of(scene.seed, scene.number,
					   (uint64_t)i) };
	const uint32_t where = roll(&turn.dice, 100);
	const unsigned count = 1 + roll(&turn.dice, 6);

	if (chosen && !chosen[i])
		return i + 1;
	scene.op = i;
	scene.port = 1100 + (int)(scene.number % CASES_MAX) * 2 * OPS_MAX +
		     2 * i;
	places_reset();
	if (where < 2 && !scene.child && scene.style != SINGLE)
		return run_in_fork(i, count, chosen);
	turn.op = choose(&turn.dice);
	tell("%d. ", i);
	if (where < 5)
		run_in_thread(&turn);
	else if (where < 7 && !(turn.op->not & NOT_VFORK))
		run_in_vfork(&turn);
	else
		run_here(&turn);
	return i + 1;
}

/* ---- the whole */

static void on_broken_pipe(int number)
{
	(void)number;
	broken_pipes++;
}

/* Of this case alone: flags of an open file are shared by all who have it. */
static void make_files(void)
{
	int fd = open("/dev/null", O_RDWR);

	dup2(fd, 0);
	dup2(fd, 1);
	dup2(fd, 2);
	close(fd);
	fd = memfd_create("file", 0);

	(void)!write(fd, "0123456789abcdefghijklmnopqrstuvwxyz\n", 37);
	lseek(fd, 0, SEEK_SET);
}

enum style case_style(uint64_t seed, uint32_t number)
{
	static const enum style styles[] = { FREE_STYLE, REUSER, SINGLE };
	struct dice d = dice_of(seed, number, 1000);

	return ONE_OF(&d, styles);
}

static void prepare(uint64_t seed, uint32_t number)
{
	const struct rlimit descriptors = { 1150, 1150 };

	scene = (struct scene){ .seed = seed, .number = number,
				.style = case_style(seed, number) };
	signal(SIGPIPE, on_broken_pipe);
	setrlimit(RLIMIT_NOFILE, &descriptors);
	alarm(5); /* nothing here waits: what does is a failure */
	names_reset();
	make_files();
	things_forget(0, TABLE - 1);
	for (int fd = 0; fd < 4; fd++)
		things_learn(fd);
}

void case_run(uint64_t seed, uint32_t number, const bool *chosen)
{
	prepare(seed, number);
	for (int i = 0; i < OPS_MAX;)
		i = run_op(i, chosen);
	tell_all_left();
}
