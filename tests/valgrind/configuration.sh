#!/bin/sh
# sockmendctl under Valgrind, on configurations that are well and on those
# that are not: no error, nothing lost, and no descriptor left open.
. "$(dirname "$0")/../lib/system.sh"
needs valgrind

clean()
{
	valgrind -q --error-exitcode=99 --leak-check=full --track-fds=yes \
		--show-leak-kinds=all --errors-for-leak-kinds=all \
		"$CTL" "$@" >clean.stdout 2>clean.err
	[ $? -ne 99 ] || fail "$*"
	lacks "descriptors after $*" clean.err 'Open file descriptor [3-9]'
}

clean compile
clean apply
clean check
clean compile -p nowhere
clean compile -c /
clean compile -r 'idle { timeout = 5s }' -p safe
clean compile -r 'idle { timeout = 5ms }'
clean show --json -p device-fleet
clean show -p leaky-server ls
echo 'include("bad.conf")' >outer.conf
for text in 'rule "a" { idle { timeout = 5ms } }' 'rule "a" {' 'mode = fast' \
	'rule "a" { peer = { "x" } }' 'rule "a" { } rule "a" { }' \
	'include("outer.conf")' 'include("/")' '/*' '"' '\'; do
	printf '%s' "$text" >bad.conf
	clean compile -c bad.conf
	clean compile -c outer.conf
done
