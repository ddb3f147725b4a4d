/* SPDX-License-Identifier: MIT
 * Reads the `#!` line of a script, and the argument of env(1) there.
 */
#include "shebang.h"

#include <string.h>

#define BLANKS " \t"

static bool is_option(const char *word)
{
	return *word == '-';
}

static bool takes_a_word(const char *option)
{
	return !strcmp(option, "-u") || !strcmp(option, "-C");
}

/* The word env(1) would run: not an option, not NAME=VALUE. */
static void find_env_target(char *argument, char *target)
{
	char *rest, *word = strtok_r(argument, BLANKS, &rest);

	for (; word; word = strtok_r(NULL, BLANKS, &rest)) {
		if (!strncmp(word, "-S", 2) && word[2])
			word += 2;
		if (takes_a_word(word))
			strtok_r(NULL, BLANKS, &rest);
		if (is_option(word) || strchr(word, '='))
			continue;
		strcpy(target, word);
		return;
	}
}

static bool is_env(const char *path)
{
	const char *slash = strrchr(path, '/');

	return !strcmp(slash ? slash + 1 : path, "env");
}

/* Text has no NUL in its first line; this is what shells go by. */
static bool is_text(const char *bytes, size_t size)
{
	const char *newline = memchr(bytes, '\n', size);

	return !memchr(bytes, 0, newline ? (size_t)(newline - bytes) : size);
}

bool script_read(const void *bytes, size_t size, struct script *script)
{
	char line[SCRIPT_LINE_MAX], *rest, *interpreter;

	memset(script, 0, sizeof *script);
	if (size > sizeof line - 1)
		size = sizeof line - 1;
	if (!is_text(bytes, size))
		return false;
	memcpy(line, bytes, size);
	line[size] = 0;
	if (strncmp(line, "#!", 2)) {
		strcpy(script->interpreter, "/bin/sh");
		return true;
	}
	line[strcspn(line, "\n")] = 0;
	interpreter = strtok_r(line + 2, BLANKS, &rest);
	if (!interpreter)
		return false;
	strcpy(script->interpreter, interpreter);
	if (rest && is_env(interpreter))
		find_env_target(rest, script->env_target);
	return true;
}
