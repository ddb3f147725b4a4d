/* SPDX-License-Identifier: MIT
 * Setting socket options, from one table.
 */
#include "options.h"

#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <string.h>
#include <sys/time.h>

#include "journal_write.h"
#include "kernel.h"
#include "self.h"

/* Younger than some headers: the numbers are the kernel's. */
#ifndef IPV6_FREEBIND
#define IPV6_FREEBIND 78
#endif
#ifndef IPV6_MINHOPCOUNT
#define IPV6_MINHOPCOUNT 73
#endif
#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

/* What 32-bit programs built with 64-bit times call the two timeouts; the
 * kernel knows these numbers, and their longer value, on every machine. */
enum { RECEIVE_TIMEOUT_64 = 66, SEND_TIMEOUT_64 = 67 };

enum form { AS_INT, AS_LINGER, AS_TIMEVAL, AS_TEXT };
enum reach { BIND, INHERITED, EACH, SERVER, CLIENT };

struct option {
	enum field_id id;
	int level, name;
	enum form form;
	int64_t unit; /* how many of the rule's units make one of the kernel's */
	enum reach reach;
	char text[28];
};

/* SO_KEEPALIVE comes after its times, so that it arms the right timer. */
static const struct option options[] = {
	{ KEEPALIVE_IDLE, IPPROTO_TCP, TCP_KEEPIDLE, AS_INT, SECOND, INHERITED,
	  "TCP_KEEPIDLE" },
	{ KEEPALIVE_INTERVAL, IPPROTO_TCP, TCP_KEEPINTVL, AS_INT, SECOND,
	  INHERITED, "TCP_KEEPINTVL" },
	{ KEEPALIVE_PROBES, IPPROTO_TCP, TCP_KEEPCNT, AS_INT, 1, INHERITED,
	  "TCP_KEEPCNT" },
	{ USER_TIMEOUT, IPPROTO_TCP, TCP_USER_TIMEOUT, AS_INT, 1, INHERITED,
	  "TCP_USER_TIMEOUT" },
	{ KEEPALIVE, SOL_SOCKET, SO_KEEPALIVE, AS_INT, 1, INHERITED,
	  "SO_KEEPALIVE" },
#define X(id, section, field, kind, min, max, if_unset, words, help, level,    \
	  option, form, unit, reach)                                           \
	{ id, level, option, form, unit, reach, #option },
	FOR_EACH_SETTING(X)
#undef X
};

#define OPTIONS (sizeof options / sizeof *options)

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

/* In the options of the keepalive section 0 is off: the program's own. */
static bool is_asked_for(const struct rule *rule, const struct option *o)
{
	const int64_t value = rule_value(rule, o->id);

	if (value == AUTO && o->form == AS_INT)
		return true;
	return o->id < SET ? value > 0 : value != UNSET;
}

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
	const int64_t idle = effective(fd, rule, &options[0]);
	const int64_t interval = effective(fd, rule, &options[1]);
	const int64_t probes = effective(fd, rule, &options[2]);

	return (idle + interval * probes) * SECOND;
}

static int set_form(int fd, const struct option *o, int64_t value)
{
	const struct linger linger = { 1, (int)value };
	const struct timeval time = { (time_t)(value / SECOND),
				      (suseconds_t)(value % SECOND * 1000) };
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

static void say_value(const struct option *o, int64_t value,
		      struct text *done)
{
	text_add_gap(done);
	text_add(done, o->text);
	text_add_char(done, '=');
	if (o->form == AS_TEXT)
		text_add(done, (const char *)(intptr_t)value);
	else if (o->form == AS_TIMEVAL)
		text_add_duration(done, value);
	else
		text_add_number(done, value);
}

static void set_one(int fd, const struct rule *rule, const struct option *o,
		    struct text *done)
{
	int64_t value = rule_value(rule, o->id);
	int failed = 0;

	if (value == AUTO)
		value = auto_user_timeout(fd, rule);
	else if (o->form != AS_TEXT)
		value /= o->unit;
	if (!self()->observe)
		failed = set_form(fd, o, value);
	if (failed)
		record_failure(fd, rule, o->text, -failed);
	else
		say_value(o, value, done);
}

void options_apply(int fd, const struct rule *rule, enum place place,
		   struct text *done)
{
	if (rule->value[KEEPALIVE] == UNSET && rule->value[SET] == UNSET)
		return;
	for (const struct option *o = options; o < options + OPTIONS; o++)
		if (reaches(o->reach, place) && is_asked_for(rule, o))
			set_one(fd, rule, o, done);
}

static int plain_name(int level, int name)
{
	if (level == SOL_SOCKET && name == RECEIVE_TIMEOUT_64)
		return SO_RCVTIMEO;
	if (level == SOL_SOCKET && name == SEND_TIMEOUT_64)
		return SO_SNDTIMEO;
	return name;
}

static const struct option *find(const struct rule *rule, int level, int name)
{
	name = plain_name(level, name);
	for (const struct option *o = options; o < options + OPTIONS; o++)
		if (o->level == level && o->name == name &&
		    is_asked_for(rule, o))
			return o;
	return NULL;
}

const char *options_named(const struct rule *rule, int level, int name)
{
	const struct option *o = find(rule, level, name);

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

int options_bytes_read(const struct rule *rule, int level, int name,
		       socklen_t len)
{
	const struct option *o = find(rule, level, name);

	if (!o || len > INT_MAX)
		return -1;
	if (len >= whole_size(o->form, name))
		return (int)whole_size(o->form, name);
	/* A byte will do for an int there; no name is no interface. */
	if (level == IPPROTO_IP && len)
		return 1;
	return name == SO_BINDTODEVICE && level == SOL_SOCKET ? 0 : -1;
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
