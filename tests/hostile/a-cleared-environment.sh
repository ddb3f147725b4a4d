#!/bin/sh
# A daemon clears its environment, or writes over it as setproctitle(3) does,
# before its first socket call: rule, mode, name, log and journal stay what its
# start said. The same with the policy in a file, and in a child.
. "$(dirname "$0")/../lib/test.sh"
needs cc
cat >"$T/daemon.c" <<'END'
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* From argv[0] to the last byte of the environment. */
static void write_title(char **argv)
{
	char *end = argv[0], **e;

	for (e = argv; *e; e++)
		end = *e + strlen(*e) + 1;
	for (e = environ; *e; e++)
		if (*e == end)
			end = *e + strlen(*e) + 1;
	memset(argv[0], 0, end - argv[0]);
	strcpy(argv[0], "idle");
}

int main(int argc, char **argv)
{
	char *how = strdup(argv[1]);
	struct sockaddr_in name = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd, keepalive = 0;
	socklen_t len = sizeof keepalive;

	if (!strcmp(how, "clears"))
		clearenv();
	else if (!strcmp(how, "forgets"))
		environ = NULL;
	else if (!strcmp(how, "overwrites"))
		write_title(argv);
	else if (!strcmp(how, "unsets"))
		while (environ && *environ) {
			char *each = strdup(*environ);
			*strchr(each, '=') = 0;
			unsetenv(each);
		}
	else if (!strcmp(how, "changes")) {
		setenv("SOCKMEND_MODE", "off", 1);
		setenv("SOCKMEND_POLICY", "nonsense", 1);
		setenv("SOCKMEND_RUNDIR", "/nonexistent", 1);
	}
	if (argc > 2 || !strcmp(how, "overwrites"))
		if (fork()) {
			wait(NULL);
			return 0;
		}
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(fd, (struct sockaddr *)&name, sizeof name) || listen(fd, 5))
		return 2;
	getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &keepalive, &len);
	printf("keepalive %d\n", keepalive);
	fflush(stdout);
	return 0;
}
END
cc -w -D_GNU_SOURCE -o "$T/daemon" "$T/daemon.c" || fail cc

rules='rule "only" { program = "renamed" keepalive { idle = 5s } }
	rule "rest" { eof { } }'
file=$(policy "$rules")
text=$(cat "$file")

# started POLICY MODE HOW…
started()
{
	started_policy=$1
	started_mode=$2
	shift 2
	env LD_PRELOAD="$B/libsockmend.so" SOCKMEND_POLICY="$started_policy" \
		SOCKMEND_MODE="$started_mode" SOCKMEND_APP=renamed SOCKMEND_LOG=stderr \
		"$T/daemon" "$@" 2>"$T/log"
}

for how in keeps clears forgets overwrites unsets changes; do
	same "$how, bare" "keepalive 0" "$("$T/daemon" $how)"
	for policy in "$text" "$file"; do
		rm -f "$T/run"/*
		same "$how, mended" "keepalive 1" "$(started "$policy" mend $how)"
		has "$how: the log" "$T/log" 'renamed\[[0-9]*\].* options-set rule only'
		events >"$T/events"
		has "$how: the journal" "$T/events" 'renamed\[[0-9]*\].* options-set rule only'
		same "$how, observed" "keepalive 0" "$(started "$policy" observe $how)"
		has "$how: the log, observed" "$T/log" 'would'
		same "$how, off" "keepalive 0" "$(started "$policy" off $how)"
		lacks "$how: the log, off" "$T/log" .
		same "$how, mended, in a child" "keepalive 1" "$(started "$policy" mend $how child)"
	done
done
