#!/bin/sh
# A set-id program, whose loader ignores LD_PRELOAD: attach does its mends.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/attach.sh"
needs setpriv
place=$(mktemp -d /tmp/sockmend-attach.XXXXXX)
trap 'rm -rf "$place"; tidy' EXIT
chmod 755 "$place"
cp "$B/examples/camsrv" "$place/camsrv"
chown 1:1 "$place/camsrv"
chmod 6755 "$place/camsrv"
"$B/sockmendctl" probe "$place/camsrv" >"$T/probe"

# Preloaded by nobody it is not mended: the kernel sees to that.
start server setpriv --reuid=65534 --regid=65534 --clear-groups \
	env LD_PRELOAD="$B/libsockmend.so" "$place/camsrv" $WILD
await_listener $WILD
pid=$(pid_of server)
same "it runs as another user" 1 "$(awk '/^Uid:/ { print $3 }' "/proc/$pid/status")"
grep -q libsockmend "/proc/$pid/maps" && fail "it is preloaded"
start camera peer "$P/sock" tcp4 connect $HERE:$WILD send frame1 stay
soon "served" "$T/server.err" 'frame1'

watch_over server -r 'idle { timeout = 500ms }'
soon "the program reads the end of file" "$T/server.err" 'recv\(\) = 0'
event "the event" "camsrv\[$pid\] fd 4 idle-ended rule -r 1"
stop server
reap_within 20 attach
