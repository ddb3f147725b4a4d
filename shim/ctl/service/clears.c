/* SPDX-License-Identifier: MIT
 * Finds env -i, sudo and the like in the command line of a service.
 */
#include "clears.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "unit_text.h"

#define WORDS_MAX 64

/* What each clears the environment with, long options as far as they need be
 * written; none: always. */
static const struct {
	const char *name;
	const char *with[4];
} clearing[] = {
	{"env", {"-i", "-", "--i"}},
	{"setpriv", {"--reset-env"}},
	{"su", {"-", "-l", "--login"}},
	{"runuser", {"-", "-l", "--login"}},
	{"sudo", {NULL}},
	{"doas", {NULL}},
	{"pkexec", {NULL}},
};

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Their own arguments hold commands. */
static bool runs_text(const char *program)
{
	static const char *const names[] = {"sh",  "bash", "dash",
					    "ash", "ksh",  "zsh",
					    "env", "su",   "runuser"};
	const char *base = base_of(program + strspn(program, "@-:+!"));

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(base, names[i]))
			return true;
	return false;
}

static unsigned split(const char *command, struct pool *pool,
		      char *words[WORDS_MAX])
{
	unsigned count = 0;
	bool text = false;
	char *word, *part, *rest;

	while (count < WORDS_MAX && (word = unit_word(&command, pool))) {
		text |= !count && runs_text(word);
		if (!text) {
			words[count++] = word;
			continue;
		}
		for (part = strtok_r(word, " \t\n;&|()'\"", &rest);
		     part && count < WORDS_MAX;
		     part = strtok_r(NULL, " \t\n;&|()'\"", &rest))
			words[count++] = part;
	}
	if (count)
		words[0] += strspn(words[0], "@-:+!");
	return count;
}

/* A short option may stand with others: -iv. One that takes a value ends
 * them. */
static bool is_option(const char *word, const char *option)
{
	if (!strncmp(option, "--", 2))
		return !strncmp(word, option, strlen(option)) &&
		       strncmp(word, "--ignore-s", 10);
	if (!option[1] || word[0] != '-' || word[1] == '-')
		return !strcmp(word, option);
	return strcspn(word + 1, option + 1) < strcspn(word + 1, "uCSacgGs");
}

/* "-u LD_PRELOAD", "-uLD_PRELOAD", "--unset=LD_PRELOAD" */
static bool unsets(char *const *word, unsigned left)
{
	if (!strcmp(word[0], "-uLD_PRELOAD") ||
	    !strcmp(word[0], "--unset=LD_PRELOAD"))
		return true;
	return left > 1 && !strcmp(word[1], "LD_PRELOAD") &&
	       (!strcmp(word[0], "-u") || !strcmp(word[0], "--unset"));
}

static bool wants_value(const char *program, const char *option)
{
	if (!strcmp(base_of(program), "setpriv"))
		return !strncmp(option, "--", 2) && !strchr(option, '=');
	return !strcmp(option, "-u") || !strcmp(option, "--unset") ||
	       !strcmp(option, "-C") || !strcmp(option, "--chdir");
}

/* Up to the program: does it clear, and not set the library again? */
static const char *clears_with(const char *const *with, char *const *word,
			       unsigned left)
{
	const char *found = *with ? NULL : "";

	for (unsigned i = 1; i < left; i++) {
		if (!strncmp(word[i], "LD_PRELOAD=", 11) &&
		    strstr(word[i], "libsockmend.so"))
			return NULL;
		if (!strcmp(word[i], "--") ||
		    (*word[i] != '-' && !strchr(word[i], '=') &&
		     !wants_value(word[0], word[i - 1])))
			break;
		for (unsigned j = 0; j < 4 && with[j] && !found; j++)
			if (is_option(word[i], with[j]))
				found = word[i];
		if (!found && !strcmp(base_of(word[0]), "env") &&
		    unsets(word + i, left - i))
			found = "-u LD_PRELOAD";
	}
	return found;
}

const char *clears_environment(const char *command, struct pool *pool)
{
	char *words[WORDS_MAX];
	const unsigned count = split(command, pool, words);

	for (unsigned i = 0; i < count; i++)
		for (size_t j = 0; j < sizeof clearing / sizeof *clearing;
		     j++) {
			const char *with = NULL;

			if (!strcmp(base_of(words[i]), clearing[j].name))
				with = clears_with(clearing[j].with, words + i,
						   count - i);
			if (with)
				return pool_print(pool, "%s%s%s", words[i],
						  *with ? " " : "", with);
		}
	return NULL;
}
