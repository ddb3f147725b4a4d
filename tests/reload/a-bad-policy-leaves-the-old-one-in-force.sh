#!/bin/sh
# What cannot be a policy, is somebody else's, or is gone leaves the rules in
# force as they were, and is said; a good one after that is taken up.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/reload.sh"

put 'rule "first" { set { tcp_nodelay = yes } }'
preloaded client $(seq 9 | sed "s|.*|await $T/go.& tcp4 connect $PEER:4991|") stay
start server peer "$P/sock" tcp4 bind $PEER:4991 listen 20 stay
await_listener 4991 peer

# connects NUMBER RULE WHAT: connection number so-and-so is under that rule.
connects()
{
	let_a_second_pass
	touch "$T/go.$1"
	wait_until 30 made "$1" || fail "$3: not connected"
	has "$3" "$T/last" " options-set rule $2 "
}
made()
{
	events | grep "\[$(pid_of client)\].*options-set" >"$T/made"
	tail -n 1 "$T/made" >"$T/last"
	[ "$(wc -l <"$T/made")" = "$1" ]
}
refused()
{
	event "$1" "\[$(pid_of client)\].*mend-failed.*take up $T/policy: $2"
}
connects 1 first "connected under the first"

head -c 40 "$T/policy" >"$T/policy.new"
mv "$T/policy.new" "$T/policy"
connects 2 first "a truncated policy changes nothing"
refused "and is said" truncated

printf 'this is no policy\n' >"$T/policy"
connects 3 first "one that is none changes nothing"
refused "and is said" 'not a sockmend policy'

: >"$T/policy"
connects 4 first "an empty one changes nothing"
refused "and is said" 'is empty'

rm "$T/policy"
connects 5 first "one that is gone changes nothing"

mkfifo "$T/policy"
connects 6 first "a fifo changes nothing and holds nobody up"
rm "$T/policy"

cp "$(policy 'rule "foreign" { set { tcp_nodelay = yes } }')" "$T/policy"
chmod 666 "$T/policy"
connects 7 first "one that everybody may write changes nothing"
rm "$T/policy"
cp "$(policy 'rule "foreign" { set { tcp_nodelay = yes } }')" "$T/policy"
chown 12345 "$T/policy" 2>/dev/null || rm "$T/policy" # not root: gone again
connects 8 first "one of another user changes nothing"
rm -f "$T/policy"

put 'rule "last" { set { tcp_nodelay = yes } }'
connects 9 last "a good one is taken up"
