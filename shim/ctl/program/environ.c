/* SPDX-License-Identifier: MIT
 * sockmendctl environ: what a shell did to the environment it was given.
 *
 * Shells drop variables they cannot name (a.b=1, common in containers), and
 * set PWD or SHLVL. A program started through the wrapper should not notice,
 * so this prints, for env(1) and quoted for eval, how to undo it: nothing, or
 * "-u NAME… -- NAME=VALUE…". The kernel still knows what the shell was given;
 * what it hands on is our own environment.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"

static bool is_same_name(const char *one, const char *two)
{
	size_t len = strcspn(one, "=");

	return len == strcspn(two, "=") && !strncmp(one, two, len);
}

/* `_` is each shell's own, and differs from command to command. */
static bool is_variable(const char *entry)
{
	return strchr(entry, '=') > entry && !is_same_name(entry, "_=");
}

static const char *find_ours(const char *entry)
{
	for (char **ours = environ; *ours; ours++)
		if (is_same_name(*ours, entry))
			return *ours;
	return NULL;
}

static const char *find_given(const char *entry, const char *given,
			      const char *end)
{
	for (; given < end; given += strlen(given) + 1)
		if (is_same_name(given, entry))
			return given;
	return NULL;
}

static void put_quoted(const char *text, size_t len)
{
	putchar('\'');
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\'')
			fputs("'\\''", stdout);
		else
			putchar(text[i]);
	putchar('\'');
}

static unsigned print_added(const char *given, const char *end)
{
	unsigned count = 0;

	for (char **ours = environ; *ours; ours++) {
		if (!is_variable(*ours) || find_given(*ours, given, end))
			continue;
		fputs("-u ", stdout);
		put_quoted(*ours, strcspn(*ours, "="));
		putchar(' ');
		count++;
	}
	return count;
}

static unsigned print_changed(const char *given, const char *end)
{
	unsigned count = 0;

	for (; given < end; given += strlen(given) + 1) {
		const char *ours = find_ours(given);

		if (!is_variable(given) || (ours && !strcmp(ours, given)))
			continue;
		fputs(count++ ? " " : "-- ", stdout);
		put_quoted(given, strlen(given));
	}
	return count;
}

/* The file's bytes, at most 16 MB, with a NUL behind them; or NULL. */
static char *read_bytes(FILE *file, size_t *len)
{
	char *bytes = NULL;

	*len = 0;
	for (size_t room = 65536; room <= 16u << 20; room *= 2) {
		char *more = realloc(bytes, room);

		if (!more)
			break;
		bytes = more;
		*len += fread(bytes + *len, 1, room - 1 - *len, file);
		bytes[*len] = 0;
		if (feof(file))
			return bytes;
	}
	free(bytes);
	return NULL;
}

static char *read_environ_of(const char *pid, size_t *len)
{
	char path[64], *bytes;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%.20s/environ", pid);
	file = fopen(path, "re");
	if (!file)
		return NULL;
	bytes = read_bytes(file, len);
	fclose(file);
	return bytes;
}

int environ_main(int argc, char **argv)
{
	size_t len;
	char *given;
	unsigned added;

	if (argc != 2 || argv[1][strspn(argv[1], "0123456789")])
		return usage_error("environ");
	given = read_environ_of(argv[1], &len);
	if (!given)
		return EXIT_FAIL;
	added = print_added(given, given + len);
	if (!print_changed(given, given + len) && added)
		fputs("--", stdout);
	free(given);
	return EXIT_OK;
}
