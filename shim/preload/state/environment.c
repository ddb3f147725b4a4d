/* SPDX-License-Identifier: MIT
 * The variables of the environment that the library reads, copied at start.
 *
 * They are copied into the library's own data: in a program without sockets no
 * more of it is touched than they are long.
 */
#include "state/environment.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "core/policy.h"

/* The most that is kept of each: a byte more than is allowed, where a longer
 * value is an error that must be seen as one. */
#define FOR_EACH_VARIABLE(X)                                                   \
	X(SOCKMEND_POLICY, POLICY_TEXT_MAX + 1)                                \
	X(SOCKMEND_MODE, 127)                                                  \
	X(SOCKMEND_LOG, 127)                                                   \
	X(SOCKMEND_APP, 4095)                                                  \
	X(SOCKMEND_RUNDIR, 256)                                                \
	X(XDG_RUNTIME_DIR, 256)                                                \
	X(LD_AUDIT, 1)

static struct {
#define X(name, most) char name[(most) + 1];
	FOR_EACH_VARIABLE(X)
#undef X
} kept;

static const struct {
	char name[16];
	unsigned at, most;
} known[] = {
#define X(name, most) {#name, offsetof(__typeof__(kept), name), most},
	FOR_EACH_VARIABLE(X)
#undef X
};
#define COUNT (sizeof known / sizeof *known)

enum { NOT_YET, COPYING, DONE };
static _Atomic int state;

/* The value behind NAME=, or NULL. */
static const char *value_of(const char *entry, const char *name)
{
	while (*name && *entry == *name) {
		entry++;
		name++;
	}
	return *name || *entry != '=' ? NULL : entry + 1;
}

static void copy(const char *entry)
{
	for (unsigned i = 0; i < COUNT; i++) {
		const char *value = value_of(entry, known[i].name);
		char *to = (char *)&kept + known[i].at;

		if (!value)
			continue;
		/* Of a name that is there twice, getenv(3) takes the first. */
		if (!*to)
			memcpy(to, value, strnlen(value, known[i].most));
		return;
	}
}

void environment_keep(void)
{
	int expected = NOT_YET;

	if (!atomic_compare_exchange_strong(&state, &expected, COPYING))
		return;
	if (!getauxval(AT_SECURE))
		for (char **e = environ; e && *e; e++)
			if (**e == 'S' || **e == 'X' || **e == 'L')
				copy(*e);
	state = DONE;
}

/* For a thread or a signal handler that comes while they are copied. */
static const char *in_environment(const char *name)
{
	for (char **e = environ; e && *e; e++) {
		const char *value = value_of(*e, name);

		if (value)
			return value;
	}
	return "";
}

const char *environment_get(const char *name)
{
	environment_keep();
	if (state != DONE)
		return getauxval(AT_SECURE) ? "" : in_environment(name);
	for (unsigned i = 0; i < COUNT; i++)
		if (!strcmp(known[i].name, name))
			return (char *)&kept + known[i].at;
	return "";
}
