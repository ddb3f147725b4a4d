#!/bin/sh
# Processes that fork, vfork, spawn, exec, change namespaces, cancel threads or
# end while the watch task has something to do: all as bare, and the watched
# connection is still ended.
. "$(dirname "$0")/../lib/test.sh"
rules='rule "quiet" { direction = accept eof { } idle { timeout = 300ms } }'
hasty='rule "hasty" { direction = accept idle { timeout = 10ms } }'

# story RULES NAME [ARGUMENT]: status 7 says it went well; 77 cannot be.
story()
{
	story_rules=$1
	shift
	mended "$story_rules" timeout $((40 * PATIENCE)) "$P/life" "$@" >"$T/$1.out" 2>"$T/$1.err"
	case $? in
	7) ;;
	77) skipped="$skipped $*" ;;
	*) wrong="$wrong
$*: $(cat "$T/$1.out" "$T/$1.err")" ;;
	esac
	rm -f "$T/$1.out" "$T/$1.err"
}

wrong= skipped=
for name in fork server_that_forks raw_fork vfork vfork_accepts spawn exec \
	unshare_often unshare_refused failed_calls closefrom low_numbers main_leaves \
	only_main_leaves cancel signals; do
	story "$rules" $name
done
# What the kernel lets us do bare, it must let us do mended.
for name in unshare setuid; do
	case $(bare timeout $((2 * PATIENCE)) "$P/life" $name 2>&1) in
	*permitted* | *Invalid*) skipped="$skipped $name" ;;
	*) story "$rules" $name ;;
	esac
done
story "$hasty" exit_while_acting
# The listener alone does not tell the rule, so each connection has its own.
story 'rule "from" { direction = accept peer = { "127.0.0.0/8" } eof { }
	idle { timeout = 300ms } }' failed_calls
for number in 2047 2048 2049 10000 65535 65536 65537 1048575; do
	story "$rules" high_number $number
done

mended "$rules" "$P/life" daemon "$T/daemon"
wait_until 22 test -e "$T/daemon" || wrong="$wrong
daemon: the end never came"

# The end is still recorded after a shutdown() the kernel refused.
rm -f "$SOCKMEND_RUNDIR"/*
story 'rule "eof" { eof { } }' refused_shutdown
events | grep -q ' eof ' || wrong="$wrong
refused_shutdown: no event eof"

# Launched without a stderr, the program's first file gets number 2.
LD_PRELOAD=$B/libsockmend.so SOCKMEND_LOG=stderr SOCKMEND_POLICY=$(policy "$rules") \
	"$P/life" file_as_stderr "$T/own" 2>&-
[ $? = 7 ] || wrong="$wrong
file_as_stderr: $(cat "$T/own")"

[ -z "$wrong" ] || fail "these went wrong:$wrong"
[ -z "$skipped" ] || echo "not allowed here:$skipped"
