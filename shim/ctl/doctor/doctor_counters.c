/* SPDX-License-Identifier: MIT
 * What the kernel has counted since the network namespace began: the stories
 * that have happened here already.
 */
#include "doctor.h"

#include <stdio.h>
#include <string.h>

#include "core/strbuf.h"

/* COUNTER(file, line, name, story, from how many on it is a warning, …) */
static const struct counter {
	const char *file, *line, *name;
	enum story story;
	int64_t warning; /* below it, and not 0, is a note; 0: never a finding
			  */
	enum symptom symptom; /* whose rule may help; SYMPTOMS: none */
	const char *sysctl, *advised; /* "" none */
	const char *meaning;
} counters[] = {
	{"netstat", "TcpExt", "ListenOverflows", STORY_QUEUE, 1, SYMPTOMS,
	 "net.core.somaxconn", "4096",
	 "clients that got no answer because a program did not accept in time "
	 "and its queue was full: a larger backlog or a faster program helps"},
	{"netstat", "TcpExt", "ListenDrops", STORY_QUEUE, 1, SYMPTOMS, "", "",
	 "requests a listener dropped, for a full queue or any other reason"},
	{"netstat", "TcpExt", "TCPReqQFullDrop", STORY_QUEUE, 1, SYMPTOMS,
	 "net.ipv4.tcp_syncookies", "1",
	 "requests dropped because too many clients were in the middle of the "
	 "handshake"},
	{"netstat", "TcpExt", "TCPReqQFullDoCookies", STORY_QUEUE, 1000,
	 SYMPTOMS, "net.ipv4.tcp_max_syn_backlog", "4096",
	 "requests answered with a cookie, for the same reason: a flood, or a "
	 "short queue"},
	{"netstat", "TcpExt", "TCPTimeWaitOverflow", STORY_PORTS, 1, SYMPTOMS,
	 "net.ipv4.tcp_max_tw_buckets", "65536",
	 "connections that found no place in TIME_WAIT"},
	{"netstat", "TcpExt", "TCPSYNChallenge", STORY_DEAD_PEER, 100,
	 SYMPTOM_STUCK, "", "",
	 "connection requests for a connection that still stood: a peer that "
	 "came back, from the port it had before"},
	{"netstat", "TcpExt", "TCPAbortOnTimeout", STORY_STUCK_WRITER, 1000,
	 SYMPTOM_SILENT, "", "",
	 "connections the kernel gave up after a timeout: their peers "
	 "vanished"},
	{"netstat", "TcpExt", "TCPAbortOnMemory", STORY_ROOM, 1, SYMPTOMS, "",
	 "", "connections reset for want of memory, or for too many orphans"},
	{"netstat", "TcpExt", "TCPMemoryPressures", STORY_ROOM, 1, SYMPTOMS, "",
	 "", "times at which TCP ran short of memory"},
	{"netstat", "TcpExt", "TCPBacklogDrop", STORY_QUEUE, 1000, SYMPTOMS, "",
	 "", "segments dropped because a program held its socket too long"},
	{"netstat", "TcpExt", "IPReversePathFilter", STORY_PATH, 1, SYMPTOMS,
	 "net.ipv4.conf.all.rp_filter", "2",
	 "packets that a reverse path filter dropped"},
	{"netstat", "TcpExt", "TCPKeepAlive", STORY_DEAD_PEER, 0, SYMPTOMS, "",
	 "",
	 "keepalive probes sent: 0 means that no program here looks after its "
	 "silent peers"},
	{"netstat", "TcpExt", "TW", STORY_PORTS, 0, SYMPTOMS, "", "",
	 "connections that went through TIME_WAIT"},
	{"snmp", "Tcp", "AttemptFails", STORY_DEAD_PEER, 0, SYMPTOMS, "", "",
	 "connections that never came to be"},
	{"snmp", "Tcp", "EstabResets", STORY_DEAD_PEER, 0, SYMPTOMS, "", "",
	 "connections that were cut by a reset"},
};

/* The place of `name` among the words behind "LINE:", or -1. */
static int place_of(const char *words, const char *name)
{
	const size_t len = strlen(name);

	for (int place = 0; *words; place++) {
		size_t word = strcspn(words, " ");

		if (word == len && !strncmp(words, name, len))
			return place;
		words += word + (words[word] == ' ');
	}
	return -1;
}

static const char *word_at(const char *words, int place)
{
	while (place-- > 0 && words)
		words = strchr(words, ' ') ? strchr(words, ' ') + 1 : NULL;
	return words;
}

/* Two lines follow each other: "TcpExt: Name…" and "TcpExt: 7…"; here they
 * stand in one, with blanks between. -1 when this kernel does not count it. */
static int64_t read_counter(const char *text, const struct counter *counter)
{
	char mark[16];
	const char *names, *values;
	int64_t number = -1;
	int place;

	snprintf(mark, sizeof mark, "%s: ", counter->line);
	names = text ? strstr(text, mark) : NULL;
	values = names ? strstr(names + 1, mark) : NULL;
	if (!values)
		return -1;
	place = place_of(names + strlen(mark), counter->name);
	values = place < 0 ? NULL : word_at(values + strlen(mark), place);
	numbers_of(values ? values : "", &number, 1);
	return number;
}

static enum severity judge(const struct counter *counter, int64_t number)
{
	if (number < 0)
		return SEVERITY_UNKNOWN;
	if (!number || !counter->warning)
		return SEVERITY_WELL;
	return number >= counter->warning ? SEVERITY_WARNING : SEVERITY_NOTE;
}

/* The listener with the shortest queue, and the longest backlog of all. */
static const struct tcp_socket *shortest(const struct target *patient,
					 unsigned *longest)
{
	const struct tcp_sockets *all = &patient->sockets;
	const struct tcp_socket *found = NULL;

	*longest = 0;
	for (unsigned i = 0; i < all->listeners; i++) {
		const struct tcp_socket *s = &all->of[i];

		if (!found || s->send_queue < found->send_queue)
			found = s;
		if (s->send_queue > *longest)
			*longest = s->send_queue;
	}
	return found;
}

/* somaxconn is the limit where a listener's backlog is as long. */
static bool limits(struct target *patient, const struct counter *counter)
{
	const char *now = doctor_read(patient, "/proc/sys/net/core/somaxconn");
	int64_t most = 0;
	unsigned longest;

	if (!*counter->sysctl || strcmp(counter->sysctl, "net.core.somaxconn"))
		return *counter->sysctl;
	numbers_of(now ? now : "", &most, 1);
	shortest(patient, &longest);
	return longest >= most;
}

static const char *value_of(struct target *patient,
			    const struct counter *counter, int64_t number)
{
	struct pool *pool = &patient->findings.pool;
	unsigned longest;
	const struct tcp_socket *s = shortest(patient, &longest);
	const struct process *owner;
	char local[64];
	struct strbuf text = strbuf_over(local, sizeof local);

	if (number < 0)
		return "this kernel does not count it";
	if (!number || !s || strcmp(counter->sysctl, "net.core.somaxconn"))
		return pool_print(pool, "%lld so far", (long long)number);
	owner = owner_find(&patient->owners, s->inode);
	strbuf_add_endpoint(&text, &s->local);
	return pool_print(pool,
			  "%lld so far (the shortest backlog now is %u, of %s "
			  "at %s)",
			  (long long)number, s->send_queue,
			  owner ? owner->name : "a program", local);
}

static void look_at(struct target *patient, const struct counter *counter,
		    const char *text)
{
	struct pool *pool = &patient->findings.pool;
	const int64_t number = read_counter(text, counter);
	const struct finding finding = {
		.severity = judge(counter, number),
		.story = counter->story,
		.subject =
			pool_print(pool, "%s%s", counter->line, counter->name),
		.value = value_of(patient, counter, number),
		.meaning = counter->meaning,
		.rule = symptom_rule_if_so(pool, counter->symptom),
		.risk = counter->symptom == SYMPTOMS
				? ""
				: symptoms[counter->symptom].risk,
		.sysctl = limits(patient, counter)
				  ? doctor_sysctl(patient, counter->sysctl,
						  counter->advised)
				  : "",
	};

	findings_add(&patient->findings, &finding);
}

void doctor_counters(struct target *patient)
{
	const char *netstat = doctor_read(patient, "/proc/net/netstat");
	const char *snmp = doctor_read(patient, "/proc/net/snmp");

	for (size_t i = 0; i < sizeof counters / sizeof *counters; i++)
		look_at(patient, &counters[i],
			counters[i].file[0] == 'n' ? netstat : snmp);
}
