/* SPDX-License-Identifier: MIT
 * Sets options on a socket of another process, and says which it changed.
 *
 * The library sets its options once, before a connection is made; here a
 * connection may have them already, from us or from its listener. So each is
 * read before and after: the kernel decides what is a change, whatever it
 * makes of a value.
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

bool setting_reaches(const struct setting *s, bool listener)
{
	if (listener)
		return s->reach == INHERITED || s->reach == SERVER;
	return s->reach == INHERITED || s->reach == EACH;
}

bool settings_wanted(const struct rule *rule, bool listener)
{
	for (unsigned i = 0; i < setting_count; i++)
		if (setting_reaches(&settings[i], listener) &&
		    setting_is_asked(rule, &settings[i]))
			return true;
	return false;
}

static int number_of(int fd, const struct setting *s)
{
	int number = 0;
	socklen_t len = sizeof number;

	getsockopt(fd, s->level, s->name, &number, &len);
	return number;
}

/* What the rule asks for in seconds or pieces; what it leaves to the program,
 * as the program or the system has it. */
static int64_t effective(int fd, const struct rule *rule,
			 const struct setting *s)
{
	const int64_t value = rule_value(rule, s->id);

	return value > 0 ? value / s->unit : number_of(fd, s);
}

/* TCP_USER_TIMEOUT takes the place of the probe count, so one number must
 * stand for all of them (KEEPALIVE in tcp(7)). Milliseconds. */
static int64_t auto_user_timeout(int fd, const struct rule *rule)
{
	return SECOND * (effective(fd, rule, &settings[0]) +
			 effective(fd, rule, &settings[1]) *
				 effective(fd, rule, &settings[2]));
}

static int64_t wanted_number(int fd, const struct rule *rule,
			     const struct setting *s)
{
	const int64_t value = rule_value(rule, s->id);

	if (value == AUTO)
		return auto_user_timeout(fd, rule);
	return s->form == AS_TEXT ? value : value / s->unit;
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
static struct value value_of(int fd, const struct setting *s)
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
		       const struct setting *s)
{
	if (s->level == SOL_SOCKET && now->number == 2 * wanted->number &&
	    (s->name == SO_RCVBUF || s->name == SO_SNDBUF))
		return true;
	if (s->form == AS_TEXT)
		return !strncmp(now->text, wanted->text, sizeof now->text);
	return !memcmp(now->text, wanted->text, wanted->len);
}

/* Does the kernel have it otherwise afterwards? -errno when it refused. */
static int change(int fd, const struct setting *s, const struct value *wanted,
		  bool observe)
{
	const struct value before = value_of(fd, s);
	struct value after;

	if (is_already(&before, wanted, s))
		return false;
	if (observe)
		return true;
	if (setsockopt(fd, s->level, s->name, wanted->text, wanted->len))
		return -errno;
	after = value_of(fd, s);
	return !after.len || memcmp(before.text, after.text, after.len);
}

void settings_apply(int fd, const struct rule *rule, bool listener,
		    bool observe, struct text *done, setting_failed *failed,
		    void *arg)
{
	for (const struct setting *s = settings; s < settings + setting_count;
	     s++) {
		struct value wanted;
		int64_t number;
		int changed;

		if (!setting_reaches(s, listener) || !setting_is_asked(rule, s))
			continue;
		number = wanted_number(fd, rule, s);
		wanted = value_from(number, s->form);
		changed = change(fd, s, &wanted, observe);
		if (changed < 0)
			failed(arg, s->text, -changed);
		if (changed > 0)
			setting_say(s, number, done);
	}
}
