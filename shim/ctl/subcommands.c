/* SPDX-License-Identifier: MIT
 * The tables of subcommands: who runs them, and how they are called.
 */
#include "subcommands.h"

#include <stdbool.h>
#include <string.h>

#include "ctl.h"

static const struct subcommand subcommands[] = {
	{"check", check_main, "[FILE]...",
	 "check the configuration for errors"},
	{"compile", compile_main, "[-c FILE | -p PROFILE] [-r RULE]...",
	 "print the policy the library reads"},
	{"apply", apply_main, "[-n]",
	 "check, then replace the system's policy"},
	{"show", show_main, "[--json] [-c FILE | -p PROFILE] [PROGRAM]",
	 "the effective rules and where each value is from"},
	{"explain", explain_main,
	 "[--json] [-c FILE | -p PROFILE] [-r RULE]... [-P PROGRAM] "
	 "accept|connect LOCAL PEER",
	 "which rule governs a connection, and why"},
	{"probe", probe_main, "[--json | --quiet] PROGRAM",
	 "whether PROGRAM can be preloaded, and if not, why"},
	{"status", status_main, "[--json | --watch] [FILTER]... [PID]...",
	 "mended processes and their connections"},
	{"events", events_main,
	 "[--json] [-f] [-n COUNT] [FILTER]... [PID]... | --prune",
	 "what was done to mended programs"},
	{"doctor", doctor_main,
	 "[--all] [--json] [--strict] [--silence DURATION] [PID | PROGRAM]",
	 "kernel settings and sockets at risk, and what helps"},
	{"suggest", suggest_main,
	 "[--time DURATION] [--silence DURATION] PID | PROGRAM",
	 "watch a program and print the rules that would help"},
	{"attach", attach_main,
	 "[-n] [--watch] [--force] [-c FILE | -p PROFILE] [-r RULE]... PID",
	 "mend a running process from outside"},
	{"end", end_main, "[--how HOW] [-n] [-y] [FILTER]... [PID[:FD]]...",
	 "end connections chosen by filters"},
	{"metrics", metrics_main, "[--output FILE] [--state FILE]",
	 "counters and gauges, for Prometheus"},
	{"collect", collect_main,
	 "[--syslog | --journald | --file FILE] [--metrics FILE] [--interval "
	 "DURATION] [--state FILE]",
	 "forward events continuously, keep metrics current"},
	{"enable", enable_main,
	 "[-n] [-y] [-c FILE | -p PROFILE] [-r RULE]... [--force] "
	 "[--root DIR] UNIT",
	 "write a drop-in that preloads the library into a service"},
	{"disable", disable_main, "[-n] [--force] [--root DIR] UNIT",
	 "remove what enable wrote"},
	{"libpath", libpath_main, "[PROGRAM]",
	 "path of the library to preload for PROGRAM"},
	{"environ", environ_main, "PID",
	 "for sockmend: environment changes a shell made"},
	{"version", version_main, "", "the version of sockmend"},
	{"help", help_main, "[COMMAND]", "usage and options of COMMAND"},
};

#define COUNT (sizeof subcommands / sizeof *subcommands)

/* Their options. Completion reads what `help` prints of them: a value in
 * capitals names its kind (FILE, PID, PROFILE, SECONDS …), words|like|these
 * are all there are. A row may be for several subcommands. */
static const struct {
	const char *of, *option, *help;
} options[] = {
	{"compile show explain enable attach", "-c FILE",
	 "read this configuration and no other"},
	{"compile show enable attach", "-p PROFILE",
	 "use a profile that came with sockmend"},
	{"explain", "-p, --profile PROFILE",
	 "use a profile that came with sockmend"},
	{"compile show explain enable attach", "-r RULE",
	 "the body of one rule, placed before all others"},
	{"explain", "-P PROGRAM", "the program that has the connection"},
	{"show explain probe events", "--json", "print JSON"},
	{"probe", "--quiet", "print only the reason, on standard error"},
	{"status", "--json", "print JSON"},
	{"status", "--watch", "refresh every second; q quits"},
	{"status end", "--state STATE",
	 "only these states, separated by commas"},
	{"status end", "--program GLOB", "only programs of this name"},
	{"status", "--rule GLOB", "only what this rule governs; - for none"},
	{"status end", "--peer PEER", "only with a peer of ADDR[/LEN][:PORT]"},
	{"status end", "--local LOCAL",
	 "only with a local address of ADDR[/LEN][:PORT]"},
	{"end", "--how eof|reset|destroy",
	 "shutdown(SHUT_RD), RST, or SOCK_DESTROY"},
	{"end", "-n, --dry-run", "list them and end none"},
	{"end", "-y, --yes", "do not ask when more than one matches"},
	{"status",
	 "--sort "
	 "pid|program|rule|state|local|peer|age|received|sent|next|queue",
	 "sort by this; default pid"},
	{"events", "-f, --follow", "continue and print new events"},
	{"events", "-n COUNT", "print only the last COUNT recorded events"},
	{"events", "--since TIME",
	 "from then on: an age, 10m, or \"YYYY-MM-DD[ HH:MM[:SS]]\""},
	{"events", "--until TIME", "before then"},
	{"events", "--event EVENT", "only of this kind; may be repeated"},
	{"events", "--program GLOB", "only of programs of this name"},
	{"events", "--rule GLOB", "only by this rule"},
	{"events", "--peer PEER", "only with a peer of ADDR[/LEN][:PORT]"},
	{"events", "--prune", "remove old journals of ended processes"},
	{"doctor", "--all", "also print ok and unknown findings"},
	{"doctor", "--json", "print JSON"},
	{"doctor", "--strict", "exit with 1 when there is a warning"},
	{"suggest", "--time DURATION", "how long to watch (10s)"},
	{"suggest doctor", "--silence DURATION",
	 "silence that needs keepalive (1m)"},
	{"attach", "-n, --dry-run", "decide and record, change nothing"},
	{"attach", "--watch", "continue until the process ends"},
	{"attach", "--force", "even if the library is loaded"},
	{"metrics", "--output FILE", "replace this file atomically"},
	{"metrics collect", "--state FILE",
	 "state file: what was counted and forwarded"},
	{"collect", "--syslog", "send events to syslog"},
	{"collect", "--journald",
	 "send events to systemd's journal, with fields"},
	{"collect", "--file FILE", "append events to this file"},
	{"collect", "--metrics FILE", "keep this metrics file current"},
	{"collect", "--interval DURATION",
	 "poll interval: 10ms-1h, default 1s"},
	{"enable", "-y, --yes", "do not ask"},
	{"enable", "-n, --dry-run",
	 "show what would be written, and write nothing"},
	{"disable", "-n, --dry-run",
	 "show what would be removed, and remove nothing"},
	{"apply", "-n, --dry-run", "check, and replace nothing"},
	{"enable", "--force",
	 "write despite a conflicting line, or an edited file"},
	{"disable", "--force", "even if it was edited"},
	{"enable disable", "--root DIR",
	 "act on the system below this root directory"},
};

#define OPTIONS (sizeof options / sizeof *options)

const struct subcommand *subcommand_find(const char *name)
{
	for (size_t i = 0; i < COUNT; i++)
		if (!strcmp(subcommands[i].name, name))
			return &subcommands[i];
	return NULL;
}

static void print_usage(const struct subcommand *s, FILE *out)
{
	fprintf(out, "usage: sockmendctl %s%s%s\n", s->name,
		*s->arguments ? " " : "", s->arguments);
}

int usage_error(const char *name)
{
	print_usage(subcommand_find(name), stderr);
	return EXIT_USAGE;
}

/* Is `name` one of the words? */
static bool is_among(const char *words, const char *name)
{
	const size_t len = strlen(name);

	for (;; words++) {
		if (!strncmp(words, name, len) &&
		    (!words[len] || words[len] == ' '))
			return true;
		words = strchr(words, ' ');
		if (!words)
			return false;
	}
}

void subcommand_help(const struct subcommand *s)
{
	const char *gap = "\n";

	print_usage(s, stdout);
	printf("\n%s\n", s->help);
	for (size_t i = 0; i < OPTIONS; i++) {
		if (!is_among(options[i].of, s->name))
			continue;
		printf("%s  %-18s  %s\n", gap, options[i].option,
		       options[i].help);
		gap = "";
	}
}

int help_main(int argc, char **argv)
{
	const struct subcommand *s =
		argc == 2 ? subcommand_find(argv[1]) : NULL;

	if (argc == 1)
		subcommands_help(stdout);
	else if (s)
		subcommand_help(s);
	else if (argc == 2)
		fprintf(stderr, "sockmendctl: %s: no such command\n", argv[1]);
	else
		usage_error(argv[0]);
	return argc == 1 || s ? EXIT_OK : EXIT_USAGE;
}

void subcommands_help(FILE *out)
{
	fputs("usage: sockmendctl COMMAND [ARGUMENT]...\n\n", out);
	for (size_t i = 0; i < COUNT; i++)
		fprintf(out, "  %-9s%s\n", subcommands[i].name,
			subcommands[i].help);
}
