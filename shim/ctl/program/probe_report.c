/* SPDX-License-Identifier: MIT
 * sockmendctl probe: says what was found, why, and the way out.
 */
#include <ctype.h>
#include <getopt.h>
#include <stdio.h>

#include "ctl.h"
#include "json.h"
#include "probe.h"

static const struct answer {
	int status;
	const char *mendable, *why, *way_out;
} answers[] = {
#define X(id, status, ...) {status, __VA_ARGS__},
	FOR_EACH_VERDICT(X)
#undef X
};

int probe_status(const struct probe *probe)
{
	return answers[probe->verdict].status;
}

static const char *kind_word(const struct probe *probe)
{
	static const char *const words[] = {
		[ELF_NOT] = "unknown",	   [ELF_BROKEN] = "damaged",
		[ELF_FOREIGN] = "foreign", [ELF_OBJECT] = "object",
		[ELF_STATIC] = "static",   [ELF_STATIC_PIE] = "static-pie",
		[ELF_DYNAMIC] = "dynamic",
	};

	return words[probe->elf.kind];
}

/* A file name may hold anything; a terminal should not obey it. */
static void put_clean(FILE *out, const char *text)
{
	for (; *text; text++)
		putc(iscntrl((unsigned char)*text) ? '?' : *text, out);
}

static void say_text(const char *name, const char *value)
{
	if (!*value)
		return;
	printf("%s: ", name);
	put_clean(stdout, value);
	putchar('\n');
}

static void print_text(const struct probe *probe)
{
	const struct answer *answer = &answers[probe->verdict];

	say_text("path", probe->path);
	for (unsigned i = 0; i < probe->interpreters; i++)
		say_text("interpreter", probe->interpreter[i]);
	say_text("kind", kind_word(probe));
	if (probe->elf.bits) {
		printf("bits: %u\n", probe->elf.bits);
		say_text("machine", elf_machine_name(&probe->elf));
	}
	if (probe->elf.go)
		say_text("language", "Go");
	say_text("libc", probe->libc);
	say_text("loader", probe->elf.loader);
	say_text("mendable", answer->mendable);
	say_text("because", answer->why);
	say_text("way out", answer->way_out);
}

static void say_json(const char *name, const char *value)
{
	putchar(',');
	json_pair(stdout, name, value);
}

static void print_json(const struct probe *probe)
{
	const struct answer *answer = &answers[probe->verdict];

	putchar('{');
	json_pair(stdout, "path", probe->path);
	fputs(",\"interpreters\":[", stdout);
	for (unsigned i = 0; i < probe->interpreters; i++) {
		if (i)
			putchar(',');
		json_string(stdout, probe->interpreter[i]);
	}
	putchar(']');
	say_json("kind", kind_word(probe));
	printf(",\"bits\":%u", probe->elf.bits);
	say_json("machine", elf_machine_name(&probe->elf));
	printf(",\"go\":%s", probe->elf.go ? "true" : "false");
	say_json("libc", probe->libc);
	say_json("loader", probe->elf.loader);
	say_json("mendable", answer->mendable);
	say_json("because", answer->why);
	say_json("way_out", answer->way_out);
	puts("}");
}

static void put_line(const char *path, const char *middle, const char *text)
{
	fputs("sockmend: ", stderr);
	put_clean(stderr, path);
	fprintf(stderr, "%s%s\n", middle, text);
}

/* Not found is not the same as not mendable, and perhaps is not no. */
static const char *explain_word(const struct probe *probe)
{
	switch (probe->verdict) {
	case UNREADABLE:
	case NOT_FOUND:
	case NOT_EXECUTABLE:
		return ": ";
	default:
		return " cannot be mended: ";
	}
}

void probe_explain(const struct probe *probe)
{
	const struct answer *answer = &answers[probe->verdict];
	const char *last = probe->interpreters
				   ? probe->interpreter[probe->interpreters - 1]
				   : probe->path;

	if (!*answer->why)
		return;
	if (last != probe->path)
		put_line(probe->path, " is a script for ", last);
	put_line(last, explain_word(probe), answer->why);
	if (*answer->way_out)
		fprintf(stderr, "sockmend: %s\n", answer->way_out);
}

enum form { TEXT, JSON, QUIET };

static int print(const char *name, enum form form)
{
	struct probe probe;

	probe_program(name, &probe);
	if (form == TEXT)
		print_text(&probe);
	if (form == JSON)
		print_json(&probe);
	if (form == QUIET)
		probe_explain(&probe);
	return probe_status(&probe);
}

int probe_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, JSON},
		{"quiet", no_argument, NULL, QUIET},
		{0},
	};
	enum form form = TEXT;
	int option;

	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (option == '?')
			return usage_error(argv[0]);
		form = (enum form)option;
	}
	if (argc - optind != 1)
		return usage_error(argv[0]);
	return print(argv[optind], form);
}
