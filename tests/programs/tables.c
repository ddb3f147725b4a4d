/* SPDX-License-Identifier: MIT
 * Threads that leave what they share, or leave a call before it returns, while
 * connections are watched. Run under a rule that ends silent accepted ones.
 *
 *   tables unshare      a second thread takes a descriptor table of its own
 *   tables close-range  the same by close_range(2)
 *   tables both         two threads call unshare() at once, many times
 *   tables longjmp      a signal handler jumps out of socket calls
 *   tables cancel       threads are cancelled, at any instruction
 *
 * Each prints "ended" when a connection made after that, and one made before,
 * read their end of file.
 */
#include "probe.h"

#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE 2
#endif

#define LONG_ENOUGH (10000 * patience())

static struct sockaddr_in server;
static int listener;

static void check(int ok, const char *what)
{
	if (!ok)
		give_up("%s: %s", what, strerror(errno));
}

static void listen_somewhere(void)
{
	socklen_t len = sizeof(server);

	server.sin_family = AF_INET;
	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server.sin_port = 0;
	listener = socket(AF_INET, SOCK_STREAM, 0);
	check(!bind(listener, (struct sockaddr *)&server, len), "bind");
	check(!listen(listener, 100), "listen");
	getsockname(listener, (struct sockaddr *)&server, &len);
}

static int connection(int *client)
{
	*client = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(*client, (struct sockaddr *)&server, sizeof(server)))
		return -1;
	return accept(listener, NULL, NULL);
}

static void read_the_end(int fd, const char *which)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char byte;

	if (poll(&wait, 1, LONG_ENOUGH) != 1 || recv(fd, &byte, 1, 0))
		give_up("%s: the end never came", which);
}

static pthread_t start(void *(*run)(void *))
{
	pthread_t thread;

	check(!pthread_create(&thread, NULL, run, NULL), "pthread_create");
	return thread;
}

/* ---- a table of its own */

static void *unshare_files(void *nothing)
{
	check(!unshare(CLONE_FILES), "unshare");
	poll(NULL, 0, 100);
	return nothing;
}

static void *unshare_range(void *nothing)
{
	check(!close_range(500, 600, CLOSE_RANGE_UNSHARE), "close_range");
	poll(NULL, 0, 100);
	return nothing;
}

/* ---- two at once */

static pthread_barrier_t together;

static void *unshare_often(void *nothing)
{
	for (int i = 0; i < 100; i++) {
		pthread_barrier_wait(&together);
		check(!unshare(CLONE_FS), "unshare");
	}
	return nothing;
}

static int tasks(void)
{
	DIR *all = opendir("/proc/self/task");
	int count = 0;

	while (all && readdir(all))
		count++;
	if (all)
		closedir(all);
	return count - 2; /* . and .. */
}

/* Main and the watch's two tasks at most; one that ends may still be seen. */
static void no_task_too_many(void)
{
	for (int tries = 20 * patience(); tasks() > 3; tries--) {
		if (!tries)
			give_up("%d tasks", tasks());
		poll(NULL, 0, 50);
	}
}

/* ---- out of a call */

static sigjmp_buf out;

static void jump(int signal)
{
	siglongjmp(out, signal);
}

static void one_turn(void)
{
	int client = -1, served = connection(&client);

	shutdown(served, SHUT_WR);
	close(served);
	close(client);
}

static void turns_cut_short(void)
{
	const struct itimerval often = { { 0, 150 }, { 0, 150 } }, never = { 0 };
	volatile int turns = 3000;

	signal(SIGALRM, jump);
	setitimer(ITIMER_REAL, &often, NULL);
	while (turns-- > 0)
		if (!sigsetjmp(out, 1))
			one_turn();
	setitimer(ITIMER_REAL, &never, NULL);
	signal(SIGALRM, SIG_IGN);
	check(!close_range(3, ~0U, 0), "close_range");
}

static void *turn_for_ever(void *nothing)
{
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	for (;;)
		one_turn();
	return nothing;
}

static void threads_cut_short(void)
{
	for (int i = 0; i < 100; i++) {
		const pthread_t thread = start(turn_for_ever);

		usleep((useconds_t)(i * 37 % 2000));
		pthread_cancel(thread);
		pthread_join(thread, NULL);
	}
	check(!close_range(3, ~0U, 0), "close_range");
}

/* ---- */

static void try(const char *story)
{
	pthread_t one, two;

	if (!strcmp(story, "unshare") || !strcmp(story, "close-range")) {
		one = start(*story == 'u' ? unshare_files : unshare_range);
		pthread_join(one, NULL);
	} else if (!strcmp(story, "both")) {
		pthread_barrier_init(&together, NULL, 2);
		one = start(unshare_often);
		two = start(unshare_often);
		pthread_join(one, NULL);
		pthread_join(two, NULL);
		no_task_too_many();
	} else if (!strcmp(story, "longjmp")) {
		turns_cut_short();
	} else {
		threads_cut_short();
	}
}

int main(int argc, char **argv)
{
	int client, before, after, kept;

	if (argc != 2)
		give_up("tables unshare|close-range|both|longjmp|cancel");
	listen_somewhere();
	before = connection(&client);
	try(argv[1]);
	/* The two last ones closed all. */
	kept = *argv[1] != 'l' && strcmp(argv[1], "cancel");
	if (!kept)
		listen_somewhere();
	/* First the older one: a new one would set up the watch again. */
	if (kept)
		read_the_end(before, "before");
	after = connection(&client);
	read_the_end(after, "after");
	puts("ended");
	return 0;
}
