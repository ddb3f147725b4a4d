/* SPDX-License-Identifier: MIT
 * Setting socket options, from one table.
 */
#include "options.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "journal_write.h"
#include "kernel.h"
#include "self.h"

/* SO_KEEPALIVE comes last: with the times in place it arms the right timer.
 * `unit` is how many of the rule's units (ms, probes) make one of the
 * kernel's. */
static const struct option {
	enum field_id id;
	int level, name;
	int64_t unit;
	const char *text;
} keepalive[] = {
	{ KEEPALIVE_IDLE, IPPROTO_TCP, TCP_KEEPIDLE, SECOND, "TCP_KEEPIDLE" },
	{ KEEPALIVE_INTERVAL, IPPROTO_TCP, TCP_KEEPINTVL, SECOND,
	  "TCP_KEEPINTVL" },
	{ KEEPALIVE_PROBES, IPPROTO_TCP, TCP_KEEPCNT, 1, "TCP_KEEPCNT" },
	{ USER_TIMEOUT, IPPROTO_TCP, TCP_USER_TIMEOUT, 1, "TCP_USER_TIMEOUT" },
	{ KEEPALIVE, SOL_SOCKET, SO_KEEPALIVE, 1, "SO_KEEPALIVE" },
};

/* What the rule asks for, in the kernel's units; what it leaves to the
 * program, as the program or the system has it. */
static int64_t effective(int fd, const struct rule *rule,
			 const struct option *o)
{
	const int64_t value = rule_value(rule, o->id);

	if (value <= 0)
		return kernel_get(fd, o->level, o->name);
	return value / o->unit;
}

/* TCP_USER_TIMEOUT takes the place of the probe count, so one number must
 * stand for all of them (KEEPALIVE in tcp(7)). Milliseconds. */
static int64_t auto_user_timeout(int fd, const struct rule *rule)
{
	const int64_t idle = effective(fd, rule, &keepalive[0]);
	const int64_t interval = effective(fd, rule, &keepalive[1]);
	const int64_t probes = effective(fd, rule, &keepalive[2]);

	return (idle + interval * probes) * SECOND;
}

static void set_one(int fd, const struct rule *rule, const struct option *o,
		    int64_t value, struct text *done)
{
	const int failed =
		self()->observe
			? 0
			: kernel_set(fd, o->level, o->name, (int)value);

	if (failed) {
		record_failure(fd, rule, o->text, -failed);
		return;
	}
	text_add_gap(done);
	text_add(done, o->text);
	text_add_char(done, '=');
	text_add_number(done, value);
}

void options_keepalive(int fd, const struct rule *rule, struct text *done)
{
	const unsigned count = sizeof keepalive / sizeof *keepalive;

	if (!rule_has(rule, KEEPALIVE))
		return;
	for (unsigned i = 0; i < count; i++) {
		const struct option *o = &keepalive[i];
		int64_t value = rule_value(rule, o->id) / o->unit;

		if (rule_value(rule, o->id) == AUTO)
			value = auto_user_timeout(fd, rule);
		if (value > 0)
			set_one(fd, rule, o, value, done);
	}
}

bool options_reuse_address(int fd, const struct rule *rule)
{
	int failed;

	if (kernel_get(fd, SOL_SOCKET, SO_REUSEADDR) > 0)
		return false;
	if (self()->observe)
		return true;
	failed = kernel_set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (failed)
		record_failure(fd, rule, "SO_REUSEADDR", -failed);
	return !failed;
}
