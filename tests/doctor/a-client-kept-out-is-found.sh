#!/bin/sh
# Somebody waits at the door while a silent connection is served.
. "$(dirname "$0")/../lib/doctor.sh"
start camsrv bare "$B/examples/camsrv" $WILD
await_listener $WILD
start first peer "$P/sock" tcp4 connect $HERE:$WILD send 8 recv 64 stay
soon "the first is served" "$T/first.out" 'recv 64 "stored'
doctor
has "nobody waits" "$T/found" '^ok blocked-listener'
start second peer "$P/sock" tcp4 connect $HERE:$WILD send 8 stay
finds "kept out" "^warning blocked-listener camsrv\[$(pid_of camsrv)\], served while the next client waits = 1 .*\| # supersede \{ when = same_peer"
