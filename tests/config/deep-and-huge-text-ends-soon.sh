#!/bin/sh
# Text made to exhaust a parser: an answer within seconds, one line long.
. "$(dirname "$0")/../lib/system.sh"

# answers NAME: a message or a policy, no signal, no hang.
answers()
{
	timeout $((20 * PATIENCE)) "$CTL" compile -c "$1" >"$1.out" 2>"$1.err"
	status=$?
	[ $status -le 1 ] || fail "$1: status $status"
	[ $status = 0 ] || same "lines about $1" 1 "$(wc -l <"$1.err")"
	[ $status = 0 ] || same "policy of $1" "" "$(cat "$1.out")"
}

# repeated TEXT: 64 KB of it.
repeated()
{
	yes "$1" | tr -d '\n' | head -c 65536
}

repeated 'x {' >unknown
repeated 'rule "a" { idle { ' >nested
repeated '{' >braces
repeated '}' >closing
repeated '"' >quotes
repeated '\' >backslashes
repeated '/*' >comments
repeated '=' >equals
repeated 'a' >word
repeated 'include("word") ' >includes
repeated '# ' >silence
{ printf 'rule "a" { program = {"'; repeated 'x' | head -c 60000
	echo '"} }'; } >long
{ printf 'rule "a" { program = {'; repeated '"a",' | head -c 60000
	echo '} }'; } >list
for name in unknown nested braces closing quotes backslashes comments equals \
	word includes silence long list; do
	answers $name
done

i=0
while [ $((i += 1)) -le 4000 ]; do
	echo "rule \"$i\" { }"
done >many
answers many
same "all rules are there" 4000 "$(rules -c many | wc -w)"

# Text that fits, a policy that does not.
{ printf 'rule "a" { program = {"'; repeated '%' | head -c 60000
	echo '"} }'; } >escaped
says "sockmendctl: the policy of 1 rules is longer than 65536 bytes: want fewer rules" \
	"$CTL" compile -c escaped
