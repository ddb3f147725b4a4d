#!/bin/sh
# What keeps attach from its work is said once, not every second, and nothing is
# concluded from a listing the kernel cut short. Without a journal it mends all
# the same.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/attach.sh"
needs strace
start server sock tcp4 bind $HERE:5000 listen 5 accept touch "$T/accepted" recv 64 stay
await_listener 5000
start client peer "$P/sock" tcp4 connect $HERE:5000 shutdown WR stay
wait_until 20 socket_is close-wait 5000 || fail "not in CLOSE_WAIT"
pid=$(pid_of server)

# The third listing and those after it fail; the connection was probed by then.
start attach strace -D -f -qq -o "$T/trace" -e trace=sendto \
	-e inject=sendto:error=ENOBUFS:when=5+ \
	"$B/sockmendctl" attach --watch -r 'close_wait { after = 200ms }' "$pid"
soon "said" "$T/attach.err" 'sock\[[0-9]+\]: its sockets: No buffer space available'
again() { [ "$(grep -c INJECTED "$T/trace")" -ge 3 ]; }
wait_until 20 again || fail "it gave up"
same "once" 1 "$(grep -c 'No buffer space' "$T/attach.err")"
no_event "nothing is concluded" 'close-wait-ended'
stop attach
strace -f -qq -o /dev/null -e trace=sendto -e inject=sendto:error=ENOBUFS \
	"$B/sockmendctl" attach -r 'close_wait { after = 200ms }' "$pid" >"$T/once" 2>&1
same "in one look it is bad news" 1 $?

# No place for a journal.
touch "$T/file"
SOCKMEND_RUNDIR=$T/file/run start attach bare "$B/sockmendctl" attach --watch \
	-r 'close_wait { after = 200ms  half_close = ignore } keepalive { idle = 100s }' "$pid"
soon "told" "$T/attach.err" 'no journal: there is no directory of ours for it'
wait_until 20 not_in_close_wait 5000 || fail "not mended"
soon "and said" "$T/attach.out" 'close-wait-ended rule -r 1'
same "once" 1 "$(grep -c 'no journal' "$T/attach.err")"
# Nobody reads what it says: it goes on.
running attach || fail "it ended"
