/* SPDX-License-Identifier: MIT
 * The postures each case is run in, and where they may differ from bare.
 *
 * The whole of what a rule may change, as a program or its peer can see it:
 *
 *   k  values read back of options the rule sets
 *   r  SO_REUSEADDR read back, where the rule sets it for listeners
 *   p  whether a socket that was bound before it connected has that port
 *      (ephemeral_port); ports the kernel chose have names, not numbers
 *   o  the result of setting an option that the rule holds (override)
 *
 * What cannot be named so is kept out of the programs, by their style:
 *
 *   - With reuse_address a second bind or listen can succeed that fails bare.
 *     So a REUSER sets SO_REUSEADDR itself before each bind, and fights for
 *     few ports; in the other styles each bind has a port of its own, and a
 *     listener stays one.
 *   - ephemeral_port is told by descriptor and process, and a port that was
 *     the kernel's choice is given back sooner. So it is only tried on SINGLE
 *     cases: no copies of descriptors, no forks, a socket connects but once.
 *   - Nobody connects to another's port that is bound and not listened to:
 *     under ephemeral_port it need not be bound. A socket meets itself only on
 *     a port outside the local range: self_connect is about the others.
 *   - A thread does not give itself a descriptor table of its own.
 *   - A vfork child makes no sockets (sockmend(7), LIMITS).
 */
#include "drive.h"

#include "differ.h"

#include <string.h>

#define MENDS                                                                  \
	"reuse_address = yes\n"                                                \
	"keepalive { idle = 1h interval = 75s probes = 9 }\n"                  \
	"eof { spin_limit = 3 }\n"                                             \
	"idle { timeout = 1h escalate = 1h }\n"                                \
	"close_wait { after = 1h reclaim = pressure }\n"                       \
	"supersede { when = any after = 1h }\n"                                \
	"self_connect = refuse\n"                                              \
	"errors = eof\n"                                                       \
	"set { tcp_nodelay = yes tcp_linger2 = 7s }\n"

const struct posture postures[] = {
	{ "other-program", "", "", "rule \"r\" { program = \"no-such\" " MENDS
	  "ephemeral_port = yes }", "", false },
	{ "empty-rule", "", "", "rule \"r\" { }", "", false },
	{ "observe", "observe", "", "rule \"r\" { " MENDS
	  "ephemeral_port = yes }", "", false },
	{ "off", "off", "", "rule \"r\" { " MENDS "}", "", false },
	{ "full", "", "", "rule \"r\" { " MENDS "}", "kr", false },
	{ "loud", "", "stderr", "rule \"r\" { " MENDS "}", "kr", false },
	{ "peers", "", "",
	  "rule \"a\" { direction = accept peer = \"127.0.0.0/8\" " MENDS "}\n"
	  "rule \"b\" { direction = connect local = \"127.0.0.2\" }\n"
	  "rule \"c\" { peer = \"[::1]\" " MENDS "}\n", "kr", false },
	{ "override", "", "", "rule \"r\" { " MENDS "override = yes }", "kro",
	  false },
	{ "ports", "", "", "rule \"r\" { " MENDS "ephemeral_port = yes }",
	  "krp", true },
};

const unsigned posture_count = COUNT(postures);

/* A text, and where in it we are. */
struct reader {
	const char *text;
	uint32_t len, at;
};

/* Past the exceptions that begin here, and past the marks of those that are
 * none in this posture. */
static void skip(struct reader *r, const char *except)
{
	while (r->at < r->len) {
		if (r->text[r->at] == EXCEPT_END) {
			r->at++;
			continue;
		}
		if (r->text[r->at] != EXCEPT_BEGIN)
			return;
		r->at++;
		if (!strchr(except, r->text[r->at++]))
			continue;
		while (r->at < r->len && r->text[r->at] != EXCEPT_END)
			r->at++;
	}
}

long text_differs(const char *bare, uint32_t bare_len, const char *other,
		  uint32_t other_len, const char *except)
{
	struct reader a = { bare, bare_len, 0 }, b = { other, other_len, 0 };

	for (;;) {
		skip(&a, except);
		skip(&b, except);
		if (a.at == a.len && b.at == b.len)
			return -1;
		if (a.at == a.len || b.at == b.len ||
		    a.text[a.at] != b.text[b.at])
			return b.at;
		a.at++;
		b.at++;
	}
}
