/* SPDX-License-Identifier: MIT
 * Goes to another network namespace by a child, which need not come back.
 *
 * What is opened there belongs to that namespace for good: a netlink socket
 * asks its kernel tables, a file below /proc/sys/net or /proc/net shows its
 * values. So only a descriptor has to travel.
 */
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_namespace(pid_t pid, const char *kind)
{
	char path[64];

	if (!pid)
		pid = getpid();
	snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)pid, kind);
	return open(path, O_RDONLY | O_CLOEXEC);
}

uint64_t netns_of(pid_t pid)
{
	const int fd = open_namespace(pid, "net");
	struct stat st = {0};

	if (fd < 0)
		return 0;
	if (fstat(fd, &st))
		st.st_ino = 0;
	close(fd);
	return st.st_ino;
}

/* Room for one descriptor, beside the one byte it must travel with. */
struct parcel {
	int answer; /* 0 or -errno */
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
	struct iovec piece;
	struct msghdr message;
};

static void prepare(struct parcel *p)
{
	memset(p, 0, sizeof *p);
	p->piece.iov_base = &p->answer;
	p->piece.iov_len = sizeof p->answer;
	p->message.msg_iov = &p->piece;
	p->message.msg_iovlen = 1;
	p->message.msg_control = p->control;
	p->message.msg_controllen = sizeof p->control;
}

static void send_descriptor(int to, int fd)
{
	struct parcel p;
	struct cmsghdr *c;

	prepare(&p);
	c = CMSG_FIRSTHDR(&p.message);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof fd);
	memcpy(CMSG_DATA(c), &fd, sizeof fd);
	if (fd < 0) {
		p.answer = fd;
		p.message.msg_controllen = 0;
	}
	sendmsg(to, &p.message, MSG_NOSIGNAL);
}

static int receive_descriptor(int from)
{
	struct parcel p;
	const struct cmsghdr *c;
	ssize_t got;
	int fd = -EIO;

	prepare(&p);
	do
		got = recvmsg(from, &p.message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	c = CMSG_FIRSTHDR(&p.message);
	if (got == sizeof p.answer && p.answer)
		return p.answer;
	if (got == sizeof p.answer && c && c->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(c), sizeof fd);
	return fd;
}

/* Root needs no more than the first. Who made the namespace inside a user
 * namespace of his own has to enter that one first. */
static int enter(int net, int user)
{
	if (!setns(net, CLONE_NEWNET))
		return 0;
	if (user < 0 || setns(user, CLONE_NEWUSER) || setns(net, CLONE_NEWNET))
		return -EPERM;
	return 0;
}

struct errand {
	int net, user;
	int (*how)(const char *arg);
	const char *arg;
};

static void run_errand(const struct errand *e, int answer_to)
{
	int result = enter(e->net, e->user);

	if (!result) {
		result = e->how(e->arg);
		result = result < 0 ? -errno : result;
	}
	send_descriptor(answer_to, result);
	_exit(0);
}

static int send_child(const struct errand *e)
{
	int pair[2], result;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	child = fork();
	if (!child)
		run_errand(e, pair[1]);
	close(pair[1]);
	result = child < 0 ? -EAGAIN : receive_descriptor(pair[0]);
	close(pair[0]);
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	return result;
}

int netns_open(pid_t pid, int (*how)(const char *arg), const char *arg)
{
	struct errand e = {.how = how, .arg = arg};
	const uint64_t there = netns_of(pid);
	int result;

	if (!there)
		return -errno;
	if (there == netns_of(0)) {
		result = how(arg);
		return result < 0 ? -errno : result;
	}
	e.net = open_namespace(pid, "net");
	if (e.net < 0)
		return -errno;
	e.user = open_namespace(pid, "user");
	result = send_child(&e);
	close(e.net);
	if (e.user >= 0)
		close(e.user);
	return result;
}

static int open_plainly(const char *path)
{
	return open(path, O_RDONLY | O_CLOEXEC);
}

int netns_open_file(pid_t pid, const char *path)
{
	return netns_open(pid, open_plainly, path);
}

long netns_read_file(pid_t pid, const char *path, char *out, size_t room)
{
	const int fd = netns_open_file(pid, path);
	size_t len = 0;
	ssize_t got = 1;

	if (fd < 0)
		return fd;
	while (got > 0 && len < room - 1) {
		got = read(fd, out + len, room - 1 - len);
		len += got > 0 ? (size_t)got : 0;
	}
	out[len] = 0;
	close(fd);
	return got < 0 ? -EIO : (long)len;
}
