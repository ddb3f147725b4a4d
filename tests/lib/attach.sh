# For the tests of attach: . "$(dirname "$0")/../lib/attach.sh", after net.sh
# shellcheck shell=sh
[ "$(id -u)" = 0 ] || skip "only root may take the sockets of others"

# static PROGRAM: one of the examples, as no loader starts it: $T/PROGRAM
static()
{
	${CC:-cc} -w -O1 -static -o "$T/$1" "$TOP/examples/$1.c" ||
		fail "$1 does not build statically"
	"$B/sockmendctl" probe "$T/$1" >"$T/probe" &&
		fail "$1 could be preloaded: $(cat "$T/probe")"
	has "why not" "$T/probe" '^because: it is statically linked'
}

# attach NAME [OPTION]…: to the program started as NAME, until it has ended
attach()
{
	"$B/sockmendctl" attach "$@"
}

# watch_over NAME OPTION…: attach --watch in the background, as `attach`
watch_over()
{
	watched=$(pid_of "$1")
	shift
	start attach bare "$B/sockmendctl" attach --watch "$@" "$watched"
}
