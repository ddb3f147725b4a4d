#!/bin/sh
# supersede { when = off }, and { after = off }: nothing is watched, no call is
# made, nobody is ended.
. "$(dirname "$0")/../lib/net.sh"
port=5000
for body in "when = off" "after = off" "when = any after = 0"; do
	port=$((port + 1))
	rules="rule \"off\" { supersede { $body } }"
	start server mended_sock "$rules" tcp4 bind $HERE:$port listen 5 accept \
		touch "$T/$port" recv 64 stay
	await_listener $port
	start old peer "$P/sock" tcp4 connect $HERE:$port stay
	wait_until 20 test -e "$T/$port" || fail "not accepted"
	start new peer "$P/sock" tcp4 connect $HERE:$port stay
	soon "waits" "$T/new.out" '^connect .* = 0'
	sleep 0.5
	same "$body: no task of ours" 1 "$(ls "/proc/$(pid_of server)/task" | wc -l)"
	lacks "$body: still served" "$T/server.out" '^recv'
	for name in server old new; do stop $name; done
done
no_event "nobody" superseded
