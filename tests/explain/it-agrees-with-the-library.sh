#!/bin/sh
# The rule explain names is the rule the library names in its events, for the
# same program, direction and addresses.
. "$(dirname "$0")/../lib/test.sh"

rules='rule "other" { program = "other" eof { } }
rule "far" { peer = "10.0.0.0/8" eof { } }
rule "privileged" { local = "*:1-1023" eof { } }
rule "in" { direction = accept program = "/*/sock" peer = "127.0.0.0/8:1024-65535" eof { } }
rule "bound" { program = "s*k" local = "127.0.0.1" eof { } }
rule "rest" { eof { } }'
policy "$rules" >"$T/policy" || fail "$(cat "$T/policy")"
conf=$(sed 's/policy$/conf/' "$T/policy")

# serve NAME bare|mended VERB…: a listener that accepts; its address is $server.
serve()
{
	serve_name=$1
	shift
	start "$serve_name" "$@"
	soon "a listener" "$T/$serve_name.out" '^listen 5 = 0'
	server=127.0.0.1:$(sed -n 's/^getsockname.*127\.0\.0\.1:\([0-9]*\).*/\1/p' \
		"$T/$serve_name.out" | tail -n 1)
}

serve mended mended_sock "$rules" tcp4 bind 127.0.0.1:0 getsockname listen 5 accept recv 9
sock tcp4 connect "$server" close >"$T/sock.out" || fail "connect"
reap_within 20 mended
serve bare sock tcp4 bind 127.0.0.1:0 getsockname listen 5 accept close
mended_sock "$rules" tcp4 connect "$server" recv 9 >"$T/sock.out" || fail "connect"
reap_within 20 bare

"$B/sockmendctl" events --json | grep '"event":"eof"' >"$T/events"
same "events" 2 "$(wc -l <"$T/events")"
# member NAME: of the event
member()
{
	echo "$event" | sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"
}

met=
while read -r event; do
	direction=connect local='*' # for connect: what the program bound before
	case $event in
	*'"accepted":true'*) direction=accept local=$(member local) ;;
	esac
	"$B/sockmendctl" explain -c "$conf" -P "$P/sock" $direction \
		"$local" "$(member peer)" >"$T/explained"
	same "who governs $direction" "$(member rule)" \
		"$(sed -n 's/.*rule "\(.*\)" governs it.*:$/\1/p' "$T/explained")"
	met="$met $(member rule)"
done <"$T/events"
same "the rules met" " in rest" "$met"
