/* SPDX-License-Identifier: MIT
 * Ports in TIME_WAIT, counted for each address and port they called: a client
 * has only the ports of ip_local_port_range for each.
 */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>

#include "core/strbuf.h"

static int by_peer(const void *a, const void *b)
{
	const struct endpoint *x = a, *y = b;
	const int order = memcmp(x->addr, y->addr, sizeof x->addr);

	return order ? order : (int)x->port - (int)y->port;
}

static enum severity judge(unsigned count, unsigned ports)
{
	if (count > ports / 2)
		return SEVERITY_WARNING;
	return count > ports / 10 ? SEVERITY_NOTE : SEVERITY_WELL;
}

static const char *called(struct pool *pool, const struct endpoint *peer)
{
	char room[64];
	struct strbuf text = strbuf_over(room, sizeof room);

	if (!peer->known)
		return "any one server";
	strbuf_add_endpoint(&text, peer);
	return pool_copy(pool, room, strlen(room));
}

static void report(struct target *patient, const struct endpoint *peer,
		   unsigned count, unsigned ports)
{
	struct pool *pool = &patient->findings.pool;
	const struct finding finding = {
		.severity = judge(count, ports),
		.story = STORY_PORTS,
		.subject = pool_print(pool, "ports in TIME_WAIT to %s",
				      called(pool, peer)),
		.value = pool_print(pool, "%u of %u", count, ports),
		.meaning = "each call to one address and port uses up a port "
			   "for a minute; when none is left, connect() fails "
			   "with EADDRNOTAVAIL",
		.sysctl = doctor_sysctl(patient, "net.ipv4.tcp_tw_reuse", "1"),
	};

	findings_add(&patient->findings, &finding);
}

/* Calls from this host end here in a port of the range; a server's clients
 * do not. */
static unsigned gather(const struct tcp_sockets *sockets,
		       const struct port_range *range, struct endpoint *peers)
{
	unsigned count = 0;

	for (unsigned i = 0; i < sockets->count; i++) {
		const struct tcp_socket *s = &sockets->of[i];

		if (s->state == STATE_TIME_WAIT &&
		    port_range_has(range, s->local.port))
			peers[count++] = s->peer;
	}
	return count;
}

/* Equal ones stand together: where the most do, and how many. */
static unsigned most_called(const struct endpoint *peers, unsigned count,
			    struct endpoint *peer)
{
	unsigned most = 0, run = 0;

	for (unsigned i = 0; i < count; i++) {
		run = i && !by_peer(&peers[i - 1], &peers[i]) ? run + 1 : 1;
		if (run <= most)
			continue;
		most = run;
		*peer = peers[i];
	}
	return most;
}

void doctor_destinations(struct target *patient)
{
	const struct port_range range = doctor_port_range(patient);
	struct endpoint *peers =
		pool_take(&patient->findings.pool,
			  (patient->sockets.count + 1) * sizeof *peers);
	const unsigned count = gather(&patient->sockets, &range, peers);
	struct endpoint peer = {.known = false};
	unsigned most;

	qsort(peers, count, sizeof *peers, by_peer);
	most = most_called(peers, count, &peer);
	if (range.last >= range.first)
		report(patient, &peer, most, range.last - range.first + 1);
}
