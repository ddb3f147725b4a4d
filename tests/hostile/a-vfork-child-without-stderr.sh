#!/bin/sh
# A vfork child closes or replaces its descriptor 2: its parent's is still
# there, and so are the lines on it. The parent's own is believed at once.
. "$(dirname "$0")/../lib/test.sh"
needs cc
cat >"$T/spawns.c" <<'END'
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void let_go_of_it(const char *how)
{
	if (!strcmp(how, "close"))
		close(2);
	else if (!strcmp(how, "range"))
		close_range(2, 2, 0);
	else if (!strcmp(how, "dup2"))
		dup2(open("/dev/null", O_WRONLY), 2);
	else if (!strcmp(how, "dup3"))
		dup3(0, 2, O_CLOEXEC);
}

static void makes_a_listener(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bind(fd, (struct sockaddr *)&at, sizeof at);
	listen(fd, 5);
}

int main(int argc, char **argv)
{
	int first = argc > 3;
	if (first)
		makes_a_listener();
	if (!strcmp(argv[1], "child")) {
		if (!vfork()) {
			let_go_of_it(argv[2]);
			execl("/bin/true", "true", NULL);
			_exit(1);
		}
		wait(NULL);
	} else
		let_go_of_it(argv[2]);
	makes_a_listener();
	return 0;
}
END
cc -w -o "$T/spawns" "$T/spawns.c" || fail cc
rules='rule "all" { keepalive { idle = 5s } }'
SOCKMEND_LOG=stderr
export SOCKMEND_LOG
for how in nothing close range dup2 dup3; do
	mended "$rules" "$T/spawns" child $how 2>"$T/log"
	same "a vfork child: $how" 1 "$(grep -c options-set "$T/log")"
	mended "$rules" "$T/spawns" child $how later 2>"$T/log"
	same "a vfork child, after a listener: $how" 2 "$(grep -c options-set "$T/log")"
	[ $how != nothing ] || continue
	mended "$rules" "$T/spawns" itself $how 2>"$T/log"
	same "itself: $how" 0 "$(grep -c options-set "$T/log")"
done
