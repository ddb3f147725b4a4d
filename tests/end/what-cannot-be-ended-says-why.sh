#!/bin/sh
# Wrong use is refused with status 2. What matches nothing, may not be ended or
# cannot be ended says why and what helps, with status 1. A plain user ends
# connections of programs of his own, and no others.
. "$(dirname "$0")/../lib/net.sh"
needs strace
place=$(mktemp -d "${TMPDIR:-/tmp}/sockmend-end.XXXXXX") || exit 1
trap 'rm -rf "$place"; tidy' EXIT
chmod 755 "$place"
cp "$B/sockmendctl" "$P/sock" "$place"
ctl=$place/sockmendctl

# says STATUS REGEX COMMAND…
says()
{
	wanted=$1 words=$2
	shift 2
	"$@" >"$T/said" 2>&1 </dev/null
	same "$* (said: $(cat "$T/said"))" "$wanted" $?
	has "$*" "$T/said" "$words"
}
says 2 'Name at least one filter' "$ctl" end
says 2 'Name at least one filter' "$ctl" end -y --how reset
says 2 '^usage' "$ctl" end --nothing
says 2 '--how = kill: want eof.reset.destroy' "$ctl" end --how kill 1
says 2 'PID = 12:: want PID or PID:FD' "$ctl" end 12:
says 2 'PID = -1: want' "$ctl" end -- -1
says 2 '--peer = 10.0.0.0/99: want' "$ctl" end --peer 10.0.0.0/99
says 1 'no connection matches' "$ctl" end --peer 203.0.113.1
says 1 'no such process' "$ctl" end 4194303
says 0 '^usage: sockmendctl end' "$ctl" end --help

start server bare "$P/sock" tcp4 bind $HERE:5000 listen 5 accept recv 64 stay
await_listener 5000
start client peer "$P/sock" tcp4 bind $PEER:1025 connect $HERE:5000 shutdown wr recv 64 stay
wait_until 20 socket_is close-wait 1025 || fail "$(sockets 1025)"
says 1 'no connection matches' "$ctl" end --state listen --local :5000
says 1 'has the end of file already .*--how reset' "$ctl" end --peer :1025
says 1 'not ended|cannot hand out its sockets' \
	strace -f -qq -o /dev/null -e trace=pidfd_getfd -e inject=pidfd_getfd:error=ENOSYS \
	"$ctl" end --how reset --peer :1025
socket_is close-wait 1025 || fail "it was ended"

[ "$(id -u)" = 0 ] || exit 0
needs setpriv
nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
$nobody true 2>/dev/null || exit 0
# shellcheck disable=SC2086
says 1 '1 matching of processes that may not be inspected: root may' \
	$nobody "$ctl" end --how reset --peer :1025
start own bare $nobody "$place/sock" tcp4 bind $HERE:5001 listen 5 accept recv 64 stay
await_listener 5001
start second peer "$P/sock" tcp4 bind $PEER:1026 connect $HERE:5001 recv 64 stay
soon "accepted" "$T/own.out" '^accept = '
# shellcheck disable=SC2086
says 1 'SOCK_DESTROY needs root .*--how reset goes through' \
	$nobody "$ctl" end --how destroy --peer :1026
if [ "$(cat /proc/sys/kernel/yama/ptrace_scope 2>/dev/null || echo 0)" = 0 ]; then
	# shellcheck disable=SC2086
	says 0 'end of file' $nobody "$ctl" end --peer :1026
	soon "it reads end of file" "$T/own.out" '^recv.* = 0'
fi
