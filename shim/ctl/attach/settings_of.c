/* SPDX-License-Identifier: MIT
 * Sets options on a socket of another process, and says which it changed.
 *
 * The library sets its options before a connection is made and the program's
 * own later call wins; here the program has made its calls already. So each
 * option is read first, and one that differs from a new socket's is left.
 */
#include "settings_of.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

/* A value as the kernel takes and gives it. */
struct value {
	socklen_t len;
	union {
		int number;
		struct linger linger;
		struct timeval time;
		char text[64];
	};
};

bool sockopt_reaches(const struct sockopt *s, bool listener)
{
	if (listener)
		return s->reach == INHERITED || s->reach == SERVER;
	return s->reach == INHERITED || s->reach == EACH;
}

bool sockopts_wanted(const struct rule *rule, bool listener)
{
	for (unsigned i = 0; i < sockopt_count; i++)
		if (sockopt_reaches(&sockopts[i], listener) &&
		    sockopt_is_asked(rule, &sockopts[i]))
			return true;
	return false;
}

static int number_of(int fd, const struct sockopt *s)
{
	int number = 0;
	socklen_t len = sizeof number;

	getsockopt(fd, s->level, s->name, &number, &len);
	return number;
}

static struct value value_from(int64_t number, enum form form)
{
	struct value v;

	memset(&v, 0, sizeof v);
	v.len = sizeof v.number;
	v.number = (int)number;
	if (form == AS_LINGER) {
		v.len = sizeof v.linger;
		v.linger = (struct linger){1, (int)number};
	}
	if (form == AS_TIMEVAL) {
		v.len = sizeof v.time;
		v.time.tv_sec = number / SECOND;
		v.time.tv_usec = number % SECOND * 1000;
	}
	if (form == AS_TEXT) {
		v.len = (socklen_t)strnlen((const char *)(intptr_t)number,
					   sizeof v.text - 1);
		memcpy(v.text, (const char *)(intptr_t)number, v.len);
	}
	return v;
}

/* All zero where the kernel does not tell. */
static struct value value_of(int fd, const struct sockopt *s)
{
	struct value v;

	memset(&v, 0, sizeof v);
	v.len = s->form == AS_TEXT ? sizeof v.text - 1
				   : value_from(0, s->form).len;
	if (getsockopt(fd, s->level, s->name, &v.text, &v.len))
		memset(&v, 0, sizeof v);
	return v;
}

/* A buffer is given back twice as big as it was asked for. */
static bool is_already(const struct value *now, const struct value *wanted,
		       const struct sockopt *s)
{
	if (s->level == SOL_SOCKET && now->number == 2 * wanted->number &&
	    (s->name == SO_RCVBUF || s->name == SO_SNDBUF))
		return true;
	if (s->form == AS_TEXT)
		return !strncmp(now->text, wanted->text, sizeof now->text);
	return !memcmp(now->text, wanted->text, wanted->len);
}

/* ---- what the program has set ---- */

#ifndef SO_BUF_LOCK
#define SO_BUF_LOCK 72 /* Linux 5.14 */
#endif

/* The kernel changes these itself, so their value tells nothing. */
static bool is_kernels_own(const struct sockopt *s)
{
	if (s->level == SOL_SOCKET)
		return s->name == SO_INCOMING_CPU;
	return s->level == IPPROTO_TCP &&
	       (s->name == TCP_MAXSEG || s->name == TCP_WINDOW_CLAMP ||
		s->name == TCP_QUICKACK);
}

/* The size of a buffer changes by itself; that it was set is a flag. */
static int buffer_flag(const struct sockopt *s)
{
	if (s->level != SOL_SOCKET)
		return 0;
	if (s->name == SO_SNDBUF || s->name == SO_SNDBUFFORCE)
		return 1;
	return s->name == SO_RCVBUF || s->name == SO_RCVBUFFORCE ? 2 : 0;
}

static bool buffer_is_set(int fd, int flag)
{
	int locks = 0;
	socklen_t len = sizeof locks;

	return !getsockopt(fd, SOL_SOCKET, SO_BUF_LOCK, &locks, &len) &&
	       (locks & flag);
}

/* Any value other than the kernel's default is the program's. */
static bool is_set(const struct applying *a, const struct sockopt *s)
{
	struct value now, fresh;

	if (is_kernels_own(s))
		return false;
	if (buffer_flag(s))
		return buffer_is_set(a->fd, buffer_flag(s));
	now = value_of(a->fd, s);
	fresh = value_of(a->fresh, s);
	return memcmp(now.text, fresh.text, sizeof now.text) != 0;
}

#define KEEPALIVE_SETTINGS 5 /* the first in the table */

/* It is left as the program has set it; under yield the keepalive options
 * are one decision. */
static bool stands(const struct applying *a, const struct sockopt *s)
{
	const int64_t override = rule_value(a->rule, OVERRIDE);

	if (override == OVERRIDE_YES)
		return false;
	return is_set(a, s) || (override == OVERRIDE_YIELD &&
				s < sockopts + KEEPALIVE_SETTINGS && a->yields);
}

/* ---- what the rule asks for ---- */

/* Seconds or pieces; what the rule leaves to the program, or the program has
 * set, as the socket has it. */
static int64_t effective(const struct applying *a, const struct sockopt *s)
{
	const int64_t value = rule_value(a->rule, s->id);

	return value > 0 && !stands(a, s) ? value / s->unit
					  : number_of(a->fd, s);
}

/* TCP_USER_TIMEOUT takes the place of the probe count, so one number must
 * stand for all of them (KEEPALIVE in tcp(7)). Milliseconds. */
static int64_t auto_user_timeout(const struct applying *a)
{
	return SECOND *
	       (effective(a, &sockopts[0]) +
		effective(a, &sockopts[1]) * effective(a, &sockopts[2]));
}

static int64_t wanted_number(const struct applying *a, const struct sockopt *s)
{
	const int64_t value = rule_value(a->rule, s->id);

	if (value == AUTO)
		return auto_user_timeout(a);
	return s->form == AS_TEXT ? value : value / s->unit;
}

/* ---- doing it ---- */

/* Does the kernel have it otherwise afterwards? -errno when it refused. */
static int change(const struct applying *a, const struct sockopt *s,
		  const struct value *wanted)
{
	const struct value before = value_of(a->fd, s);
	struct value after;

	if (a->observe)
		return true;
	if (setsockopt(a->fd, s->level, s->name, wanted->text, wanted->len))
		return -errno;
	after = value_of(a->fd, s);
	return !after.len || memcmp(before.text, after.text, after.len);
}

static void apply(struct applying *a, const struct sockopt *s)
{
	const int64_t number = wanted_number(a, s);
	const struct value wanted = value_from(number, s->form);
	const struct value now = value_of(a->fd, s);
	int changed;

	if (is_already(&now, &wanted, s))
		return;
	if (stands(a, s)) {
		strbuf_add_gap(&a->kept);
		strbuf_add(&a->kept, s->text);
		return;
	}
	changed = change(a, s, &wanted);
	if (changed < 0)
		a->failed(a->arg, s->text, -changed);
	if (changed > 0)
		sockopt_print(s, number, &a->done);
}

void sockopts_apply(struct applying *a, bool listener)
{
	for (unsigned i = 0; i < KEEPALIVE_SETTINGS; i++)
		a->yields |= is_set(a, &sockopts[i]);
	for (const struct sockopt *s = sockopts; s < sockopts + sockopt_count;
	     s++)
		if (sockopt_reaches(s, listener) &&
		    sockopt_is_asked(a->rule, s))
			apply(a, s);
}
