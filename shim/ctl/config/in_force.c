/* SPDX-License-Identifier: MIT
 * Is the system's policy made from the system's configuration?
 */
#include "in_force.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/default_policy.h"

static const char *const notes[] = {
	[IN_FORCE_MISSING] = SYSTEM_POLICY
	" is missing: programs that are preloaded without "
	"the wrapper have profile safe, not these rules, until "
	"`sockmendctl apply`",
	[IN_FORCE_OTHER] = SYSTEM_POLICY
	" is not made from this configuration: programs "
	"that are preloaded without the wrapper have the rules of that "
	"policy until `sockmendctl apply`",
	[IN_FORCE_UNREADABLE] = SYSTEM_POLICY
	" cannot be read by this user: whether it is made "
	"from this configuration is unknown",
	[IN_FORCE_BROKEN] =
		"the configuration has errors (`sockmendctl check` lists "
		"them): "
		"programs have the rules of an earlier " SYSTEM_POLICY,
};

const char *in_force_note(enum in_force state)
{
	return state == IN_FORCE ? NULL : notes[state];
}

enum in_force in_force_compare(const char *text, size_t len)
{
	char now[POLICY_TEXT_MAX + 2];
	const int fd = open(SYSTEM_POLICY,
			    O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	size_t have = 0;
	ssize_t got = 1;

	if (fd < 0 && errno != ENOENT && errno != ENOTDIR)
		return IN_FORCE_UNREADABLE;
	if (fd < 0)
		return len == strlen(safe_policy) &&
				       !memcmp(text, safe_policy, len)
			       ? IN_FORCE
			       : IN_FORCE_MISSING;
	while (got > 0 && have < sizeof now) {
		got = read(fd, now + have, sizeof now - have);
		have += got > 0 ? (size_t)got : 0;
	}
	close(fd);
	return have == len && !memcmp(now, text, len) ? IN_FORCE
						      : IN_FORCE_OTHER;
}

static enum in_force compare(const struct config *config)
{
	static char text[POLICY_TEXT_MAX + 1];
	struct config_errors complaint = {0};
	size_t len;

	if (!config_compile(config, text, &len, &complaint))
		return IN_FORCE_BROKEN;
	return in_force_compare(text, len);
}

enum in_force in_force_now(void)
{
	struct config_errors complaint = {0};
	struct config config;
	enum in_force state = IN_FORCE_BROKEN;

	if (config_gather(&(struct config_args){0}, NULL, &config, &complaint))
		state = compare(&config);
	config_free(&config);
	return state;
}

void in_force_say(const struct config_args *choice, const struct config *config)
{
	const char *note;

	if (choice->file || choice->profile || choice->rules)
		return;
	note = in_force_note(compare(config));
	if (note)
		fprintf(stderr, "sockmendctl: %s\n", note);
}
