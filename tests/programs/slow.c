/* SPDX-License-Identifier: MIT
 * Slow programs, whose peer lives and waits.
 *
 *   slow answer HOW     a server that works for longer than the idle time, then
 *                       answers in one of many ways; what its client got
 *   slow read ROLE MS   a program that takes nothing for MS several times, its
 *                       window shut, as the accepted or the connected side; how
 *                       much it got of what its peer sends
 *   slow feed MS        a server that only sends, and a second connection of
 *                       the same peer; is the first one ended?
 *
 * The client is a thread: rules with direction = accept mean the server alone.
 */
#include "probe.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/sendfile.h>
#include <sys/wait.h>

#define ANSWER 300000
#define UPLOAD 3000000

extern char **environ;

static struct sockaddr_in server;
static int listener;
static char bytes[ANSWER];
static const char *program;

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
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	check(!bind(listener, (struct sockaddr *)&server, len), "bind");
	check(!listen(listener, 100), "listen");
	getsockname(listener, (struct sockaddr *)&server, &len);
}

/* A small receive buffer: most of what is sent waits at the sender. */
static int call_server(void)
{
	const int small = 4096;
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	check(!connect(fd, (struct sockaddr *)&server, sizeof(server)),
	      "connect");
	return fd;
}

static void nap(int milliseconds)
{
	poll(NULL, 0, milliseconds);
}

/* ---- what a peer gets */

struct got {
	long count;
	int error;
};

static struct got take_all(int fd)
{
	static __thread char part[65536];
	struct got got = { 0, 0 };
	ssize_t n;

	while ((n = recv(fd, part, sizeof(part), 0)) > 0)
		got.count += n;
	if (n < 0)
		got.error = errno;
	return got;
}

static void say_got(const char *what, struct got got)
{
	printf("%s: %ld bytes, then %s\n", what, got.count,
	       got.error ? strerrorname_np(got.error) : "the end");
}

/* ---- answers */

static void send_all(int fd)
{
	for (size_t sent = 0; sent < ANSWER;) {
		const ssize_t n = send(fd, bytes + sent, ANSWER - sent,
				       MSG_NOSIGNAL);

		if (n < 0)
			return;
		sent += (size_t)n;
	}
}

static void by_close(int fd)
{
	send_all(fd);
	close(fd);
}

static void by_chunks(int fd)
{
	for (int i = 0; i < 10; i++) {
		send(fd, bytes, ANSWER / 10, MSG_NOSIGNAL);
		nap(100);
	}
	close(fd);
}

static void by_dup(int fd)
{
	const int copy = dup(fd);

	close(fd);
	nap(100);
	by_close(copy);
}

static void by_dup2(int fd)
{
	check(dup2(fd, 300) == 300, "dup2");
	close(fd);
	nap(100);
	by_close(300);
}

static void by_fork(int fd)
{
	const pid_t child = fork();

	if (child) {
		close(fd);
		waitpid(child, NULL, 0);
		return;
	}
	nap(300);
	send_all(fd);
	_exit(0);
}

/* A program of its own, by a way in which libc calls no fork(). */
static void by_spawn(int fd)
{
	static char shell[] = "sh", c[] = "-c",
		    script[] = "sleep 0.3; head -c 300000 /dev/zero";
	char *const arguments[] = { shell, c, script, NULL };
	posix_spawn_file_actions_t actions;
	pid_t child;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd, 1);
	check(!posix_spawn(&child, "/bin/sh", &actions, NULL, arguments,
			   environ),
	      "posix_spawn");
	close(fd);
	waitpid(child, NULL, 0);
}

static void by_vfork(int fd)
{
	const pid_t child = vfork();

	if (!child) {
		dup2(fd, 1);
		execl("/bin/sh", "sh", "-c",
		      "sleep 0.3; head -c 300000 /dev/zero", (char *)NULL);
		_exit(1);
	}
	close(fd);
	waitpid(child, NULL, 0);
}

/* All of it is still in the stream's own buffer at its fclose(). */
static void by_fclose(int fd)
{
	static char buffer[2 * ANSWER];
	FILE *stream = fdopen(fd, "w");

	check(stream && !setvbuf(stream, buffer, _IOFBF, sizeof(buffer)),
	      "a stream");
	fwrite(bytes, 1, ANSWER, stream);
	fclose(stream);
}

static void by_shutdown(int fd)
{
	send_all(fd);
	shutdown(fd, SHUT_WR);
	close(fd);
}

static void by_own_linger(int fd)
{
	const struct linger own = { 1, 60 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &own, sizeof(own));
	by_close(fd);
}

/* inetd's way: the connection is number 0 and number 1 of a new program. */
static void by_inherited(int fd)
{
	static char name[] = "slow", reply[] = "reply";
	char *const arguments[] = { name, reply, NULL };
	posix_spawn_file_actions_t actions;
	pid_t child;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd, 0);
	posix_spawn_file_actions_adddup2(&actions, fd, 1);
	check(!posix_spawn(&child, program, &actions, NULL, arguments,
			   environ),
	      "posix_spawn");
	close(fd);
	waitpid(child, NULL, 0);
}

static void by_sendfile(int fd)
{
	FILE *file = tmpfile();
	off_t from = 0;

	check(file && fwrite(bytes, 1, ANSWER, file) == ANSWER &&
		      !fflush(file),
	      "a file");
	while (from < ANSWER && sendfile(fd, fileno(file), &from,
					 (size_t)(ANSWER - from)) > 0)
		;
	fclose(file);
	close(fd);
}

static const struct {
	const char *name;
	void (*call)(int fd);
} answers[] = {
	{ "close", by_close },	     { "chunks", by_chunks },
	{ "dup", by_dup },	     { "dup2", by_dup2 },
	{ "fork", by_fork },	     { "spawn", by_spawn },
	{ "vfork", by_vfork },	     { "fclose", by_fclose },
	{ "shutdown", by_shutdown }, { "linger", by_own_linger },
	{ "sendfile", by_sendfile }, { "inherited", by_inherited },
};
#define ANSWERS (sizeof(answers) / sizeof(*answers))

/* It asks, waits for the answer to begin, and lets it wait in turn. */
static void *ask(void *got)
{
	const int fd = call_server();
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	check(send(fd, "request", 7, 0) == 7, "send");
	poll(&wait, 1, 60000 * patience());
	nap(700);
	*(struct got *)got = take_all(fd);
	close(fd);
	return NULL;
}

/* Works for so long, or until it is ended as idle. */
static void work_on(int fd, FILE *out)
{
	struct pollfd work = { .fd = fd, .events = POLLRDHUP };

	poll(&work, 1, 2500);
	fprintf(out, "%s", work.revents ? "ended as idle\n" : "");
	fflush(out);
}

static int reply(void)
{
	work_on(0, stderr);
	close(0);
	nap(100);
	by_close(1);
	return 0;
}

static int answer(const char *how)
{
	int fd;
	pthread_t client;
	struct got got;
	char request[7];

	listen_somewhere();
	check(!pthread_create(&client, NULL, ask, &got), "pthread_create");
	fd = accept(listener, NULL, NULL);
	check(recv(fd, request, 7, MSG_WAITALL) == 7, "recv");
	if (strcmp(how, "inherited") != 0)
		work_on(fd, stdout);
	for (size_t i = 0; i < ANSWERS; i++)
		if (!strcmp(how, answers[i].name))
			answers[i].call(fd);
	pthread_join(client, NULL);
	say_got(how, got);
	return 0;
}

/* ---- slow readers */

static void *pour(void *which)
{
	const int fd = *(int *)which;

	for (long sent = 0; sent < UPLOAD;) {
		const long left = UPLOAD - sent;
		const ssize_t n = send(fd, bytes,
				       left < ANSWER ? (size_t)left : ANSWER,
				       MSG_NOSIGNAL);

		if (n < 0)
			return NULL;
		sent += n;
	}
	shutdown(fd, SHUT_WR);
	return NULL;
}

static int read_slowly(const char *role, int milliseconds)
{
	int connected, accepted, *reader, *writer;
	struct got got, last;
	pthread_t thread;

	listen_somewhere();
	connected = call_server();
	accepted = accept(listener, NULL, NULL);
	reader = strcmp(role, "accept") ? &connected : &accepted;
	writer = reader == &accepted ? &connected : &accepted;
	check(!pthread_create(&thread, NULL, pour, writer), "pthread_create");
	got.count = 0;
	for (int i = 0; i < 2; i++) {
		nap(milliseconds);
		got.count += recv(*reader, bytes, 2000, MSG_WAITALL);
	}
	nap(milliseconds);
	last = take_all(*reader);
	got.count += last.count;
	got.error = last.error;
	say_got(role, got);
	return 0;
}

/* ---- a feeder */

static void *take(void *which)
{
	take_all(*(int *)which);
	return NULL;
}

static int feed(int milliseconds)
{
	struct pollfd first = { .events = POLLRDHUP };
	int client, second, newer;
	pthread_t thread;

	listen_somewhere();
	client = call_server();
	first.fd = accept(listener, NULL, NULL);
	check(!pthread_create(&thread, NULL, take, &client), "pthread_create");
	second = call_server();
	newer = accept(listener, NULL, NULL);
	check(second >= 0 && newer >= 0, "a second connection");
	for (int left = milliseconds; left > 0; left -= 20) {
		send(first.fd, bytes, 100, MSG_NOSIGNAL);
		nap(20);
		/* So that the newer one is no older than it is silent. */
		send(newer, bytes, 100, MSG_NOSIGNAL);
	}
	poll(&first, 1, 0);
	printf("the first one %s\n", first.revents ? "is ended" : "goes on");
	return 0;
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	program = argv[0];
	if (argc == 2 && !strcmp(argv[1], "reply"))
		return reply();
	if (argc == 3 && !strcmp(argv[1], "answer"))
		return answer(argv[2]);
	if (argc == 4 && !strcmp(argv[1], "read"))
		return read_slowly(argv[2], atoi(argv[3]));
	if (argc == 3 && !strcmp(argv[1], "feed"))
		return feed(atoi(argv[2]));
	give_up("slow answer HOW | read ROLE MS | feed MS");
}
