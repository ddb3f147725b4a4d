#!/bin/sh
# What a rule may ask for at the end of a silent connection, from outside: the
# end of file and a reset after it, a reset at once, a record alone; unread data
# is never thrown away, and what is still to be sent is delivered.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/attach.sh"

# served PORT RULE: a server that reads once and does not close, its client,
# and attach
served()
{
	start server sock tcp4 bind $HERE:$1 listen 5 accept recv 64 touch "$T/$1" recv 64 stay
	await_listener "$1"
	start client peer "$P/sock" tcp4 connect $HERE:$1 send read recv 64 stay
	wait_until 20 test -e "$T/$1" || fail "not accepted"
	watch_over server -r "$2"
}

# Two connections: one has data its server has not read, and is younger.
start server sock tcp4 bind $HERE:5001 listen 5 accept accept touch "$T/5001" \
	await "$T/read5001" use 2 recv 64 recv 64 stay
await_listener 5001
start client peer "$P/sock" tcp4 bind $PEER:3002 await "$T/first" connect $HERE:5001 send unread recv 64 stay
start silent peer "$P/sock" tcp4 bind $PEER:3001 connect $HERE:5001 touch "$T/first" stay
wait_until 20 test -e "$T/5001" || fail "not accepted"
watch_over server -r 'idle { timeout = 300ms  escalate = 3s }'
event "a silent one is reset in the end" 'idle-escalated .*:3001: still open after end of file; reset'
no_event "unread data is no silence" ':3002'
touch "$T/read5001"
event "once it is read, it is" ':3002: received nothing for [0-9]+ms; given end of file'
has "what had come was read" "$T/server.out" 'recv 64 "unread" = 6'
soon "then the end" "$T/server.out" 'recv 64 = 0'
event "not closed: reset" 'idle-escalated rule -r 1 .*:3002: still open after end of file; reset'
gone() { ! socket_is established 5001; }
wait_until 10 gone || fail "$(sockets 5001)"
soon "its peer reads a reset" "$T/client.out" 'recv 64 = -1 ECONNRESET'
stop attach

served 5002 'idle { timeout = 300ms  action = reset }'
event "reset" ':5002 <- .*for [0-9]+ms; reset'
soon "the peer reads it" "$T/client.out" 'recv 64 = -1 ECONNRESET'
stop attach

served 5003 'idle { timeout = 300ms  action = log }'
event "only recorded" ':5003 <- .*ms; only recorded'
socket_is established 5003 || fail "it was ended"
same "once" 1 "$("$B/sockmendctl" events | grep -c only.recorded)"
stop attach

# More than fits into both ends' buffers: the close delivers it.
start queue sock tcp4 bind $HERE:5004 listen 5 accept nonblock \
	pour 100000000 block recv 64 close
await_listener 5004
start late peer "$P/sock" tcp4 connect $HERE:5004 await "$T/closed" drain
wait_until 20 grep -q '^pour' "$T/queue.out" || fail "nothing is queued"
watch_over queue -r 'idle { timeout = 300ms }'
soon "it reads the end" "$T/queue.out" '^recv 64 = 0'
reap_within 20 queue
touch "$T/closed"
reap_within 30 late
sent=$(sed -n 's/^pour \([0-9]*\) bytes.*/\1/p' "$T/queue.out")
has "all of it arrived, and a clean end" "$T/late.out" "^drain $sent bytes, then = 0"
