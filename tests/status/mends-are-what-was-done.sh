#!/bin/sh
# In observe mode a connection is recorded as one that would have been ended;
# status counts that among its events, and not among its mends.
. "$(dirname "$0")/../lib/net.sh"
for name in done observed; do
	port=$((${port:-5000} + 1)) mode=mend
	[ $name = done ] || mode=observe
	start $name mended_sock "mode = $mode
		rule \"quiet\" { idle { timeout = 300ms } }" \
		tcp4 bind $HERE:$port listen 5 accept stay
	await_listener $port
	start $name.client peer "$P/sock" tcp4 connect $HERE:$port stay
done
event "ended" "\[$(pid_of done)\] fd 4 idle-ended"
event "only observed" "\[$(pid_of observed)\] fd 4 would idle-ended"
for name in done observed; do
	"$B/sockmendctl" status "$(pid_of $name)" >"$T/$name.status"
	"$B/sockmendctl" status --json "$(pid_of $name)" >"$T/$name.json"
done
has "done" "$T/done.status" idle-ended
has "done, as JSON" "$T/done.json" '"mends":{[^}]*"idle-ended":1'
lacks "not done" "$T/observed.status" idle-ended
lacks "not done, as JSON" "$T/observed.json" '"mends":{[^}]*"idle-ended"'
