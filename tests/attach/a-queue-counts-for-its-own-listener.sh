#!/bin/sh
# Two programs listen on one port: one at every address, one at a single
# address, where a client waits. The first one's silent client stays, for
# nobody waits for that. When a client waits there, it goes.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/attach.sh"
[ -z "$OWN_NET" ] || ip addr add $NET.8/24 dev cable
start every sock tcp4 set SO_REUSEPORT 1 bind 0.0.0.0:$WILD listen 5 accept recv 64 touch "$T/eof" close stay
await_listener $WILD
start single sock tcp4 set SO_REUSEPORT 1 bind $NET.8:$WILD listen 5 stay
two() { [ "$(ss_of -Hltn "sport = :$WILD" | wc -l)" = 2 ]; }
wait_until 20 two || fail "two do not listen: $(sockets $WILD)"

start silent peer "$P/sock" tcp4 connect $HERE:$WILD stay
soon "served" "$T/every.out" '^accept = '
watch_over every -r 'supersede { when = any  after = 500ms } set { so_priority = 3 }'
event "it is known" "options-set .*$HERE:$WILD <- "
start elsewhere peer "$P/sock" tcp4 connect $NET.8:$WILD stay
queued() { ss -Hltn "src = $1:$WILD" | awk '$2 == 1 { found = 1 } END { exit !found }'; }
wait_until 20 queued $NET.8 || fail "no client waits"
# Rounds go on: what the program connects next is seen after that.
start late sock tcp4 connect $NET.8:$WILD stay
wait_until 20 grep -q . "$T/late.out"
sleep 2
no_event "the other's queue ends nothing" superseded
[ ! -e "$T/eof" ] || fail "it read the end"

start here peer "$P/sock" tcp4 connect $HERE:$WILD stay
event "its own queue does" "superseded rule -r 1 $HERE:$WILD <- "
wait_until 20 test -e "$T/eof" || fail "it did not read the end"
