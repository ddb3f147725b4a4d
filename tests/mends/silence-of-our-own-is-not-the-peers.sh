#!/bin/sh
# A program that takes nothing for a while has shut its own window: its peer
# cannot send, and is not silent. Nor is a peer silent to which a server only
# sends. And a request that waits unread is never thrown away.
. "$(dirname "$0")/../lib/net.sh"
short=$(after 300) long=$(after 900)

for role in accept connect; do
	bare "$P/slow" read $role "$long" >"$T/bare.out" 2>&1
	same "bare: $role" "$role: 3000000 bytes, then the end" "$(cat "$T/bare.out")"
	for more in 'action = eof' 'action = reset' "escalate = ${short}ms"; do
		start "${more% =*}${more#*= }" mended "rule \"a\" {
			direction = $role
			idle { timeout = ${short}ms $more } }" \
			"$P/slow" read $role "$long"
	done
	for name in actioneof actionreset "escalate${short}ms"; do
		reap_within 60 "$name"
		same "mended: $role, $name" "$(cat "$T/bare.out")" \
			"$(cat "$T/$name.out")"
	done
done

# A server that only sends.
supersede="supersede { when = same_peer after = ${short}ms }"
same "bare: a feeder" "the first one goes on" \
	"$(bare "$P/slow" feed "$long" 2>&1)"
same "mended: a feeder" "the first one goes on" \
	"$(mended "rule \"a\" { direction = accept $supersede }" "$P/slow" feed "$long" 2>&1)"

# A request that comes while the program is stopped, and waits for long.
stopped()
{
	name=$1 port=$2
	rm -f "$T/go"
	start "$name" mended_sock "rule \"a\" { $3 }" tcp4 bind $HERE:"$port" \
		listen 5 accept await "$T/go" recv 64 send answer
	await_listener "$port"
	start "$name.peer" peer "$P/sock" tcp4 connect $HERE:"$port" \
		await "$T/$name.stopped" send hello recv 64
	soon "$name: accepted" "$T/$name.out" '^accept'
	kill -STOP "$(pid_of "$name")"
	touch "$T/$name.stopped"
	soon "$name: the request is out" "$T/$name.peer.out" '^send'
	[ -z "${4:-}" ] || start "$name.second" peer "$P/sock" tcp4 connect $HERE:"$port" stay
	pause 900
	kill -CONT "$(pid_of "$name")"
	pause 900
	touch "$T/go"
	reap_within 30 "$name.peer"
	has "$name: the request was read" "$T/$name.out" '^recv 64 "hello" = 5'
	has "$name: and answered" "$T/$name.peer.out" '^recv 64 "answer" = 6'
	stop "$name"
}
stopped reset 5001 "idle { timeout = ${short}ms action = reset }"
stopped escalate 5002 "idle { timeout = ${short}ms escalate = ${short}ms }"
stopped any 5003 "supersede { when = any after = ${short}ms }" second
stopped same-peer 5004 "supersede { when = same_peer after = ${short}ms }" second
