/* SPDX-License-Identifier: MIT
 * Setting socket options, from the table of them all (common/setting.c).
 */
#include "mend/set_sockopts.h"

#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <string.h>
#include <sys/time.h>

#include "state/journal_write.h"
#include "sys/kernel.h"
#include "mend/override.h"
#include "state/context.h"
#include "core/sockopt.h"

/* What 32-bit programs built with 64-bit times call the two timeouts; the
 * kernel knows these numbers, and their longer value, on every machine. */
enum { RECEIVE_TIMEOUT_64 = 66, SEND_TIMEOUT_64 = 67 };

static bool reaches(enum reach reach, enum place place)
{
	switch (reach) {
	case BIND:
		return place == AT_BIND;
	case INHERITED:
		return place == AT_CONNECT || place == ON_LISTENER ||
		       place == ON_ACCEPTED;
	case EACH:
		return place == AT_CONNECT || place == ON_ACCEPTED ||
		       place == ON_HEIR;
	case SERVER:
		return place == ON_LISTENER;
	case CLIENT:
		return place == AT_CONNECT;
	}
	return false;
}

/* What the rule asks for, in the kernel's units; what it leaves to the
 * program, as the program or the system has it. */
static int64_t effective(int fd, const struct rule *rule,
			 const struct sockopt *o)
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
	const int64_t idle = effective(fd, rule, &sockopts[0]);
	const int64_t interval = effective(fd, rule, &sockopts[1]);
	const int64_t probes = effective(fd, rule, &sockopts[2]);

	return (idle + interval * probes) * SECOND;
}

static int set_form(int fd, const struct sockopt *o, int64_t value)
{
	const struct linger linger = {1, (int)value};
	const struct timeval time = {(time_t)(value / SECOND),
				     (suseconds_t)(value % SECOND * 1000)};
	const int number = (int)value;
	const char *text = (const char *)(intptr_t)value;

	switch (o->form) {
	case AS_LINGER:
		return kernel_set_bytes(fd, o->level, o->name, &linger,
					sizeof linger);
	case AS_TIMEVAL:
		return kernel_set_bytes(fd, o->level, o->name, &time,
					sizeof time);
	case AS_TEXT:
		return kernel_set_bytes(fd, o->level, o->name, text,
					strlen(text));
	case AS_INT:
		break;
	}
	return kernel_set_bytes(fd, o->level, o->name, &number, sizeof number);
}

static void set_one(int fd, const struct rule *rule, const struct sockopt *o,
		    struct strbuf *done)
{
	int64_t value = rule_value(rule, o->id);
	int failed = 0;

	if (value == AUTO)
		value = auto_user_timeout(fd, rule);
	else if (o->form != AS_TEXT)
		value /= o->unit;
	if (!context_observes(rule))
		failed = set_form(fd, o, value);
	if (failed)
		record_failure(fd, rule, o->text, -failed);
	else
		sockopt_print(o, value, done);
}

#define NO_SOCKET (-1)

/* Under `yield` an option of `set` that is not as a new socket has it, `*fresh`
 * one, was set by the program. */
static bool is_programs_own(int fd, const struct rule *rule,
			    const struct sockopt *o, int *fresh)
{
	char now[64], new[64];
	socklen_t len = sizeof now, new_len = sizeof new;

	if (o->id < SET || rule_value(rule, OVERRIDE) != OVERRIDE_YIELD)
		return false;
	if (*fresh < 0)
		*fresh = kernel_socket(kernel_get(fd, SOL_SOCKET, SO_DOMAIN),
				       SOCK_STREAM, 0);
	if (kernel_get_bytes(fd, o->level, o->name, now, &len) ||
	    kernel_get_bytes(*fresh, o->level, o->name, new, &new_len))
		return *fresh < 0; /* what cannot be read was not set */
	return len != new_len || memcmp(now, new, len);
}

void sockopts_apply(int fd, const struct rule *rule, enum place place,
		    struct strbuf *done)
{
	/* An heir has inherited all that stands in keepalive. */
	const bool keepalive = rule->value[KEEPALIVE] != UNSET &&
			       place != ON_HEIR && place != AT_BIND &&
			       !override_gives_way(fd, rule);
	const bool set = rule->value[SET] != UNSET;
	int fresh = NO_SOCKET;

	if (!keepalive && !set)
		return;
	for (const struct sockopt *o = sockopts; o < sockopts + sockopt_count;
	     o++)
		if ((o->id < SET ? keepalive : set) &&
		    reaches(o->reach, place) && sockopt_is_asked(rule, o) &&
		    !is_programs_own(fd, rule, o, &fresh))
			set_one(fd, rule, o, done);
	if (fresh >= 0)
		kernel_close(fresh);
}

static int plain_name(int level, int name)
{
	if (level == SOL_SOCKET && name == RECEIVE_TIMEOUT_64)
		return SO_RCVTIMEO;
	if (level == SOL_SOCKET && name == SEND_TIMEOUT_64)
		return SO_SNDTIMEO;
	return name;
}

static const struct sockopt *find(const struct rule *rule, int level, int name)
{
	name = plain_name(level, name);
	for (const struct sockopt *o = sockopts; o < sockopts + sockopt_count;
	     o++)
		if (o->level == level && o->name == name &&
		    sockopt_is_asked(rule, o))
			return o;
	return NULL;
}

const char *sockopts_named(const struct rule *rule, int level, int name)
{
	const struct sockopt *o = find(rule, level, name);

	return o ? o->text : NULL;
}

static socklen_t whole_size(enum form form, int name)
{
	switch (form) {
	case AS_LINGER:
		return sizeof(struct linger);
	case AS_TIMEVAL:
		return name == SO_RCVTIMEO || name == SO_SNDTIMEO
			       ? sizeof(struct timeval)
			       : 2 * sizeof(int64_t);
	case AS_TEXT:
		return 1;
	case AS_INT:
		break;
	}
	return sizeof(int);
}

int sockopts_bytes_read(const struct rule *rule, int level, int name,
			socklen_t len)
{
	const struct sockopt *o = find(rule, level, name);

	if (!o || len > INT_MAX)
		return -1;
	if (len >= whole_size(o->form, name))
		return (int)whole_size(o->form, name);
	/* A byte will do for an int there; no name is no interface. */
	if (level == IPPROTO_IP && len)
		return 1;
	return name == SO_BINDTODEVICE && level == SOL_SOCKET ? 0 : -1;
}

bool sockopts_reuse_address(int fd, const struct rule *rule)
{
	int failed;

	if (kernel_get(fd, SOL_SOCKET, SO_REUSEADDR) > 0)
		return false;
	if (context_observes(rule))
		return true;
	failed = kernel_set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (failed)
		record_failure(fd, rule, "SO_REUSEADDR", -failed);
	return !failed;
}
