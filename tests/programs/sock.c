/* SPDX-License-Identifier: MIT
 * A program that does with sockets what its arguments say, and says what
 * each call returned:
 *
 *   sock tcp4 bind 10.0.0.1:5000 listen 5 accept recv 64 send hello close
 *
 * Every socket made or accepted becomes the current one and takes the next
 * number; `use N` goes back to an earlier one. The verbs stand in the table
 * at the end.
 */
#include "probe.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "core/sockopt_table.h"

#define SOCKETS 4096
#define BUFFER 65536

static int sockets[SOCKETS];
static int count, current = -1;
static int epoll_fd = -1;
static char **verbs; /* those still to come */
static char buffer[BUFFER];

static int fd(void)
{
	return count ? sockets[current] : -1;
}

static struct outcome made(struct outcome o)
{
	if (o.result == -1)
		return o;
	if (count == SOCKETS)
		give_up("too many sockets");
	current = count++;
	sockets[current] = (int)o.result;
	return o;
}

/* ---- making them */

static void open_socket(const char *name, int family, int type)
{
	say(made(CALL(socket(family, type, 0))), "%s", name);
}

static void do_tcp4(char **arg)
{
	open_socket(arg[0], AF_INET, SOCK_STREAM);
}

static void do_tcp6(char **arg)
{
	open_socket(arg[0], AF_INET6, SOCK_STREAM);
}

static void do_udp4(char **arg)
{
	open_socket(arg[0], AF_INET, SOCK_DGRAM);
}

static void do_udp6(char **arg)
{
	open_socket(arg[0], AF_INET6, SOCK_DGRAM);
}

static void do_unix(char **arg)
{
	open_socket(arg[0], AF_UNIX, SOCK_STREAM);
}

static void two(int (*pair)(int[2]), const char *name)
{
	int ends[2];
	struct outcome o = CALL(pair(ends));

	say(o, "%s", name);
	if (o.result == 0) {
		made((struct outcome){ .result = ends[1] });
		made((struct outcome){ .result = ends[0] });
	}
}

static int unix_pair(int ends[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
}

static void do_pair(char **arg)
{
	two(unix_pair, arg[0]);
}

static void do_pipe(char **arg)
{
	two(pipe, arg[0]);
}

static void do_fd(char **arg)
{
	made((struct outcome){ .result = atoi(arg[1]) });
}

static void do_use(char **arg)
{
	current = atoi(arg[1]);
	if (current < 0 || current >= count)
		give_up("use %s: there are %d", arg[1], count);
}

static void do_dup(char **arg)
{
	say(made(CALL(dup(fd()))), "%s", arg[0]);
}

static void do_dup2(char **arg)
{
	say(CALL(dup2(fd(), atoi(arg[1]))), "%s %s", arg[0], arg[1]);
}

/* ---- addresses */

static void with_address(char **arg,
			 int (*call)(int, const struct sockaddr *, socklen_t))
{
	struct address a = address_of(arg[1]);
	void *placed = place(&a.at, a.len);

	say(CALL(call(fd(), placed, a.len)), "%s %s", arg[0], arg[1]);
}

/* libc declares them with unions gcc takes pointers for: name them plainly. */
static int plain_bind(int s, const struct sockaddr *a, socklen_t len)
{
	return bind(s, a, len);
}

static int plain_connect(int s, const struct sockaddr *a, socklen_t len)
{
	return connect(s, a, len);
}

static void do_bind(char **arg)
{
	with_address(arg, plain_bind);
}

static void do_connect(char **arg)
{
	with_address(arg, plain_connect);
}

/* Call ADDR with fresh sockets, closing each that is refused, N times or
 * until something else comes of it; that socket becomes the current one. */
static void do_hunt(char **arg)
{
	const struct address a = address_of(arg[1]);
	struct outcome o = { .result = -1, .error = ECONNREFUSED };
	int tries = 0, limit = atoi(arg[2]);

	for (; o.error == ECONNREFUSED && tries < limit; tries++) {
		const int s = socket(a.at.any.sa_family, SOCK_STREAM, 0);

		o = CALL(plain_connect(s, &a.at.any, a.len));
		if (o.error == ECONNREFUSED)
			close(s);
		else
			made((struct outcome){ .result = s });
	}
	say(o, "%s %s", arg[0], arg[1]);
}

static void do_getsockname(char **arg)
{
	struct address a = { .len = sizeof(a.at) };
	void *placed = place(&a.at, sizeof(a.at));
	struct outcome o = CALL(getsockname(fd(), placed, &a.len));

	fetch(&a.at, placed, sizeof(a.at));
	if (o.result == 0)
		say(o, "%s %s", arg[0], address_text(&a));
	else
		say(o, "%s", arg[0]);
}

/* Room for N bytes only: what is filled in, and what is said to be there. */
static void do_getsockname_into(char **arg)
{
	unsigned char room[256];
	socklen_t len = (socklen_t)atoi(arg[1]);
	struct outcome o;
	int filled = sizeof(room);

	memset(room, 0xA5, sizeof(room));
	o = CALL(getsockname(fd(), (struct sockaddr *)room, &len));
	while (filled && room[filled - 1] == 0xA5)
		filled--;
	say(o, "%s %s says %u filled %d", arg[0], arg[1], len, filled);
}

static void do_getpeername(char **arg)
{
	struct address a = { .len = sizeof(a.at) };
	struct outcome o = CALL(getpeername(fd(), &a.at.any, &a.len));

	if (o.result == 0)
		say(o, "%s %s", arg[0], address_text(&a));
	else
		say(o, "%s", arg[0]);
}

/* ---- serving */

static void do_listen(char **arg)
{
	say(CALL(listen(fd(), atoi(arg[1]))), "%s %s", arg[0], arg[1]);
}

static int last_listener = -1;

static int listener(void)
{
	int listens = 0;
	socklen_t len = sizeof(listens);

	getsockopt(fd(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &len);
	if (listens)
		last_listener = fd();
	return last_listener;
}

static void do_accept(char **arg)
{
	say(made(CALL(accept(listener(), NULL, NULL))), "%s", arg[0]);
}

static void do_accept4(char **arg)
{
	int from = listener();

	say(made(CALL(accept4(from, NULL, NULL, SOCK_NONBLOCK))), "%s",
	    arg[0]);
}

static void do_accept_from(char **arg)
{
	struct address a = { .len = sizeof(a.at) };
	int from = listener();
	struct outcome o = made(CALL(accept(from, &a.at.any, &a.len)));

	say(o, "%s %s", arg[0], address_text(&a));
}

/* ---- reading */

static void say_read(struct outcome o, char **arg, const char *placed)
{
	char text[41] = "";

	if (o.result > 0 && placement != WILD && placement != NIL)
		snprintf(text, sizeof(text), "%.*s", (int)o.result, placed);
	for (char *c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '.';
	if (*text)
		say(o, "%s %s \"%s\"", arg[0], arg[1], text);
	else
		say(o, "%s %s", arg[0], arg[1]);
}

static size_t length_of(const char *text)
{
	size_t length = strtoul(text, NULL, 10);

	if (length > BUFFER)
		give_up("%s: at most %d bytes", text, BUFFER);
	return length;
}

#define READER(name, call)                                                  \
	static void do_##name(char **arg)                                   \
	{                                                                   \
		size_t len = length_of(arg[1]);                             \
		char *to = place(buffer, len);                              \
                                                                            \
		say_read(CALL(call), arg, to);                              \
	}

READER(recv, recv(fd(), to, len, 0))
READER(peek, recv(fd(), to, len, MSG_PEEK))
READER(recv_dontwait, recv(fd(), to, len, MSG_DONTWAIT))
READER(recv_waitall, recv(fd(), to, len, MSG_WAITALL))
READER(recvfrom, recvfrom(fd(), to, len, 0, NULL, NULL))
READER(read, read(fd(), to, len))

static void do_readv(char **arg)
{
	size_t len = length_of(arg[1]);
	struct iovec parts[2] = {
		{ .iov_base = buffer, .iov_len = len / 2 },
		{ .iov_base = buffer + len / 2, .iov_len = len - len / 2 },
	};
	struct iovec *to = place(parts, sizeof(parts));

	say_read(CALL(readv(fd(), to, 2)), arg, buffer);
}

static void do_recvmsg(char **arg)
{
	struct iovec part = { .iov_base = buffer,
			      .iov_len = length_of(arg[1]) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	struct msghdr *to = place(&message, sizeof(message));

	say_read(CALL(recvmsg(fd(), to, 0)), arg, buffer);
}

static void do_recvmmsg(char **arg)
{
	struct iovec part = { .iov_base = buffer,
			      .iov_len = length_of(arg[1]) };
	struct mmsghdr message = { .msg_hdr = { .msg_iov = &part,
						.msg_iovlen = 1 } };
	struct mmsghdr *to = place(&message, sizeof(message));
	struct outcome o = CALL(recvmmsg(fd(), to, 1, 0, NULL));

	fetch(&message, to, sizeof(message));
	if (o.result == 1)
		say(o, "%s %s len %u", arg[0], arg[1], message.msg_len);
	else
		say(o, "%s %s", arg[0], arg[1]);
}

/* Read to the end, whatever it is. */
static void do_drain(char **arg)
{
	struct outcome o;
	long total = 0;

	do {
		o = CALL(recv(fd(), buffer, BUFFER, 0));
		total += o.result > 0 ? o.result : 0;
	} while (o.result > 0);
	say(o, "%s %ld bytes, then", arg[0], total);
}

/* ---- writing */

static void do_send(char **arg)
{
	size_t len = strlen(arg[1]);

	say(CALL(send(fd(), arg[1], len, 0)), "%s %s", arg[0], arg[1]);
}

static void do_write(char **arg)
{
	size_t len = strlen(arg[1]);

	say(CALL(write(fd(), arg[1], len)), "%s %s", arg[0], arg[1]);
}

/* Send N bytes, however many calls it takes; the last one is told. */
static void do_pour(char **arg)
{
	const long all = atol(arg[1]);
	long sent = 0;
	struct outcome o = { .result = 0, .error = ERRNO_BEFORE };

	memset(buffer, 'x', BUFFER);
	while (sent < all && o.result >= 0) {
		const long left = all - sent;
		size_t len = left < BUFFER ? (size_t)left : BUFFER;

		o = CALL(send(fd(), buffer, len, 0));
		sent += o.result > 0 ? o.result : 0;
	}
	say(o, "%s %ld bytes, then", arg[0], sent);
}

/* ---- options */

/* Younger than some headers. */
#ifndef IPV6_FREEBIND
#define IPV6_FREEBIND 78
#endif

enum form { AS_INT, AS_LINGER, AS_TIMEVAL, AS_TEXT };

static const struct option {
	const char *name;
	int level, number;
	enum form form;
} options[] = {
	{ "SO_ERROR", SOL_SOCKET, SO_ERROR, AS_INT },
#define X(id, section, field, kind, min, max, if_unset, words, help, level,  \
	  option, form, unit, reach)                                         \
	{ #option, level, option, form },
	FOR_EACH_SOCKOPT(X)
#undef X
};

static const struct option *option_named(const char *name)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (!strcmp(options[i].name, name))
			return &options[i];
	give_up("no such option here: %s", name);
}

/* An int, a struct linger (seconds, on), a timeval (ms), or the text. */
static socklen_t option_value(const struct option *o, const char *text,
			      int64_t out[2])
{
	const long value = atol(text);
	struct linger linger = { .l_onoff = 1, .l_linger = (int)value };
	struct timeval time = { .tv_sec = value / 1000,
				.tv_usec = value % 1000 * 1000 };
	int number = (int)value;

	if (o->form == AS_LINGER)
		return memcpy(out, &linger, sizeof(linger)), sizeof(linger);
	if (o->form == AS_TIMEVAL)
		return memcpy(out, &time, sizeof(time)), sizeof(time);
	if (o->form == AS_TEXT) {
		snprintf((char *)out, 2 * sizeof(*out), "%s", text);
		return (socklen_t)strlen(text);
	}
	return memcpy(out, &number, sizeof(number)), sizeof(number);
}

static void do_set(char **arg)
{
	const struct option *o = option_named(arg[1]);
	int64_t value[2] = { 0, 0 };
	socklen_t len = option_value(o, arg[2], value);
	void *placed = place(value, len);

	say(CALL(setsockopt(fd(), o->level, o->number, placed, len)),
	    "set %s %s", arg[1], arg[2]);
}

/* The same, but with a length of LEN bytes. */
static void do_set_len(char **arg)
{
	const struct option *o = option_named(arg[1]);
	int64_t value[2] = { 0, 0 };
	void *placed;

	option_value(o, arg[2], value);
	placed = place(value, sizeof(value));
	say(CALL(setsockopt(fd(), o->level, o->number, placed,
			    (socklen_t)atol(arg[3]))),
	    "set-len %s %s %s", arg[1], arg[2], arg[3]);
}

/* What getsockopt() gave, as text. */
static const char *option_text(const struct option *o, const int64_t got[2])
{
	static char text[40];
	const struct linger *linger = (const void *)got;
	const struct timeval *time = (const void *)got;
	const int *number = (const void *)got;

	if (o->number == SO_ERROR && o->level == SOL_SOCKET && *number)
		return strerrorname_np(*number);
	if (o->form == AS_TEXT)
		snprintf(text, sizeof(text), "%.16s", (const char *)got);
	else if (o->form == AS_LINGER && !linger->l_onoff)
		return "off";
	else if (o->form == AS_TIMEVAL)
		snprintf(text, sizeof(text), "%lldms",
			 time->tv_sec * 1000LL + time->tv_usec / 1000);
	else
		snprintf(text, sizeof(text), "%d",
			 o->form == AS_LINGER ? linger->l_linger : *number);
	return text;
}

static void do_get(char **arg)
{
	const struct option *o = option_named(arg[1]);
	int64_t value[2] = { 0, 0 };
	socklen_t len = o->form == AS_INT ? sizeof(int) : sizeof(value);
	struct outcome got =
		CALL(getsockopt(fd(), o->level, o->number, value, &len));

	say(got, "get %s %s", arg[1], option_text(o, value));
}

static void do_state(char **arg)
{
	static const char *const names[] = {
		"?",	      "ESTABLISHED", "SYN_SENT",   "SYN_RECV",
		"FIN_WAIT1",  "FIN_WAIT2",   "TIME_WAIT",  "CLOSE",
		"CLOSE_WAIT", "LAST_ACK",    "LISTEN",	   "CLOSING",
	};
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);
	struct outcome o =
		CALL(getsockopt(fd(), IPPROTO_TCP, TCP_INFO, &info, &len));

	say(o, "%s %s", arg[0], names[info.tcpi_state % 12]);
}

static void set_nonblock(const char *name, int on)
{
	say(CALL(fcntl(fd(), F_SETFL, on ? O_NONBLOCK : 0)), "%s", name);
}

static void do_nonblock(char **arg)
{
	set_nonblock(arg[0], 1);
}

static void do_block(char **arg)
{
	set_nonblock(arg[0], 0);
}

/* ---- waiting */

static const char *event_names(int events)
{
	static char text[64];

	snprintf(text, sizeof(text), "%s%s%s%s%s",
		 events & POLLIN ? "IN," : "", events & POLLOUT ? "OUT," : "",
		 events & POLLERR ? "ERR," : "", events & POLLHUP ? "HUP," : "",
		 events & POLLRDHUP ? "RDHUP," : "");
	if (*text)
		text[strlen(text) - 1] = '\0';
	return *text ? text : "nothing";
}

static void do_poll(char **arg)
{
	struct pollfd p = { .fd = fd(), .events = POLLIN | POLLRDHUP };
	struct outcome o = CALL(poll(&p, 1, atoi(arg[1])));

	say(o, "%s %s", arg[0], event_names(p.revents));
}

static void do_poll_out(char **arg)
{
	struct pollfd p = { .fd = fd(), .events = POLLOUT };
	struct outcome o = CALL(poll(&p, 1, atoi(arg[1])));

	say(o, "%s %s", arg[0], event_names(p.revents));
}

static void do_select(char **arg)
{
	int wait_ms = atoi(arg[1]);
	struct timeval wait = { .tv_sec = wait_ms / 1000,
				.tv_usec = wait_ms % 1000 * 1000 };
	fd_set readable;
	struct outcome o;

	FD_ZERO(&readable);
	FD_SET(fd(), &readable);
	o = CALL(select(fd() + 1, &readable, NULL, NULL, &wait));
	say(o, "%s", arg[0]);
}

static void do_epoll_add(char **arg)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLRDHUP };

	if (epoll_fd < 0)
		epoll_fd = epoll_create1(0);
	say(CALL(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd(), &e)), "%s", arg[0]);
}

static void do_epoll_wait(char **arg)
{
	struct epoll_event e = { 0 };
	struct outcome o = CALL(epoll_wait(epoll_fd, &e, 1, atoi(arg[1])));

	say(o, "%s %s", arg[0], event_names((int)e.events));
}

/* Wait until the test has made this file. */
static void do_await(char **arg)
{
	for (int tries = 0; access(arg[1], F_OK); tries++) {
		if (tries == 10000 * patience())
			give_up("%s never came", arg[1]);
		usleep(10000);
	}
}

static void do_touch(char **arg)
{
	int made_file = open(arg[1], O_CREAT | O_WRONLY | O_CLOEXEC, 0644);

	if (made_file < 0)
		give_up("touch %s: %s", arg[1], strerror(errno));
	close(made_file);
}

static void do_sleep(char **arg)
{
	usleep((useconds_t)atoi(arg[1]) * 1000);
}

/* Microseconds on a clock all programs share. */
static void do_stamp(char **arg)
{
	printf("%s %lld\n", arg[0], (long long)microseconds_now());
	fflush(stdout);
}

static void do_stay(char **arg)
{
	(void)arg;
	for (;;)
		pause();
}

/* ---- ending */

static void do_close(char **arg)
{
	say(CALL(close(fd())), "%s", arg[0]);
}

static void do_close_range(char **arg)
{
	unsigned from = (unsigned)atoi(arg[1]), to = (unsigned)atoi(arg[2]);

	say(CALL(close_range(from, to, 0)), "%s %u %u", arg[0], from, to);
}

static void do_closefrom(char **arg)
{
	closefrom(atoi(arg[1]));
}

static void do_fclose(char **arg)
{
	FILE *stream = fdopen(fd(), "r+");

	if (!stream)
		give_up("fdopen: %s", strerror(errno));
	say(CALL(fclose(stream)), "%s", arg[0]);
}

static void do_shutdown(char **arg)
{
	int how = !strcmp(arg[1], "rd") ? SHUT_RD :
		  !strcmp(arg[1], "wr") ? SHUT_WR :
					  SHUT_RDWR;

	say(CALL(shutdown(fd(), how)), "%s %s", arg[0], arg[1]);
}

/* ---- the process */

/* The child goes on; the parent waits and says how it ended. */
static void do_fork(char **arg)
{
	int status;
	pid_t child = fork();

	if (!child)
		return;
	waitpid(child, &status, 0);
	printf("%s: the child ended with %s %d\n", arg[0],
	       WIFSIGNALED(status) ? "signal" : "status",
	       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	exit(0);
}

/* Its fork is made inside libc, unseen. */
static void do_daemon(char **arg)
{
	say(CALL(daemon(1, 1)), "%s", arg[0]);
}

/* The child ends after the verbs up to `end`; the parent goes on at once. */
static void do_child(char **arg)
{
	(void)arg;
	if (!fork())
		return;
	while (*verbs && strcmp(*verbs, "end"))
		verbs++;
	if (*verbs)
		verbs++;
}

static void do_end(char **arg)
{
	(void)arg;
	exit(0);
}

static void do_setuid(char **arg)
{
	say(CALL(setuid((uid_t)atoi(arg[1]))), "%s %s", arg[0], arg[1]);
}

static void on_sigpipe(int signal)
{
	static const char text[] = "SIGPIPE\n";

	(void)signal;
	(void)!write(1, text, sizeof(text) - 1);
}

static void do_sigpipe(char **arg)
{
	(void)arg;
	signal(SIGPIPE, on_sigpipe);
}

/* ---- how calls are made and told */

static void do_timed(char **arg)
{
	(void)arg;
	say_times = 1;
}

static void do_place(char **arg)
{
	placement = !strcmp(arg[1], "edge") ? AT_EDGE :
		    !strcmp(arg[1], "wild") ? WILD :
		    !strcmp(arg[1], "nil")  ? NIL :
					      PLAIN;
}

static void run_one(void);

static void do_repeat(char **arg)
{
	char **again = verbs;
	int times = atoi(arg[1]);

	collapsing = 1;
	for (int i = 0; i < times; i++) {
		verbs = again;
		run_one();
	}
	collapsing = 0;
	say_flush();
}

static const struct verb {
	const char *name;
	int arguments;
	void (*run)(char **arg);
} table[] = {
	{ "tcp4", 0, do_tcp4 },
	{ "tcp6", 0, do_tcp6 },
	{ "udp4", 0, do_udp4 },
	{ "udp6", 0, do_udp6 },
	{ "unix", 0, do_unix },
	{ "pair", 0, do_pair }, /* of unix sockets */
	{ "pipe", 0, do_pipe },
	{ "fd", 1, do_fd }, /* one that is open already */
	{ "use", 1, do_use },
	{ "dup", 0, do_dup },
	{ "dup2", 1, do_dup2 },
	{ "bind", 1, do_bind },
	{ "connect", 1, do_connect },
	{ "hunt", 2, do_hunt },
	{ "getsockname", 0, do_getsockname },
	{ "getsockname-into", 1, do_getsockname_into },
	{ "getpeername", 0, do_getpeername },
	{ "listen", 1, do_listen },
	{ "accept", 0, do_accept },
	{ "accept4", 0, do_accept4 }, /* non-blocking */
	{ "accept-from", 0, do_accept_from },
	{ "recv", 1, do_recv },
	{ "peek", 1, do_peek },
	{ "recv-dontwait", 1, do_recv_dontwait },
	{ "recv-waitall", 1, do_recv_waitall },
	{ "recvfrom", 1, do_recvfrom },
	{ "recvmsg", 1, do_recvmsg },
	{ "recvmmsg", 1, do_recvmmsg },
	{ "read", 1, do_read },
	{ "readv", 1, do_readv },
	{ "drain", 0, do_drain },
	{ "send", 1, do_send },
	{ "write", 1, do_write },
	{ "pour", 1, do_pour },
	{ "set", 2, do_set },
	{ "set-len", 3, do_set_len }, /* with a length of one's own */
	{ "get", 1, do_get },
	{ "state", 0, do_state },
	{ "nonblock", 0, do_nonblock },
	{ "block", 0, do_block },
	{ "poll", 1, do_poll },
	{ "poll-out", 1, do_poll_out },
	{ "select", 1, do_select },
	{ "epoll-add", 0, do_epoll_add },
	{ "epoll-wait", 1, do_epoll_wait },
	{ "await", 1, do_await },
	{ "touch", 1, do_touch },
	{ "sleep", 1, do_sleep },
	{ "stamp", 0, do_stamp },
	{ "stay", 0, do_stay },
	{ "close", 0, do_close },
	{ "fclose", 0, do_fclose },
	{ "close-range", 2, do_close_range }, /* of descriptors */
	{ "closefrom", 1, do_closefrom },
	{ "shutdown", 1, do_shutdown },
	{ "fork", 0, do_fork },
	{ "daemon", 0, do_daemon },
	{ "child", 0, do_child },
	{ "end", 0, do_end },
	{ "setuid", 1, do_setuid },
	{ "sigpipe", 0, do_sigpipe },
	{ "timed", 0, do_timed },
	{ "place", 1, do_place }, /* plain, edge, wild, nil */
	{ "repeat", 1, do_repeat }, /* the next verb, N times */
};

static const struct verb *verb_named(const char *name)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (!strcmp(table[i].name, name))
			return &table[i];
	give_up("no such verb: %s", name);
}

static void run_one(void)
{
	char **arg = verbs;
	const struct verb *verb = verb_named(arg[0]);

	for (int i = 1; i <= verb->arguments; i++)
		if (!arg[i])
			give_up("%s: an argument is missing", arg[0]);
	verbs += verb->arguments + 1;
	verb->run(arg);
}

int main(int argc, char **argv)
{
	(void)argc;
	verbs = argv + 1;
	while (*verbs)
		run_one();
	return 0;
}
