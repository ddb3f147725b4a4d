/* SPDX-License-Identifier: MIT
 * For each symptom what was seen, why that number, and the line that mends it.
 */
#include "suggest_text.h"

#include <stdio.h>

/* At least `least`, four times what ended by itself, in whole seconds. */
static int64_t generous(int64_t least, int64_t passed)
{
	const int64_t time = (4 * passed + SECOND - 1) / SECOND * SECOND;

	return time > least ? time : least;
}

struct writing {
	const struct watching *watching;
	const struct ailment *ailment;
	const struct sighting *seen;
	char local[64], peer[64], longest[32], number[32];
};

static void say_because(const struct writing *w, enum condition which)
{
	const int64_t passed = w->watching->passed[which];
	char text[32];

	if (passed)
		comment("\t# ",
			"%s: the longest that ended by itself meanwhile "
			"took %s, and this is at least four times that.",
			w->number, time_text(passed, text));
	else
		comment("\t# ",
			"%s: none ended by itself meanwhile; take more if "
			"yours may take longer.",
			w->number);
}

static void write_leak(struct writing *w)
{
	const int64_t least = 5 * SECOND;

	comment("\t# ",
		"%u connection%s in CLOSE_WAIT: the peer has closed, "
		"the program has not. The oldest: %s - %s, for %s.",
		w->seen->count, w->seen->count == 1 ? "" : "s", w->local,
		w->peer, w->longest);
	time_text(generous(least, w->watching->passed[CONDITION_CLOSE_WAIT]),
		  w->number);
	say_because(w, CONDITION_CLOSE_WAIT);
	comment("\t# ",
		"A peer that only half-closed answers the probes and "
		"keeps its connection. pressure: leaked descriptors are closed "
		"when they become scarce.");
	printf("\tclose_wait { after = %s  reclaim = pressure }\n", w->number);
}

static void write_spin(struct writing *w)
{
	comment("\t# ",
		"The program uses more than half a CPU while it has "
		"read the end of %s - %s %s ago: a loop that does not look for "
		"recv() == 0. After 100 of them it reads ECONNRESET.",
		w->local, w->peer, w->longest);
	puts("\teof { spin_limit = 100  answer = reset }");
}

static void say_silent(const struct writing *w)
{
	comment("\t# ",
		"%u connection%s with no keepalive and not a word for "
		"%s or more, such as %s - %s (%s). If the peer is gone, nobody "
		"will ever know.",
		w->seen->count, w->seen->count == 1 ? "" : "s",
		time_text(w->watching->silence, (char[32]){""}), w->local,
		w->peer, w->longest);
}

static void write_silent(struct writing *w)
{
	say_silent(w);
	comment("\t# ",
		"60s: before the minutes after which a NAT forgets an "
		"idle connection. A dead peer is then held for 2 minutes.");
	puts("\tkeepalive { idle = 60s  interval = 10s  probes = 6 }");
}

static void say_stuck(const struct writing *w)
{
	comment("\t# ",
		"%u connection%s with data to send to a peer that "
		"takes none: %s - %s for %s (%s). The kernel waits for it "
		"%s.",
		w->seen->count, w->seen->count == 1 ? "" : "s", w->local,
		w->peer, w->longest,
		w->seen->example->now.timer == TIMER_ZERO_WINDOW
			? "its window is zero"
			: "it does not acknowledge",
		w->seen->example->now.timer == TIMER_ZERO_WINDOW
			? "for ever"
			: "about 15 minutes");
}

static void write_stuck(struct writing *w)
{
	const int64_t least = 20 * SECOND;

	say_stuck(w);
	if (w->ailment->seen[SYMPTOM_SILENT].count) {
		comment("\t# ", "The keepalive above bounds this as well, by "
				"user_timeout = auto.");
		return;
	}
	time_text(generous(least, w->watching->passed[CONDITION_STUCK]),
		  w->number);
	say_because(w, CONDITION_STUCK);
	printf("\tkeepalive { user_timeout = %s }\n", w->number);
}

static void write_blocked(struct writing *w)
{
	const bool same = w->seen->example->same_peer_waits;

	comment("\t# ",
		"Somebody waits to be accepted, while %s - %s has "
		"received nothing for %s and is still being served.",
		w->local, w->peer, w->longest);
	comment("\t# ", same ? "The one that waits comes from the same "
			       "address: the peer is back, and its older "
			       "connection is dead. 2s: so long it must have "
			       "been silent."
			     : "The one that waits comes from another address. "
			       "10s: one that is alive and silent for so long, "
			       "while another waits, is ended too; take more "
			       "if yours are.");
	printf("\tsupersede { when = %s }\n",
	       same ? "same_peer  after = 2s" : "any  after = 10s");
}

/* ephemeral_port leaves a privileged port alone, and a server may want it. */
static void mend_privileged_port(unsigned port)
{
	comment("\t# ",
		"WARNING: port %u is privileged. Some servers (rsh, "
		"NFS, ftp-data) and firewalls want just that, so it stays; "
		"with SO_REUSEADDR it can be had again at once.",
		port);
	puts("\tset { so_reuseaddr = yes }");
}

static void write_fixed_port(struct writing *w)
{
	const struct watched *example = w->seen->example;
	const unsigned port = example->now.local.port;

	comment("\t# ",
		"It calls %s from port %u, which is not one the kernel "
		"chose (it gives %u to %u). Until TIME_WAIT is over, it cannot "
		"call again.",
		w->peer, port, w->watching->port_first, w->watching->port_last);
	if (example->was_there)
		comment("\t# ",
			"It was connected before the watch began: if "
			"it accepted this connection and closed its listener, "
			"the line is not needed.");
	if (port < w->watching->privileged)
		mend_privileged_port(port);
	else
		puts("\tephemeral_port = yes");
}

static void write_self(struct writing *w)
{
	comment("\t# ",
		"It is connected to itself: %s - %s. It called a port "
		"where nobody listened, and was given that very port.",
		w->local, w->peer);
	puts("\tself_connect = refuse");
}

static void (*const writers[SYMPTOMS])(struct writing *w) = {
	[SYMPTOM_LEAK] = write_leak,
	[SYMPTOM_SPIN] = write_spin,
	[SYMPTOM_SILENT] = write_silent,
	[SYMPTOM_STUCK] = write_stuck,
	[SYMPTOM_BLOCKED] = write_blocked,
	[SYMPTOM_FIXED_PORT] = write_fixed_port,
	[SYMPTOM_SELF] = write_self,
};

void suggest_write_symptom(const struct watching *watching,
			   const struct ailment *ailment, enum symptom symptom)
{
	struct writing w = {
		.watching = watching,
		.ailment = ailment,
		.seen = &ailment->seen[symptom],
	};

	if (!w.seen->count)
		return;
	endpoint_text(&w.seen->example->now.local, w.local);
	endpoint_text(&w.seen->example->now.peer, w.peer);
	time_text(w.seen->longest, w.longest);
	writers[symptom](&w);
}
