/* SPDX-License-Identifier: MIT
 * Sockets this process did not make.
 *
 * Nobody tells which end of a connection they are, so it is guessed: a port
 * of the local range that talks to one outside of it was chosen by connect().
 */
#include "inherit.h"

#include <errno.h>
#include <string.h>

#include "care.h"
#include "govern.h"
#include "journal_write.h"
#include "kernel.h"
#include "options.h"
#include "self.h"

static enum direction guess(const struct endpoint *local,
			    const struct endpoint *peer)
{
	if (kernel_is_local_port(local->port) &&
	    !kernel_is_local_port(peer->port))
		return DIRECTION_CONNECT;
	return DIRECTION_ACCEPT;
}

static void care_for_connection(int fd, struct slot *slot,
				const struct endpoint *peer)
{
	const struct endpoint local = kernel_local(fd);
	const enum direction direction = guess(&local, peer);
	const struct rule *rule = govern_surely(direction, &local, peer);
	char done[EVENT_DETAIL_MAX + 1];
	struct text t = text_over(done, sizeof done);

	/* Another descriptor (inetd gives 0 and 1), or the process it is from,
	 * may have it still. */
	slot_mark(slot, SLOT_SHARED | (direction == DIRECTION_ACCEPT
					       ? SLOT_ACCEPTED
					       : SLOT_DIALLED));
	if (!rule)
		return;
	slot_set_rule(slot, self_rule_number(rule));
	options_apply(fd, rule, ON_ACCEPTED, &t);
	care_say_options(fd, slot, done);
	care_for(fd, slot, rule, &local, peer);
}

/* Listeners are met at their first accept(), others at connect(). */
static void inherit(int fd)
{
	struct endpoint peer;
	struct slot *slot;

	if (slot_known(fd) || !kernel_is_tcp(fd) || kernel_is_listening(fd))
		return;
	peer = kernel_peer(fd);
	slot = peer.known ? care_of(fd) : NULL;
	if (slot)
		care_for_connection(fd, slot, &peer);
}

/* A launcher hands low descriptors on. */
void inherit_at_start(void)
{
	uint64_t open;

	if (!self_has_rules())
		return;
	for (open = kernel_first_open(); open; open &= open - 1)
		inherit(__builtin_ctzll(open));
}

static void inherit_array(const unsigned char *data, size_t len)
{
	for (int fd; len >= sizeof fd; len -= sizeof fd, data += sizeof fd) {
		memcpy(&fd, data, sizeof fd);
		slot_forget(fd); /* its number may have been closed unseen */
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

void inherit_received(const struct msghdr *message)
{
	struct msghdr m = *message;
	const int before = errno;

	if (!self_has_rules())
		return;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = next(&m, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
		    c->cmsg_len >= CMSG_LEN(0))
			inherit_array(CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
	errno = before;
}
