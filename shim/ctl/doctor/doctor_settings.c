/* SPDX-License-Identifier: MIT
 * Every kernel setting that matters to the stories: the master copy of what
 * is well, what it does, and what to set instead.
 */
#include "doctor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ANY INT64_MIN, INT64_MAX

struct setting_row {
	enum story story;
	const char *path; /* below /proc/sys */
	int64_t well_from, well_to; /* what is well */
	int64_t note_from, note_to; /* beyond well, but no warning */
	const char *advised; /* the value to set; "" none */
	enum symptom symptom; /* its rule helps one program; SYMPTOMS: none */
	const char *meaning;
	/* What is judged, where that is not the first number. */
	int64_t (*measure)(struct target *patient, const char *value);
};

/* The span of the range, less what is reserved in it being of no account. */
static int64_t span(struct target *patient, const char *value)
{
	int64_t port[2] = {0, -1};

	(void)patient;
	numbers_of(value, port, 2);
	return port[1] - port[0] + 1;
}

static int64_t per_cent(int64_t part, int64_t whole)
{
	if (whole <= 0)
		return 0;
	return part > INT64_MAX / 100 ? 100 : part * 100 / whole;
}

/* Files open now, against all there may be. */
static int64_t files_used(struct target *patient, const char *value)
{
	int64_t now[1] = {0}, most[1] = {0};
	const char *text = doctor_read(patient, "/proc/sys/fs/file-nr");

	numbers_of(text ? text : "", now, 1);
	numbers_of(value, most, 1);
	return per_cent(now[0], most[0]);
}

/* The number behind `key` in the line "TCP:" of /proc/net/sockstat. */
static int64_t sockstat(struct target *patient, const char *key)
{
	const char *text = doctor_read(patient, "/proc/net/sockstat");
	int64_t number[1] = {0};

	text = text ? strstr(text, "TCP:") : NULL;
	text = text ? strstr(text, key) : NULL;
	if (text)
		numbers_of(text + strlen(key), number, 1);
	return number[0];
}

/* Pages of all TCP sockets, against the middle number: pressure. */
static int64_t memory_used(struct target *patient, const char *value)
{
	int64_t pages[3] = {0};

	numbers_of(value, pages, 3);
	return per_cent(sockstat(patient, " mem "), pages[1]);
}

static int64_t conntrack_used(struct target *patient, const char *value)
{
	const char *text = doctor_read(
		patient, "/proc/sys/net/netfilter/nf_conntrack_count");
	int64_t now[1] = {0}, most[1] = {0};

	numbers_of(text ? text : "", now, 1);
	numbers_of(value, most, 1);
	return per_cent(now[0], most[0]);
}

/* clang-format off */
static const struct setting_row rows[] = {
	{STORY_DEAD_PEER, "net/ipv4/tcp_keepalive_time", 1, 600, 1, 7200, "300",
	 SYMPTOM_SILENT,
	 "the seconds of silence before the first probe, and only for programs "
	 "that ask for keepalive: until then a peer that lost its power, or a "
	 "flow that a NAT forgot, looks alive", NULL},
	{STORY_DEAD_PEER, "net/ipv4/tcp_keepalive_intvl", 1, 75, 1, 300, "30",
	 SYMPTOM_SILENT,
	 "the seconds between probes: times their number, it is how long a "
	 "dead peer is held after the first one", NULL},
	{STORY_DEAD_PEER, "net/ipv4/tcp_keepalive_probes", 2, 9, 1, 20, "6",
	 SYMPTOM_SILENT,
	 "probes that go unanswered before the peer is taken for dead; with "
	 "few of them a short outage is enough", NULL},
	{STORY_DEAD_PEER, "net/ipv4/tcp_challenge_ack_limit", 100, INT64_MAX,
	 1, INT64_MAX, "1000",
	 SYMPTOM_STUCK,
	 "challenge ACKs a second: such an answer is what lets a peer that was "
	 "power-cycled, and calls again from its old port, clear its old "
	 "connection away", NULL},
	{STORY_LEAK, "net/ipv4/tcp_fin_timeout", 5, 60, 1, 300, "60",
	 SYMPTOM_LEAK,
	 "the seconds a client's kernel remembers a connection it closed and "
	 "the server did not (FIN_WAIT2); then the client may use its port "
	 "again, and meets the old connection at the server", NULL},
	{STORY_PORTS, "net/ipv4/tcp_tw_reuse", 1, 2, 0, 2, "1",
	 SYMPTOM_FIXED_PORT,
	 "may a client call from a port in TIME_WAIT: 0 no, 1 yes, 2 on "
	 "loopback alone. A program that binds a fixed port is not helped by "
	 "it",
	 NULL},
	{STORY_PORTS, "net/ipv4/tcp_max_tw_buckets", 4096, INT64_MAX,
	 1024, INT64_MAX, "65536", SYMPTOMS,
	 "connections there may be in TIME_WAIT; beyond that they are "
	 "forgotten at once, and what still comes in for them meets the next "
	 "connection",
	 NULL},
	{STORY_PORTS, "net/ipv4/tcp_rfc1337", 0, 0, 0, 1, "0",
	 SYMPTOM_FIXED_PORT,
	 "1: a reset does not end TIME_WAIT early, so a client with a fixed "
	 "port always waits the whole minute", NULL},
	{STORY_PORTS, "net/ipv4/tcp_timestamps", 1, 2, 0, 2, "1",
	 SYMPTOM_FIXED_PORT,
	 "0: the two ends cannot tell old segments from new ones, and no port "
	 "in TIME_WAIT can be used again", NULL},
	{STORY_STUCK_WRITER, "net/ipv4/tcp_retries1", 2, 8, 1, 15, "3", SYMPTOMS,
	 "resends before the kernel looks for another route", NULL},
	{STORY_STUCK_WRITER, "net/ipv4/tcp_retries2", 5, 10, 3, 15, "8",
	 SYMPTOM_STUCK,
	 "resends before a writer learns that its peer is gone: 8 take about "
	 "100 seconds, 15 about 15 minutes. A peer that answers and takes "
	 "nothing (a zero window) is waited for without end", NULL},
	{STORY_LEAK, "net/ipv4/tcp_orphan_retries", 0, 8, 0, 15, "0", SYMPTOMS,
	 "resends for a connection its program has closed already; 0 means 8",
	 NULL},
	{STORY_LEAK, "net/ipv4/tcp_max_orphans", 1024, INT64_MAX, 64, INT64_MAX,
	 "8192", SYMPTOMS,
	 "closed connections that may still be sending; beyond that they are "
	 "reset, and what they had to say is lost", NULL},
	{STORY_DEAD_PEER, "net/ipv4/tcp_syn_retries", 1, 4, 1, 8, "4",
	 SYMPTOM_UNANSWERED,
	 "requests before connect() fails with ETIMEDOUT: a program waits "
	 "about half a minute with 4, more than two minutes with 6", NULL},
	{STORY_QUEUE, "net/ipv4/tcp_synack_retries", 1, 5, 1, 8, "5", SYMPTOMS,
	 "answers to a client that goes silent in the handshake; each such "
	 "client is remembered for 2^N seconds", NULL},
	{STORY_QUEUE, "net/ipv4/tcp_abort_on_overflow", 0, 0, 0, 0, "0", SYMPTOMS,
	 "1: a client that comes while the queue is full is reset, where it "
	 "would have tried again and got in", NULL},
	{STORY_QUEUE, "net/core/somaxconn", 1024, INT64_MAX, 128, INT64_MAX,
	 "4096", SYMPTOMS,
	 "the longest queue a listener may ask for, whatever it passes to "
	 "listen()", NULL},
	{STORY_QUEUE, "net/ipv4/tcp_max_syn_backlog", 128, INT64_MAX,
	 64, INT64_MAX, "1024", SYMPTOMS,
	 "clients that may be in the middle of the handshake", NULL},
	{STORY_QUEUE, "net/ipv4/tcp_syncookies", 1, 1, 1, 2, "1", SYMPTOMS,
	 "0: when the queue of handshakes is full, clients get no answer; 2: "
	 "always cookies, which lose what the client offered", NULL},
	{STORY_PORTS, "net/ipv4/ip_local_port_range", 16384, 65536, 4096, 65536,
	 "32768 60999", SYMPTOMS,
	 "the ports clients are given: so many connections to one address and "
	 "port, those in TIME_WAIT among them", span},
	{STORY_SELF_CONNECT, "net/ipv4/ip_local_reserved_ports", ANY, ANY, "",
	 SYMPTOM_SELF,
	 "ports that are never given to clients. A server port within "
	 "ip_local_port_range belongs here: else a client that calls it while "
	 "the server is down can be given that very port, and is connected to "
	 "itself", NULL},
	{STORY_PORTS, "net/ipv4/ip_unprivileged_port_start", 1024, 65536,
	 0, 65536, "1024", SYMPTOMS,
	 "any user may bind ports from here on; ephemeral_port leaves clients "
	 "with ports below alone", NULL},
	{STORY_RESTART, "net/ipv4/ip_nonlocal_bind", 0, 0, 0, 1, "0", SYMPTOMS,
	 "1: bind() to an address this host has not got is no error: a server "
	 "seems to run where nobody reaches it", NULL},
	{STORY_PATH, "net/ipv4/igmp_max_memberships", 20, INT64_MAX,
	 10, INT64_MAX, "100", SYMPTOMS,
	 "multicast groups one socket may join; the next one fails with "
	 "ENOBUFS, and a recorder then never sees that camera", NULL},
	{STORY_SILENT_NAT, "net/netfilter/nf_conntrack_tcp_timeout_established",
	 7875, INT64_MAX, 600, INT64_MAX, "432000",
	 SYMPTOM_SILENT,
	 "seconds after which this host's own firewall forgets a silent "
	 "connection; it should outlast tcp_keepalive_time", NULL},
	{STORY_LEAK, "net/netfilter/nf_conntrack_tcp_timeout_close_wait",
	 60, INT64_MAX, 10, INT64_MAX, "60",
	 SYMPTOM_LEAK,
	 "seconds after which this host's own firewall forgets a connection "
	 "its peer closed: a later close() is then not heard", NULL},
	{STORY_QUEUE, "net/netfilter/nf_conntrack_max", 0, 80, 0, 95, "", SYMPTOMS,
	 "connections this host's own firewall can remember; when they are all "
	 "in use, new ones are dropped", conntrack_used},
	{STORY_ROOM, "fs/file-max", 0, 80, 0, 95, "", SYMPTOMS,
	 "files that may be open on this machine; a leak in one program takes "
	 "them from all", files_used},
	{STORY_ROOM, "net/ipv4/tcp_mem", 0, 80, 0, 99, "", SYMPTOMS,
	 "pages of memory for TCP: all is well up to the first number, buffers "
	 "shrink at the second, connections are dropped at the third",
	 memory_used},
};
/* clang-format on */

/* Some settings are the machine's: other namespaces do not show them. */
static const char *why_absent(const struct setting_row *row)
{
	if (errno == EACCES || errno == EPERM)
		return "may not be read by this user, or from here";
	if (strstr(row->path, "netfilter"))
		return "this host tracks no connections";
	if (strstr(row->path, "tcp_mem") || strstr(row->path, "orphans"))
		return "shown only in the machine's first network namespace";
	return "this kernel has no such setting, or it is not shown here";
}

static enum severity judge(const struct setting_row *row, int64_t number)
{
	if (number >= row->well_from && number <= row->well_to)
		return SEVERITY_WELL;
	if (number >= row->note_from && number <= row->note_to)
		return SEVERITY_NOTE;
	return SEVERITY_WARNING;
}

/* A value that is no number where one belongs is not judged. */
static void weigh(struct target *patient, const struct setting_row *row,
		  struct finding *finding)
{
	int64_t number = 0;

	finding->severity = SEVERITY_WELL;
	if (row->well_from == INT64_MIN)
		return;
	if (!numbers_of(finding->value, &number, 1)) {
		finding->severity = SEVERITY_UNKNOWN;
		return;
	}
	if (row->measure)
		number = row->measure(patient, finding->value);
	finding->severity = judge(row, number);
}

static void look_at(struct target *patient, const struct setting_row *row)
{
	struct pool *pool = &patient->findings.pool;
	const char *path = pool_print(pool, "/proc/sys/%s", row->path);
	struct finding finding = {
		.story = row->story,
		.subject = doctor_sysctl_name(pool, row->path),
		.value = doctor_read(patient, path),
		.meaning = row->meaning,
		.rule = symptom_rule_if_so(pool, row->symptom),
	};

	if (finding.value) {
		weigh(patient, row, &finding);
	} else {
		finding.severity = SEVERITY_UNKNOWN;
		finding.value = why_absent(row);
	}
	if (row->symptom != SYMPTOMS)
		finding.risk = symptoms[row->symptom].risk;
	if (*row->advised && finding.severity < SEVERITY_UNKNOWN)
		finding.sysctl =
			doctor_sysctl(patient, finding.subject, row->advised);
	findings_add(&patient->findings, &finding);
}

void doctor_settings(struct target *patient)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		look_at(patient, &rows[i]);
}
