#!/bin/sh
# helgrind on a program whose descriptors the watch task looks at while the
# program opens, reads and closes them.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/valgrind.sh"
rules='rule "all" { eof { } idle { timeout = 50ms escalate = 50ms }
	close_wait { after = 50ms reclaim = yes } }'

# shellcheck disable=SC2046
start server checked_by helgrind "$rules" "$P/sock" \
	tcp4 bind $HERE:5000 listen 20 $(repeated 20 use 0 accept recv 64 close) \
	$(repeated 5 use 0 accept recv 64 sleep 200 close)
await_listener 5000
for _ in 1 2 3 4 5; do
	# shellcheck disable=SC2046
	start client peer "$P/sock" $(repeated 5 tcp4 connect $HERE:5000 recv 64 close)
	reap_within 60 client
done
reap_within 60 server || fail "helgrind: $(cat "$T/server.err")"
# On a busy machine it may come to its read after the escalation, too.
same "every one was ended" 25 "$(grep -Ec '^recv 64 = (0|-1 ECONNRESET)' "$T/server.out")"
event "by the watch task" idle-ended
