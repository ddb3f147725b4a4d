/* SPDX-License-Identifier: MIT
 * Ends one connection: through its process (pidfd_getfd(2)) or in the kernel.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "end.h"
#include "pidfd_socket.h"
#include "socket_destroy.h"
#include "core/strbuf.h"

static const char ended_meanwhile[] = "it ended in the meantime";

/* The address it has now; a socket can be connected again. */
static bool is_still(int fd, int (*ask)(int, struct sockaddr *, socklen_t *),
		     const struct endpoint *was)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof address;
	struct endpoint now;

	if (ask(fd, (struct sockaddr *)&address, &len))
		return false;
	now = endpoint_of(&address, len);
	return now.port == was->port &&
	       !memcmp(now.addr, was->addr, sizeof now.addr);
}

static int reset(int fd)
{
	const struct sockaddr unspecified = {.sa_family = AF_UNSPEC};

	return connect(fd, &unspecified, sizeof unspecified) ? errno : 0;
}

/* Nothing else than the end of file: what the program still writes is sent,
 * and its close() is an orderly one. */
static bool end_with(int fd, const struct tcp_socket *s, enum end_how how,
		     const char **text)
{
	int error;

	if (how == END_EOF &&
	    (s->state == STATE_CLOSE_WAIT || s->receiving_shut)) {
		*text = "not ended: its program has the end of file already "
			"and does not close it; --how reset ends it";
		return false;
	}
	if (how == END_EOF && s->state != STATE_SYN_SENT) {
		error = shutdown(fd, SHUT_RD) ? errno : 0;
		*text = "shutdown(SHUT_RD): the program reads end of file";
	} else {
		error = reset(fd);
		*text = s->state == STATE_SYN_SENT ? "connect() was aborted"
						   : "reset";
	}
	if (error == ENOTCONN)
		*text = ended_meanwhile;
	else if (error)
		*text = strerror(error);
	return !error || error == ENOTCONN;
}

static bool end_through_process(const struct end_match *m, enum end_how how,
				const char **text)
{
	const int pidfd = pidfd_of(m->process->pid);
	int fd = pidfd < 0 ? -errno : grip(pidfd, m->fd, m->socket);
	bool ended = true;

	if (pidfd >= 0)
		close(pidfd);
	*text = ended_meanwhile;
	if (fd == -ESTALE || fd == -ESRCH)
		return true;
	if (fd < 0) {
		*text = grip_fault(-fd);
		return false;
	}
	if (is_still(fd, getsockname, &m->socket->local) &&
	    (m->socket->state == STATE_SYN_SENT ||
	     is_still(fd, getpeername, &m->socket->peer)))
		ended = end_with(fd, m->socket, how, text);
	close(fd);
	return ended;
}

static const char *destroy_fault(const struct end_match *m, int error)
{
	switch (error) {
	case EPERM:
	case EACCES:
		if (m->process)
			return "not ended: SOCK_DESTROY needs root "
			       "(CAP_NET_ADMIN); --how reset goes through its "
			       "process instead";
		return "not ended: SOCK_DESTROY needs root (CAP_NET_ADMIN)";
	case EOPNOTSUPP:
		if (m->process)
			return "not ended: this kernel has no SOCK_DESTROY "
			       "(CONFIG_INET_DIAG_DESTROY); --how reset goes "
			       "through its process instead";
		return "not ended: this kernel has no SOCK_DESTROY "
		       "(CONFIG_INET_DIAG_DESTROY); TIME_WAIT ends after 60s, "
		       "and SO_REUSEADDR lets a listener bind its port before";
	default:
		return strerror(error);
	}
}

static bool destroy(const struct end_match *m, const char **text)
{
	const int error = socket_destroy(m->near, m->socket);

	*text = "destroyed";
	if (error == ENOENT || error == ESRCH)
		*text = ended_meanwhile;
	else if (error)
		*text = destroy_fault(m, error);
	return !error || error == ENOENT || error == ESRCH;
}

bool end_do(const struct end_match *m, enum end_how how, const char **text)
{
	if (how == END_DESTROY)
		return destroy(m, text);
	return end_through_process(m, how, text);
}

void end_print(const struct end_match *m)
{
	char line[256];
	struct strbuf t = strbuf_over(line, sizeof line);

	strbuf_add_endpoint(&t, &m->socket->local);
	strbuf_add_char(&t, ' ');
	strbuf_add_endpoint(&t, &m->socket->peer);
	if (m->process)
		printf("%d:%d %s %s %s", m->process->pid, m->fd,
		       m->process->name, line, state_word(m->socket->state));
	else
		printf("- - %s %s", line, state_word(m->socket->state));
}
