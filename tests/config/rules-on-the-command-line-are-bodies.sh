#!/bin/sh
# -r takes the body of a rule and nothing that would get out of it; what is
# wrong is named by the number of the -r and the line in it.
. "$(dirname "$0")/../lib/system.sh"

"$CTL" compile -r 'idle { timeout = 2s } # two' -r 'program = {"a b"}
	close_wait { after = 3s }' -p safe >policy.out
has "the first" policy.out '^rule name=-r%201 idle=on idle.timeout=2000$'
has "the second" policy.out \
	'^rule name=-r%202 program=a%20b close_wait=on close_wait.after=3000$'
same "an empty one" "-r%201 safe" "$(rules -r '')"

says '-r 2:2: idle.timeout = 5ms: want 10ms-30d or off' \
	"$CTL" compile -r '' -r 'idle {
		timeout = 5ms }'
says '-r 1:1: }: want none: nothing is open' \
	"$CTL" compile -r '} rule "b" {'
says '-r 1:1: idle = {: want a } that closes it' \
	"$CTL" compile -r 'idle { timeout = 5s'
says '-r 1:1: /*: the comment is never closed: want */' \
	"$CTL" compile -r '/*'
says '-r 1:1: program = "a: want a closing quote in the same line' \
	"$CTL" compile -r 'program = "a'
all='program, direction, local, peer, mode, ephemeral_port, reuse_address, keepalive, eof, idle, close_wait, errors, supersede, self_connect, connect_timeout, dead, override, set'
says "-r 1:1: log = none: no such option: want one of $all" \
	"$CTL" compile -r 'log = none'
says "-r 1:1: include = (: no such option: want one of $all" \
	"$CTL" compile -r 'include("x")'
head -c 65537 /dev/zero | tr '\0' ' ' >blanks
says "-r 1: want at most 65536 bytes" \
	"$CTL" compile -r "$(cat blanks)"
