/* SPDX-License-Identifier: MIT
 * Processes that begin, share, change and end while a connection of theirs is
 * watched. Run under a rule that ends accepted connections that are silent.
 *
 *   life STORY [ARGUMENT]
 *
 * Each story ends with status 7 when all went as it would bare and, where it
 * says so, the watched connection read its end of file.
 */
#include "probe.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define WELL 7
#define LONG_ENOUGH (20000 * patience()) /* ms; idle is 300 ms or so */

extern char **environ;

static int listener, client, served;
static const char *argument;

static void check(int ok, const char *what)
{
	if (!ok)
		give_up("%s: %s", what, strerror(errno));
}

static void listen_somewhere(struct sockaddr_in *server)
{
	socklen_t len = sizeof(*server);

	server->sin_family = AF_INET;
	server->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->sin_port = 0;
	listener = socket(AF_INET, SOCK_STREAM, 0);
	check(!bind(listener, (struct sockaddr *)server, len), "bind");
	check(!listen(listener, 100), "listen");
	getsockname(listener, (struct sockaddr *)server, &len);
}

/* From here on `served` is watched. */
static void connection(void)
{
	struct sockaddr_in server;

	listen_somewhere(&server);
	client = socket(AF_INET, SOCK_STREAM, 0);
	check(!connect(client, (struct sockaddr *)&server, sizeof(server)),
	      "connect");
	served = accept(listener, NULL, NULL);
	check(served >= 0, "accept");
}

static int ends_within(int fd, int wait_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char byte;

	return poll(&p, 1, wait_ms) == 1 && recv(fd, &byte, 1, 0) == 0;
}

static void read_the_end(int fd, const char *where)
{
	if (!ends_within(fd, LONG_ENOUGH))
		give_up("%s: the end never came", where);
}

static int status_of(pid_t child)
{
	int status;

	check(waitpid(child, &status, 0) == child, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + status;
}

static void child_ended_well(pid_t child)
{
	const int status = status_of(child);

	if (status != WELL)
		give_up("the child ended with %d", status);
}

/* ---- beginning and sharing */

static int story_fork(void)
{
	pid_t child;

	connection();
	child = fork();
	if (child) {
		read_the_end(served, "the parent");
		child_ended_well(child);
		return WELL;
	}
	read_the_end(served, "the child");
	_exit(WELL);
}

/* Only the child still has it, and it may not even know of the fork. */
static int story_server_that_forks(void)
{
	connection();
	for (int i = 0; i < 3; i++) {
		pid_t child = fork();

		if (child) {
			close(served);
			child_ended_well(child);
			return WELL;
		}
	}
	read_the_end(served, "the third child");
	_exit(WELL);
}

static int story_raw_fork(void)
{
	pid_t child;

	connection();
	child = _Fork();
	if (child) {
		read_the_end(served, "the parent");
		child_ended_well(child);
		return WELL;
	}
	/* A call of ours tells the child whose it is. */
	check(!shutdown(client, SHUT_RD), "shutdown");
	connection();
	read_the_end(served, "the child");
	_exit(WELL);
}

static int story_daemon(void)
{
	connection();
	check(!daemon(1, 0), "daemon");
	/* 0 to 2 are /dev/null now; what it does is told by a file. */
	if (ends_within(served, LONG_ENOUGH))
		close(open(argument, O_CREAT | O_WRONLY, 0600));
	return WELL;
}

/* The child shares our memory until it execs, not our descriptors. */
static int story_vfork(void)
{
	pid_t child;

	connection();
	child = vfork();
	if (!child) {
		dup2(client, served); /* a CGI's 0 to 2 */
		dup2(listener, 0);
		close(client);
		execl("/bin/true", "true", (char *)NULL);
		_exit(1);
	}
	status_of(child);
	read_the_end(served, "after vfork");
	return WELL;
}

/* The child watches a connection of its own, which it should not make, but
 * may: whatever it started must not be missed when it is gone. */
static int story_vfork_accepts(void)
{
	struct sockaddr_in server;
	pid_t child;

	listen_somewhere(&server);
	child = vfork();
	if (!child) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		connect(fd, (struct sockaddr *)&server, sizeof(server));
		accept(listener, NULL, NULL);
		execl("/bin/true", "true", (char *)NULL);
		_exit(1);
	}
	status_of(child);
	close(listener);
	connection();
	read_the_end(served, "after vfork");
	return WELL;
}

static int story_spawn(void)
{
	static char *const arguments[] = { (char *)"true", NULL };
	posix_spawn_file_actions_t actions;
	pid_t child;

	connection();
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, client, served);
	posix_spawn_file_actions_addclose(&actions, client);
	posix_spawn_file_actions_adddup2(&actions, served, 0);
	check(!posix_spawn(&child, "/bin/true", &actions, NULL, arguments,
			   environ),
	      "posix_spawn");
	check(status_of(child) == 0, "true");
	check(system("true") == 0, "system");
	check(pclose(popen("true", "r")) == 0, "popen");
	read_the_end(served, "after posix_spawn");
	return WELL;
}

static int story_exec(void)
{
	connection();
	fcntl(served, F_SETFD, 0);
	execl("/bin/sh", "sh", "-c", "exit 7", (char *)NULL);
	return 1;
}

/* ---- changing */

/* Allowed to a process with one task alone. */
static int story_unshare(void)
{
	connection();
	check(!unshare(CLONE_NEWUSER), "unshare");
	read_the_end(served, "after unshare");
	return WELL;
}

/* The kernel says that the task has ended before it has put it away. */
static int story_unshare_often(void)
{
	connection();
	for (int i = 0; i < 3000; i++)
		check(!unshare(CLONE_THREAD), "unshare");
	read_the_end(served, "after unshare");
	return WELL;
}

static int story_unshare_refused(void)
{
	connection();
	check(unshare(-1) < 0 && errno == EINVAL, "unshare");
	check(setns(-1, 0) < 0 && errno == EBADF, "setns");
	read_the_end(served, "after unshare");
	return WELL;
}

static int story_setuid(void)
{
	connection();
	check(!setgid(65534) && !setuid(65534), "setuid");
	read_the_end(served, "after setuid");
	return WELL;
}

/* A call that fails leaves everything as it was. */
static int story_failed_calls(void)
{
	connection();
	check(dup3(client, served, 0x55555) < 0 && errno == EINVAL, "dup3");
	check(dup2(1000000000, served) < 0 && errno == EBADF, "dup2");
	check(shutdown(served, 99) < 0 && errno == EINVAL, "shutdown");
	check(close_range((unsigned)served + 1, (unsigned)served, 0) < 0,
	      "close_range");
	check(close_range((unsigned)served, (unsigned)served, 0x55) < 0,
	      "close_range");
	check(listen(served, 5) < 0, "listen");
	check(accept(served, NULL, NULL) < 0, "accept");
	read_the_end(served, "after calls that failed");
	return WELL;
}

/* shutdown() is refused, so the end of file is still the peer's. */
static int story_refused_shutdown(void)
{
	connection();
	check(shutdown(served, 99) < 0 && errno == EINVAL, "shutdown");
	close(client);
	read_the_end(served, "after a refused shutdown");
	return WELL;
}

static int story_closefrom(void)
{
	for (int i = 0; i < 300; i++) {
		connection();
		if (i % 3 == 0)
			closefrom(3);
		if (i % 3 == 1)
			check(!close_range(3, ~0U, 0), "close_range");
		if (i % 3 == 2)
			for (int fd = 3; fd < 100; fd++)
				close(fd);
	}
	connection();
	check(served < 10, "the lowest numbers are free");
	check(!close_range(3, ~0U, CLOSE_RANGE_CLOEXEC), "CLOEXEC");
	read_the_end(served, "after close_range(CLOEXEC)");
	return WELL;
}

/* ---- numbers */

static int story_low_numbers(void)
{
	int out = fcntl(2, F_DUPFD_CLOEXEC, 50);

	close(0);
	close(1);
	close(2);
	connection();
	check(listener == 0 && client == 1 && served == 2, "0, 1 and 2");
	if (!ends_within(served, LONG_ENOUGH))
		dprintf(out, "descriptor 2 never ended\n");
	dup2(served, 0);
	return WELL;
}

static int story_high_number(void)
{
	const int high = atoi(argument);
	struct rlimit limit;
	int moved;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	if (limit.rlim_max <= (rlim_t)high + 1)
		limit.rlim_cur = limit.rlim_max = (rlim_t)high + 2;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		return 77;
	connection();
	moved = dup2(served, high);
	check(moved == high, "dup2");
	close(served);
	read_the_end(moved, "a high number");
	return WELL;
}

/* Under number 2 the program keeps a file of its own, before any socket. */
static int story_file_as_stderr(void)
{
	int file = open(argument, O_CREAT | O_WRONLY | O_TRUNC, 0600);

	if (file != 2)
		return 2;
	connection();
	ends_within(served, LONG_ENOUGH);
	return lseek(file, 0, SEEK_END) == 0 ? WELL : 8;
}

/* ---- ending */

static void *wait_for_the_end(void *nothing)
{
	(void)nothing;
	read_the_end(served, "another thread");
	exit(WELL);
}

static int story_main_leaves(void)
{
	pthread_t thread;

	connection();
	check(!pthread_create(&thread, NULL, wait_for_the_end, NULL),
	      "pthread_create");
	pthread_exit(NULL);
}

static void well(void)
{
	_exit(WELL);
}

/* With its last thread the process ends, whatever is armed. */
static int story_only_main_leaves(void)
{
	connection();
	atexit(well);
	pthread_exit(NULL);
}

static void *receive(void *nothing)
{
	char byte;

	(void)nothing;
	recv(client, &byte, 1, 0);
	return NULL;
}

static int story_cancel(void)
{
	pthread_t thread;
	void *result;

	connection();
	check(!pthread_create(&thread, NULL, receive, NULL), "pthread_create");
	usleep(50000);
	pthread_cancel(thread);
	pthread_join(thread, &result);
	check(result == PTHREAD_CANCELED, "cancelled");
	read_the_end(served, "after a cancellation");
	return WELL;
}

/* Ends in all ways at all moments around the deadlines of 20 connections. */
static int story_exit_while_acting(void)
{
	for (int i = 0; i < 150; i++) {
		pid_t child = fork();

		if (child) {
			child_ended_well(child);
			continue;
		}
		for (int n = 0; n < 20; n++)
			connection();
		usleep((useconds_t)(i % 30) * 1000);
		if (i % 3 == 0)
			_exit(WELL);
		if (i % 3 == 1)
			execl("/bin/sh", "sh", "-c", "exit 7", (char *)NULL);
		exit(WELL);
	}
	return WELL;
}

static int story_signals(void)
{
	struct itimerspec often = { { 0, 200000 }, { 0, 200000 } };
	sigset_t alarms;
	timer_t timer;
	int seen = 0, which;

	connection();
	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	sigprocmask(SIG_BLOCK, &alarms, NULL);
	check(!timer_create(CLOCK_MONOTONIC, NULL, &timer), "timer_create");
	timer_settime(timer, 0, &often, NULL);
	while (!ends_within(served, 0) && seen < 100000)
		if (!sigwait(&alarms, &which))
			seen++;
	check(seen > 100 && seen < 100000, "signals go to their own thread");
	return WELL;
}

#define STORY(name) { #name, story_##name }

static const struct {
	const char *name;
	int (*story)(void);
} stories[] = {
	STORY(fork),
	STORY(server_that_forks),
	STORY(raw_fork),
	STORY(daemon),
	STORY(vfork),
	STORY(vfork_accepts),
	STORY(spawn),
	STORY(exec),
	STORY(unshare),
	STORY(unshare_often),
	STORY(unshare_refused),
	STORY(setuid),
	STORY(failed_calls),
	STORY(refused_shutdown),
	STORY(closefrom),
	STORY(low_numbers),
	STORY(high_number),
	STORY(file_as_stderr),
	STORY(main_leaves),
	STORY(only_main_leaves),
	STORY(cancel),
	STORY(exit_while_acting),
	STORY(signals),
};

int main(int argc, char **argv)
{
	argument = argc > 2 ? argv[2] : "";
	for (size_t i = 0; i < sizeof(stories) / sizeof(*stories); i++)
		if (argc > 1 && !strcmp(argv[1], stories[i].name))
			return stories[i].story();
	give_up("no such story");
}
