/* SPDX-License-Identifier: MIT
 * What cannot wait for the first socket call: the one constructor; and the one
 * destructor, for what nothing tells of before the exit.
 *
 * A program without sockets must not pay for it. So it only copies what the
 * environment says to us, calls libc for nothing but to search a policy text,
 * and goes on when that says that more is wanted.
 */
#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "socket/client.h"
#include "socket/inherited.h"
#include "state/journal_file.h"
#include "state/process.h"
#include "interpose/real.h"
#include "state/fdtable.h"
#include "state/environment.h"

/* What `text` goes on with behind `start`, or NULL: it starts otherwise. */
static const char *behind(const char *text, const char *start)
{
	while (*start && *text == *start) {
		text++;
		start++;
	}
	return *start ? NULL : text;
}

/* What the kernel was asked to execute: the auxiliary vector stands behind the
 * environment, where the kernel put both. */
static const char *invoked_as(char **environment)
{
	const size_t *pair;
	const char *name = "";

	while (*environment)
		environment++;
	for (pair = (const size_t *)(void *)(environment + 1);
	     pair[0] != AT_NULL; pair += 2)
		if (pair[0] == AT_EXECFN)
			name = (const char *)pair[1];
	return name;
}

static const char *last_part(const char *path)
{
	const char *name = path;

	for (const char *c = path; *c; c++)
		if (*c == '/')
			name = c + 1;
	return name;
}

/* The name rules call us by; "" when it may be any: fexecve(3) leaves none. */
static const char *our_name(char **environment)
{
	const char *path = invoked_as(environment);

	return behind(path, "/dev/fd/") ? "" : last_part(path);
}

/* Does a list of programs, up to a space, have our name in it, or a glob that
 * may mean us? */
static bool lists(const char *list, const char *name)
{
	for (; *list && *list != ' ' && *list != '\n'; list++) {
		if (*list == '*' || *list == '?' || *list == '[')
			return true;
		if (*list == *name && behind(list, name))
			return true;
	}
	return false;
}

static bool names_us(const char *policy, char **environment)
{
	static const char option[] = " program=";
	const char *list = policy, *name = NULL;

	while ((list = strstr(list, option))) {
		list += sizeof option - 1;
		if (!name)
			name = our_name(environment);
		if (!*name || lists(list, name))
			return true;
	}
	return false;
}

/* Started with sockets? systemd says so; and it is looked into for a program
 * that a rule calls by its name. */
static bool may_have_sockets(const char *variable, char **environment)
{
	const char *policy;

	if (behind(variable, "LISTEN_PID="))
		return true;
	policy = behind(variable, "SOCKMEND_POLICY=sockmend-policy ");
	return policy && names_us(policy, environment);
}

__attribute__((constructor)) static void at_start(void)
{
	bool sockets = false;

	environment_keep();
	real_at_start();
	for (char **e = environ; e && *e; e++) {
		const char *log;

		if (**e != 'S' && **e != 'L')
			continue;
		log = behind(*e, "SOCKMEND_LOG=stderr");
		/* By the first socket call number 2 may be another file. */
		if (log && !*log)
			process_remember_stderr();
		if (may_have_sockets(*e, environ))
			sockets = true;
	}
	if (sockets)
		inherited_at_start();
}

/* The exit closes them. The first are enough: a client has few. */
static void look_at_open_ones(void)
{
	for (int fd = 0; fd < 64; fd++) {
		const struct fd_entry *slot = fd_lookup(fd);

		if (slot && !(fd_facts(slot).flags & CLIENT_SEEN))
			client_record_unseen(fd);
	}
}

__attribute__((destructor)) static void at_exit(void)
{
	if (journal_at_exit())
		look_at_open_ones();
}
