/* SPDX-License-Identifier: MIT
 * Datagrams to a local socket.
 */
#include "unix_dgram.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static bool open_it(struct datagram *to)
{
	const size_t len = strlen(to->path);
	struct sockaddr_un name = {.sun_family = AF_UNIX};

	if (len >= sizeof name.sun_path) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(name.sun_path, to->path, len);
	if (*to->path == '@')
		name.sun_path[0] = 0;
	to->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return to->fd >= 0 &&
	       !connect(to->fd, (const struct sockaddr *)&name,
			(socklen_t)(offsetof(struct sockaddr_un, sun_path) +
				    len));
}

static bool send_it(struct datagram *to, const void *bytes, size_t len)
{
	if (to->fd < 0 && !open_it(to))
		return false;
	return send(to->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

static void forget(struct datagram *to)
{
	if (to->fd >= 0)
		close(to->fd);
	to->fd = -1;
}

/* A receiver that was restarted is another one: the old connection is
 * refused, and a new one is good at once. */
const char *datagram_send(struct datagram *to, const void *bytes, size_t len)
{
	int error;

	if (send_it(to, bytes, len))
		return NULL;
	if (errno == ECONNREFUSED || errno == ENOTCONN) {
		forget(to);
		if (send_it(to, bytes, len))
			return NULL;
	}
	error = errno;
	forget(to);
	return strerror(error);
}
