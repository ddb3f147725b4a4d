/* SPDX-License-Identifier: MIT
 * Faults for the system calls the library makes, and for no others.
 *
 *   faults REPORT FAULT... -- PROGRAM [ARG...]
 *
 * FAULT is CALL:ERRNO:WHEN or CALL:MICROSECONDS:WHEN; WHEN is the number of
 * the call, from 1, or `all`. The program runs with tests/faults/gate.c
 * preloaded, which has each call of the library wait for a word from here.
 * REPORT gets "calls CALL N" for each call that was made, and "faults N". The
 * exit status is the program's, 128 and its signal, or 124 after 30 seconds.
 */
#include "probe.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define SECONDS 30

/* All the calls the library makes. One that is not here ends the run. */
static struct call {
	int number;
	const char *name;
	int made;
} calls[] = {
#define CALL_NAMED(name) { SYS_##name, #name, 0 }
	CALL_NAMED(getsockopt), CALL_NAMED(setsockopt),
	CALL_NAMED(getsockname), CALL_NAMED(getpeername),
	CALL_NAMED(ioctl), CALL_NAMED(shutdown),
	CALL_NAMED(connect), CALL_NAMED(bind),
	CALL_NAMED(socket), CALL_NAMED(sendto),
	CALL_NAMED(recvfrom), CALL_NAMED(close),
	CALL_NAMED(fcntl), CALL_NAMED(openat),
	CALL_NAMED(read), CALL_NAMED(write),
	CALL_NAMED(fstat), CALL_NAMED(newfstatat),
	CALL_NAMED(mkdirat), CALL_NAMED(unlinkat),
	CALL_NAMED(fallocate), CALL_NAMED(pwrite64), CALL_NAMED(prctl), CALL_NAMED(mmap),
	CALL_NAMED(munmap), CALL_NAMED(mprotect),
	CALL_NAMED(madvise), CALL_NAMED(process_vm_readv),
	CALL_NAMED(clone), CALL_NAMED(exit),
	CALL_NAMED(futex), CALL_NAMED(capget),
	CALL_NAMED(capset), CALL_NAMED(rt_sigprocmask),
	CALL_NAMED(clock_gettime), CALL_NAMED(clock_getres),
	CALL_NAMED(prlimit64),
	CALL_NAMED(ppoll), CALL_NAMED(sched_yield),
	CALL_NAMED(getpid), CALL_NAMED(geteuid),
	CALL_NAMED(close_range), CALL_NAMED(unshare),
	CALL_NAMED(tgkill), CALL_NAMED(nanosleep),
	CALL_NAMED(sched_getscheduler), CALL_NAMED(sched_setscheduler),
	CALL_NAMED(process_vm_writev), CALL_NAMED(waitid),
#ifdef SYS_readlink
	CALL_NAMED(readlink), CALL_NAMED(access),
	CALL_NAMED(stat),
#else
	CALL_NAMED(readlinkat), CALL_NAMED(faccessat),
#endif
};

#define CALLS (sizeof(calls) / sizeof(*calls))

static struct fault {
	const struct call *call;
	int error;     /* 0: a delay */
	int delay;     /* microseconds */
	int occurrence; /* 0: all */
} faults[16];

static unsigned fault_count;
static long injected;
static pid_t program;

static struct call *call_named(const char *name)
{
	for (unsigned i = 0; i < CALLS; i++)
		if (!strcmp(calls[i].name, name))
			return &calls[i];
	give_up("%s: no call of the library's", name);
}

static struct call *call_numbered(int number)
{
	for (unsigned i = 0; i < CALLS; i++)
		if (calls[i].number == number)
			return &calls[i];
	return NULL;
}

static int error_named(const char *name)
{
	for (int error = 1; error < 134; error++) {
		const char *known = strerrorname_np(error);

		if (known && !strcmp(known, name))
			return error;
	}
	give_up("%s: no errno", name);
}

static void add_fault(const char *text)
{
	struct fault *f = &faults[fault_count++];
	char call[32], what[32], when[32];

	if (fault_count > 16 ||
	    sscanf(text, "%31[^:]:%31[^:]:%31s", call, what, when) != 3)
		give_up("%s: want CALL:ERRNO:WHEN", text);
	f->call = call_named(call);
	if (*what == 'E')
		f->error = error_named(what);
	else
		f->delay = atoi(what);
	f->occurrence = strcmp(when, "all") ? atoi(when) : 0;
}

static const struct fault *fault_of(const struct call *call)
{
	for (unsigned i = 0; i < fault_count; i++) {
		const struct fault *f = &faults[i];

		if (f->call == call &&
		    (!f->occurrence || f->occurrence == call->made))
			return f;
	}
	return NULL;
}

/* ---- one call that waits */

static void answer(int listener, const struct seccomp_notif *asks)
{
	struct seccomp_notif_resp says = {
		.id = asks->id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE
	};
	struct call *call = call_numbered(asks->data.nr);
	const struct fault *f;

	if (!call)
		give_up("a call the test does not know: %d", asks->data.nr);
	call->made++;
	f = fault_of(call);
	injected += f != NULL;
	if (f && f->delay)
		usleep((useconds_t)f->delay);
	if (f && f->error) {
		says.flags = 0;
		says.error = -f->error;
	}
	/* Fails when its task has ended meanwhile. */
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &says);
}

static void attend(int listener)
{
	struct seccomp_notif asks;

	memset(&asks, 0, sizeof(asks));
	if (!ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asks))
		answer(listener, &asks);
}

/* ---- the program */

static void start(char **argv, int gate)
{
	char number[16];

	program = fork();
	if (program < 0)
		give_up("fork");
	if (program)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fcntl(gate, F_SETFD, 0);
	snprintf(number, sizeof(number), "%d", gate);
	setenv("GATE", number, 1);
	setenv("LD_PRELOAD", getenv("GATED_PRELOAD"), 1);
	execv(*argv, argv);
	_exit(127);
}

static int receive_listener(int gate)
{
	char room[CMSG_SPACE(sizeof(int))], byte;
	struct iovec one = { &byte, 1 };
	struct msghdr message = { .msg_iov = &one,
				  .msg_iovlen = 1,
				  .msg_control = room,
				  .msg_controllen = sizeof(room) };
	int listener;

	if (recvmsg(gate, &message, MSG_CMSG_CLOEXEC) != 1 ||
	    !CMSG_FIRSTHDR(&message))
		give_up("the program did not come to its gate");
	memcpy(&listener, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
	return listener;
}

/* Its status; the listener hangs up when no task is behind the gate. */
static int serve(int listener)
{
	const int64_t end = microseconds_now() + SECONDS * INT64_C(1000000);
	struct pollfd event = { .fd = listener, .events = POLLIN };
	int status;

	while (waitpid(program, &status, WNOHANG) != program) {
		if (microseconds_now() > end) {
			kill(program, SIGKILL);
			return 124;
		}
		if (poll(&event, 1, 20) == 1 && event.revents & POLLIN)
			attend(listener);
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

static void report(const char *path)
{
	FILE *out = fopen(path, "w");

	if (!out)
		give_up("%s: %s", path, strerror(errno));
	for (unsigned i = 0; i < CALLS; i++)
		if (calls[i].made)
			fprintf(out, "calls %s %d\n", calls[i].name,
				calls[i].made);
	fprintf(out, "faults %ld\n", injected);
	fclose(out);
}

int main(int argc, char **argv)
{
	int gate[2], status, i = 2;

	for (; i < argc && strcmp(argv[i], "--"); i++)
		add_fault(argv[i]);
	if (i + 1 >= argc || !getenv("GATED_PRELOAD"))
		give_up("faults REPORT FAULT... -- PROGRAM [ARG...]");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, gate))
		give_up("socketpair");
	start(argv + i + 1, gate[1]);
	close(gate[1]);
	status = serve(receive_listener(gate[0]));
	report(argv[1]);
	return status;
}
