/* SPDX-License-Identifier: MIT
 * Every call we stand in front of, once, succeeding: "NAME kept" when errno is
 * still what it was before the call.
 */
#include "probe.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>

static int listener, client, served;
static struct sockaddr_in server = { .sin_family = AF_INET };
static struct sockaddr *const to = (struct sockaddr *)&server;
static socklen_t len = sizeof(server);
static char bytes[64];
static struct iovec part = { bytes, sizeof(bytes) };
static struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
static struct mmsghdr messages = { .msg_hdr = { .msg_iov = &part,
						.msg_iovlen = 1 } };

static void tell(const char *name, struct outcome o)
{
	if (o.result < 0)
		printf("%s failed: %s\n", name, strerrorname_np(o.error));
	else if (o.error != ERRNO_BEFORE)
		printf("%s LOST: errno is %d\n", name, o.error);
	else
		printf("%s kept\n", name);
	fflush(stdout);
}

/* libc's other names, as old binaries and fortified ones call them. */
static void *named(const char *name)
{
	void *f = dlsym(RTLD_DEFAULT, name);

	if (!f)
		give_up("no %s", name);
	return f;
}

#define OTHER(name, type, ...) tell(#name, CALL(((type)named(#name))(__VA_ARGS__)))

typedef ssize_t readers(int, void *, size_t);
typedef ssize_t read_chks(int, void *, size_t, size_t);
typedef ssize_t recv_chks(int, void *, size_t, size_t, int);
typedef ssize_t recvfrom_chks(int, void *, size_t, size_t, int, void *, void *);
typedef int connects(int, const struct sockaddr *, socklen_t);
typedef int closes(int);
typedef int dup2s(int, int);
typedef int fcntls(int, int, ...);
typedef pid_t forks(void);

static void connections(void)
{
	const int one = 1;
	struct outcome o = CALL(socket(AF_INET, SOCK_STREAM, 0));
	int second;

	tell("socket", o);
	listener = (int)o.result;
	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server.sin_port = htons(27321);
	tell("setsockopt", CALL(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR,
					   &one, sizeof(one))));
	tell("bind", CALL(bind(listener, to, len)));
	tell("getsockname", CALL(getsockname(listener, to, &len)));
	tell("listen", CALL(listen(listener, 5)));
	client = socket(AF_INET, SOCK_STREAM, 0);
	tell("connect", CALL(connect(client, to, len)));
	o = CALL(accept(listener, NULL, NULL));
	tell("accept", o);
	served = (int)o.result;
	second = socket(AF_INET, SOCK_STREAM, 0);
	OTHER(__connect, connects *, second, to, len);
	tell("accept4", CALL(accept4(listener, NULL, NULL, 0)));
}

static void reads(void)
{
	tell("read", CALL(read(served, bytes, 1)));
	OTHER(__read, readers *, served, bytes, 1);
	OTHER(__read_chk, read_chks *, served, bytes, 1, 1);
	tell("readv", CALL(readv(served, &part, 1)));
	tell("recv", CALL(recv(served, bytes, 1, 0)));
	OTHER(__recv_chk, recv_chks *, served, bytes, 1, 1, 0);
	tell("recvfrom", CALL(recvfrom(served, bytes, 1, 0, NULL, NULL)));
	OTHER(__recvfrom_chk, recvfrom_chks *, served, bytes, 1, 1, 0, NULL,
	      NULL);
	tell("recvmsg", CALL(recvmsg(served, &message, 0)));
	tell("recvmmsg", CALL(recvmmsg(served, &messages, 1, 0, NULL)));
}

/* Data for each, with the pieces readv and the messages take whole. */
static void reads_of_data(void)
{
	part.iov_len = 1;
	if (send(client, bytes, 10, 0) != 10)
		give_up("send: %s", strerror(errno));
	usleep(20000);
	reads();
}

static void reads_of_the_end(void)
{
	shutdown(client, SHUT_WR);
	usleep(20000);
	reads();
}

static struct outcome child_of(pid_t child)
{
	struct outcome o = { .result = child, .error = errno };

	if (!child)
		_exit(errno == ERRNO_BEFORE ? 0 : 1);
	waitpid(child, NULL, 0);
	return o;
}

/* What it returns in, is known when the last holder of the pipe is gone. */
static void become_daemon(void)
{
	int held[2];

	if (pipe(held))
		give_up("pipe: %s", strerror(errno));
	if (!fork()) {
		tell("daemon", CALL(daemon(1, 1)));
		_exit(0);
	}
	close(held[1]);
	(void)!read(held[0], bytes, 1);
	close(held[0]);
}

static void processes(void)
{
	int self = open("/proc/self/ns/uts", O_RDONLY);

	errno = ERRNO_BEFORE;
	tell("fork", child_of(fork()));
	errno = ERRNO_BEFORE;
	tell("__fork", child_of(((forks *)named("__fork"))()));
	errno = ERRNO_BEFORE;
	tell("_Fork", child_of(_Fork()));
	become_daemon();
	tell("unshare", CALL(unshare(CLONE_FILES)));
	if (geteuid() == 0)
		tell("setns", CALL(setns(self, 0)));
	else
		puts("setns kept"); /* needs privilege: nothing to see */
	close(self);
	tell("prctl", CALL(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)));
}

static void ends(void)
{
	tell("dup", CALL(dup(served)));
	tell("fcntl", CALL(fcntl(served, F_DUPFD, 50)));
	OTHER(fcntl64, fcntls *, served, F_DUPFD, 50);
	tell("dup2", CALL(dup2(served, 100)));
	OTHER(__dup2, dup2s *, served, 100);
	tell("dup3", CALL(dup3(served, 101, 0)));
	tell("fclose", CALL(fclose(fdopen(dup(served), "r"))));
	tell("shutdown", CALL(shutdown(served, SHUT_RDWR)));
	OTHER(__close, closes *, 100);
	tell("close", CALL(close(served)));
	tell("close_range", CALL(close_range(50, 1000, 0)));
	errno = ERRNO_BEFORE;
	closefrom(3);
	tell("closefrom", (struct outcome){ .error = errno });
}

int main(void)
{
	connections();
	reads_of_data();
	reads_of_the_end();
	processes();
	ends();
	return 0;
}
