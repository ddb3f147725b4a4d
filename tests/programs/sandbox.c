/* SPDX-License-Identifier: MIT
 * A server that hands its connections to a worker with hardly a system call
 * left: the worker reads a request to its end, writes it back and exits.
 *
 *   sandbox fork|clone|vfork strict|filter
 *
 * strict: seccomp's strict mode (read, write, exit, rt_sigreturn). filter: a
 * list that allows those, exit_group and close, and kills at any other call.
 * Prints how each worker ended and what its client got.
 */
#include "probe.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static int listener, served, strict;
static struct sockaddr_in server;
static char stack[65536] __attribute__((aligned(16)));

static void check(int ok, const char *what)
{
	if (!ok)
		give_up("%s: %s", what, strerror(errno));
}

static void allow_few(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_read, 6, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 5, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigreturn, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {
		sizeof(filter) / sizeof(*filter), filter
	};

	check(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
	check(!prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), "filter");
}

static int work(void *nothing)
{
	char bytes[64];
	size_t sum = 0;
	ssize_t got;

	(void)nothing;
	if (strict)
		check(!prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT), "strict");
	else
		allow_few();
	while ((got = read(served, bytes + sum, sizeof(bytes) - sum)) > 0)
		sum += (size_t)got;
	/* Again and again, as old programs do. */
	for (int i = 0; i < 200 && !got; i++)
		got = read(served, bytes + sum, 1);
	if (write(served, bytes, sum) != (ssize_t)sum)
		got = -1;
	if (!strict && close(served))
		got = -1;
	syscall(SYS_exit, got ? 1 : 0);
	return 0;
}

/* A client that has said all, and waits for the answer. */
static int call_server(void)
{
	const int fd = socket(AF_INET, SOCK_STREAM, 0);

	check(!connect(fd, (struct sockaddr *)&server, sizeof(server)),
	      "connect");
	check(send(fd, "request", 7, 0) == 7, "send");
	check(!shutdown(fd, SHUT_WR), "shutdown");
	return fd;
}

static pid_t start_worker(const char *how)
{
	pid_t child;

	if (!strcmp(how, "vfork")) {
		child = (pid_t)clone(work, stack + sizeof(stack),
				     CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
		return child;
	}
	child = strcmp(how, "clone") ? fork()
				     : (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0,
						      0, 0);
	if (!child)
		work(NULL);
	return child;
}

static void one_worker(const char *how)
{
	const int client = call_server();
	char answer[64];
	ssize_t got;
	pid_t child;
	int status;

	served = accept(listener, NULL, NULL);
	check(served >= 0, "accept");
	child = start_worker(how);
	check(child > 0, how);
	check(waitpid(child, &status, 0) == child, "waitpid");
	close(served);
	got = recv(client, answer, sizeof(answer), MSG_WAITALL);
	close(client);
	if (WIFSIGNALED(status))
		printf("killed by signal %d, ", WTERMSIG(status));
	else
		printf("exit %d, ", WEXITSTATUS(status));
	printf("the client got %zd bytes\n", got);
}

int main(int argc, char **argv)
{
	socklen_t len = sizeof(server);

	if (argc != 3)
		give_up("sandbox fork|clone|vfork strict|filter");
	strict = !strcmp(argv[2], "strict");
	server.sin_family = AF_INET;
	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	check(!bind(listener, (struct sockaddr *)&server, len), "bind");
	check(!listen(listener, 100), "listen");
	getsockname(listener, (struct sockaddr *)&server, &len);
	for (int i = 0; i < 3; i++)
		one_worker(argv[1]);
	return 0;
}
