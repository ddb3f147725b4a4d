#!/bin/sh
# A worker enters a sandbox that kills for every system call that only the
# journal needs; its end of file costs it nothing, and its parent saves the
# event. Also where seccomp(2) is called by number, as libseccomp does.
. "$(dirname "$0")/../lib/test.sh"
needs cc
cat >"$T/worker.c" <<'END'
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void enter(const char *how)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_writev, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigprocmask, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog program = { sizeof code / sizeof *code, code };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (!strcmp(how, "by-number"))
		syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
	else
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof at;
	int listener = socket(AF_INET, SOCK_STREAM, 0), client, served, status;
	char byte;

	bind(listener, (void *)&at, len);
	listen(listener, 4);
	getsockname(listener, (void *)&at, &len);
	client = socket(AF_INET, SOCK_STREAM, 0);
	connect(client, (void *)&at, len);
	served = accept(listener, NULL, NULL);
	if (!fork()) {
		shutdown(client, SHUT_WR);
		enter(argv[1]);
		_exit(recv(served, &byte, 1, 0) != 0);
	}
	wait(&status);
	printf("%s\n", WIFSIGNALED(status) ? "killed" : WEXITSTATUS(status) ? "failed" : "lived");
	return 0;
}
END
cc -w -o "$T/worker" "$T/worker.c" || fail cc
rules='rule "all" { eof { } }'
for how in by-prctl by-number; do
	rm -f "$T/run"/*
	same "bare, $how" lived "$("$T/worker" $how)"
	same "mended, $how" lived "$(mended "$rules" "$T/worker" $how)"
	event "its event is saved" 'worker\[[0-9]*\] .*eof rule all'
done
