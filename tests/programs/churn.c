/* SPDX-License-Identifier: MIT
 * Every kind of use of descriptor numbers at once, for as long as it is told.
 *
 *   churn SECONDS   prints "talked T ended E leaked L files F reconnected R
 *                   forked K wrong W lost L foreign F"
 *
 * Run under a rule that ends accepted connections silent for two seconds, ends
 * and reclaims those in CLOSE_WAIT, and supersedes. A first byte says what a
 * client will do:
 *
 *   T  it talks often and says Z before it closes. An end before Z is `wrong`.
 *   D  the same, but the server goes on with a duplicate of the descriptor
 *   S  it is silent and waits for its end. None within a minute is `lost`.
 *   L  it closes; the server reads the end and leaks the descriptor
 *
 * Meanwhile threads open, read and close regular files: one that reads an
 * error, or is another file by the time it is closed, is `foreign`. Others
 * connect to a closed port first and then again, fork, and leave the file
 * system information (unshare).
 */
#include "probe.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define SERVED 256
#define FILES 32

static struct sockaddr_in server;
static int listener;
static _Atomic int over;
static _Atomic long talked, ended, leaked, files, reconnected, forked, wrong,
	lost, foreign;

static void check(int ok, const char *what)
{
	if (!ok)
		give_up("%s: %s", what, strerror(errno));
}

static void nap(long microseconds)
{
	const struct timespec time = { 0, microseconds * 1000 };

	nanosleep(&time, NULL);
}

static unsigned next_random(unsigned *state)
{
	return (*state = *state * 1664525u + 1013904223u) >> 8;
}

/* ---- the server: one thread, poll() ---- */

struct served {
	int fd;
	char kind; /* 0: not told yet */
	int heard_z;
};

static struct served served[SERVED];
static int served_count;

static void serve_new(void)
{
	const int fd = accept(listener, NULL, NULL);

	if (fd < 0)
		return;
	if (served_count == SERVED) {
		close(fd);
		return;
	}
	served[served_count++] = (struct served){ .fd = fd };
}

static void duplicate(struct served *s)
{
	const int copy = dup(s->fd);

	check(copy >= 0, "dup");
	close(s->fd);
	s->fd = copy;
}

static void read_bytes(struct served *s, const char *bytes, ssize_t got)
{
	if (!s->kind) {
		s->kind = bytes[0];
		if (s->kind == 'D')
			duplicate(s);
	}
	if (bytes[got - 1] == 'Z')
		s->heard_z = 1;
}

/* False: it is done with. */
static int serve_one(struct served *s)
{
	char bytes[64];
	const ssize_t got = read(s->fd, bytes, sizeof(bytes));

	if (got > 0) {
		read_bytes(s, bytes, got);
		return 1;
	}
	if (s->kind == 'L') {
		leaked++;
		return 0;
	}
	if ((s->kind == 'T' || s->kind == 'D') && !s->heard_z)
		wrong++;
	close(s->fd);
	return 0;
}

static void *run_server(void *none)
{
	struct pollfd ask[SERVED + 1];

	while (!over) {
		const int count = served_count;

		ask[0] = (struct pollfd){ listener, POLLIN, 0 };
		for (int i = 0; i < count; i++)
			ask[i + 1] = (struct pollfd){ served[i].fd, POLLIN, 0 };
		if (poll(ask, (nfds_t)count + 1, 100) <= 0)
			continue;
		for (int i = count - 1; i >= 0; i--)
			if (ask[i + 1].revents && !serve_one(&served[i]))
				served[i] = served[--served_count];
		if (ask[0].revents)
			serve_new();
	}
	return none;
}

/* ---- its clients ---- */

/* From an address of 127.0.0.0/8 that few others have. */
static int call_from(unsigned number)
{
	struct sockaddr_in from = { .sin_family = AF_INET };
	const int fd = socket(AF_INET, SOCK_STREAM, 0);

	check(fd >= 0, "socket");
	from.sin_addr.s_addr = htonl(0x7f010000 + number % 500);
	bind(fd, (struct sockaddr *)&from, sizeof(from));
	if (!connect(fd, (struct sockaddr *)&server, sizeof(server)))
		return fd;
	close(fd);
	return -1;
}

static void talk(int fd, char kind)
{
	int sent = 1;

	for (int turn = 0; turn < 10 && sent == 1; turn++) {
		sent = (int)send(fd, turn ? "x" : &kind, 1, MSG_NOSIGNAL);
		nap(10000);
	}
	send(fd, "Z", 1, MSG_NOSIGNAL);
	talked++;
}

static void wait_for_end(int fd)
{
	struct pollfd ask = { fd, POLLIN, 0 };

	send(fd, "S", 1, MSG_NOSIGNAL);
	if (poll(&ask, 1, 60000) == 1)
		ended++;
	else
		lost++;
}

static void *run_client(void *seed)
{
	unsigned state = (unsigned)(uintptr_t)seed * 977;

	while (!over) {
		const unsigned number = next_random(&state);
		const int fd = call_from(number);

		if (fd < 0) {
			nap(1000);
			continue;
		}
		switch (number % 8) {
		case 0:
			send(fd, "L", 1, MSG_NOSIGNAL);
			break;
		case 1:
			wait_for_end(fd);
			break;
		default:
			talk(fd, number % 2 ? 'T' : 'D');
			break;
		}
		close(fd);
	}
	return NULL;
}

static void *run_reconnect(void *none)
{
	struct sockaddr_in closed = server;
	unsigned state = 5;

	closed.sin_port = htons(1);
	while (!over) {
		const int fd = socket(AF_INET, SOCK_STREAM, 0);

		connect(fd, (struct sockaddr *)&closed, sizeof(closed));
		if (!connect(fd, (struct sockaddr *)&server, sizeof(server))) {
			talk(fd, next_random(&state) % 2 ? 'T' : 'D');
			reconnected++;
		}
		close(fd);
	}
	return none;
}

/* ---- what else uses numbers ---- */

static int is_same_file(int fd, ino_t inode)
{
	struct stat about;

	return !fstat(fd, &about) && about.st_ino == inode &&
	       S_ISREG(about.st_mode);
}

static void open_files(int fd[FILES])
{
	char name[] = "/tmp/churn.XXXXXX";
	struct stat about;
	char byte;

	for (int i = 0; i < FILES; i++) {
		fd[i] = i ? open(name, O_RDWR) : mkstemp(name);
		check(fd[i] >= 0, "open");
	}
	unlink(name);
	check(!fstat(fd[0], &about), "fstat");
	for (int turn = 0; turn < 3; turn++)
		for (int i = 0; i < FILES; i++)
			if (read(fd[i], &byte, 1))
				foreign++;
	nap(1000);
	for (int i = 0; i < FILES; i++) {
		if (!is_same_file(fd[i], about.st_ino))
			foreign++;
		close(fd[i]);
		files++;
	}
}

static void *run_files(void *none)
{
	int fd[FILES];

	while (!over)
		open_files(fd);
	return none;
}

static void *run_unshare(void *none)
{
	while (!over) {
		unshare(CLONE_FS);
		nap(2000);
	}
	return none;
}

static void *run_fork(void *none)
{
	while (!over) {
		const pid_t child = fork();

		if (!child)
			_exit(0);
		if (child > 0) {
			waitpid(child, NULL, 0);
			forked++;
		}
		nap(20000);
	}
	return none;
}

int main(int argc, char **argv)
{
	static void *(*const stories[])(void *) = {
		run_server, run_client,	   run_client, run_client, run_client,
		run_client, run_client,	   run_client, run_client, run_reconnect,
		run_files,  run_files, run_unshare, run_fork,
	};
	enum { COUNT = sizeof(stories) / sizeof(*stories) };
	socklen_t len = sizeof(server);
	pthread_t thread[COUNT];

	if (argc != 2)
		give_up("churn SECONDS");
	server.sin_family = AF_INET;
	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	check(!bind(listener, (struct sockaddr *)&server, len), "bind");
	check(!listen(listener, 512), "listen");
	getsockname(listener, (struct sockaddr *)&server, &len);
	for (uintptr_t i = 0; i < COUNT; i++)
		check(!pthread_create(&thread[i], NULL, stories[i], (void *)i),
		      "pthread_create");
	sleep((unsigned)atoi(argv[1]));
	over = 1;
	/* The server last: clients may wait for their end. */
	for (int i = COUNT - 1; i >= 0; i--)
		pthread_join(thread[i], NULL);
	printf("talked %ld ended %ld leaked %ld files %ld reconnected %ld forked %ld wrong %ld lost %ld foreign %ld\n",
	       talked, ended, leaked, files, reconnected, forked, wrong, lost,
	       foreign);
	return 0;
}
