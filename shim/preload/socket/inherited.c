/* SPDX-License-Identifier: MIT
 * Sockets this process did not make.
 *
 * The kernel does not say which end of a connection they are, so it is guessed:
 * a port of the local range that talks to one outside of it was chosen by
 * connect().
 */
#include "socket/inherited.h"

#include <errno.h>
#include <string.h>

#include "socket/track.h"
#include "state/match.h"
#include "state/journal_write.h"
#include "sys/kernel.h"
#include "mend/set_sockopts.h"
#include "state/context.h"

static enum direction guess(const struct endpoint *local,
			    const struct endpoint *peer)
{
	if (kernel_is_local_port(local->port) &&
	    !kernel_is_local_port(peer->port))
		return DIRECTION_CONNECT;
	return DIRECTION_ACCEPT;
}

static void track_connection(int fd, struct fd_entry *slot,
			     const struct endpoint *peer)
{
	const struct endpoint local = kernel_local(fd);
	const enum direction direction = guess(&local, peer);
	const struct rule *rule = match_certain(direction, &local, peer);
	char done[EVENT_DETAIL_MAX + 1];
	struct strbuf t = strbuf_over(done, sizeof done);

	/* Another descriptor (inetd gives 0 and 1), or the process it is from,
	 * may have it still. */
	fd_set_flags(slot, ENTRY_SHARED | (direction == DIRECTION_ACCEPT
						   ? ENTRY_ACCEPTED
						   : ENTRY_CONNECTED));
	if (!rule)
		return;
	fd_set_rule(slot, context_rule_number(rule));
	sockopts_apply(fd, rule, ON_ACCEPTED, &t);
	track_record_options(fd, slot, done);
	track_start(fd, slot, rule, &local, peer);
}

/* Listeners are met at their first accept(), others at connect(). */
static void inherit(int fd)
{
	struct endpoint peer;
	struct fd_entry *slot;

	if (fd_lookup(fd) || !kernel_is_tcp(fd) || kernel_is_listening(fd))
		return;
	peer = kernel_peer(fd);
	slot = peer.known ? track_get(fd) : NULL;
	if (slot)
		track_connection(fd, slot, &peer);
}

/* A launcher hands low descriptors on. */
void inherited_at_start(void)
{
	uint64_t open;

	if (!context_has_rules())
		return;
	for (open = kernel_first_open(); open; open &= open - 1)
		inherit(__builtin_ctzll(open));
}

static void inherit_array(const unsigned char *data, size_t len)
{
	for (int fd; len >= sizeof fd; len -= sizeof fd, data += sizeof fd) {
		memcpy(&fd, data, sizeof fd);
		fd_untrack(fd); /* its number may have been closed unseen */
		inherit(fd);
	}
}

/* CMSG_NXTHDR without the function behind it, which musl does not have. */
static struct cmsghdr *next(const struct msghdr *m, struct cmsghdr *c)
{
	char *end = (char *)m->msg_control + m->msg_controllen;
	char *at = (char *)c;
	const size_t left = (size_t)(end - at);

	if (c->cmsg_len < sizeof *c || c->cmsg_len > left ||
	    CMSG_ALIGN(c->cmsg_len) > left - sizeof *c)
		return NULL;
	return (void *)(at + CMSG_ALIGN(c->cmsg_len));
}

void inherited_received(const struct msghdr *message)
{
	struct msghdr m = *message;
	const int before = errno;

	if (!context_has_rules())
		return;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = next(&m, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
		    c->cmsg_len >= CMSG_LEN(0))
			inherit_array(CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
	errno = before;
}
