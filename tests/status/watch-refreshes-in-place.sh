#!/bin/sh
# status --watch draws anew by itself and when the window changes; q, ctrl-c
# and SIGTERM leave, and give the terminal back as it was.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/status.sh"
start server mended_sock 'rule "r" { eof { } }' tcp4 bind $HERE:5000 listen 9 \
	accept touch "$T/1" stay
await_listener 5000
pid=$(pid_of server)

start watch on_terminal 90x10 "$T/drawn" 'see=listen' "touch=$T/watching" \
	"see=$PEER:7001" 'size=30x10' 'see=\x1b\[H.*\x1b\[J' 'type=q' \
	-- "$B/sockmendctl" status --watch "$pid"
wait_until 60 test -e "$T/watching" || fail "nothing is drawn"
start one peer "$P/sock" tcp4 bind $PEER:7001 connect $HERE:5000 stay
reap_within 60 watch
same "q" "0 same" "$(cat "$T/watch.out")"
has "the other screen" "$T/drawn" "$(printf '\033\\[\\?1049h')"
has "and back" "$T/drawn" "$(printf '\033\\[\\?1049l')"
has "the cursor" "$T/drawn" "$(printf '\033\\[\\?25h')"

same "ctrl-c" "0 same" "$(on_terminal 20x5 "$T/drawn" 'see=established' 'type=\x03' \
	-- "$B/sockmendctl" status --watch "$pid")"
same "SIGTERM" "0 same" "$(on_terminal 20x2 "$T/drawn" 'see=PID' 'signal=SIGTERM' \
	-- "$B/sockmendctl" status --watch "$pid")"
has "SIGTERM: back" "$T/drawn" "$(printf '\033\\[\\?1049l')"
same "a very small window" "0 same" "$(on_terminal 1x1 "$T/drawn" 'see=\x1b\[J' 'type=q' \
	-- "$B/sockmendctl" status --watch "$pid")"
same "a dumb terminal" "2 same" "$(SCREEN_TERM=dumb on_terminal 80x24 "$T/drawn" \
	'see=cursor' -- "$B/sockmendctl" status --watch "$pid")"
lacks "a dumb terminal" "$T/drawn" "$(printf '\033')"
stop server
same "nobody left" "0 same" "$(on_terminal 80x24 "$T/drawn" 'see=PID' 'type=q' \
	-- "$B/sockmendctl" status --watch "$pid")"

# Many rows: no more lines than the window has, so that nothing scrolls.
start many mended_sock 'rule "r" { eof { } }' \
	$(repeated 30 tcp4 bind $HERE:0 listen 1) touch "$T/many" stay
wait_until 20 test -e "$T/many"
same "30 rows in 6 lines" "0 same" "$(on_terminal 80x6 "$T/drawn" 'see=more' 'type=q' \
	-- "$B/sockmendctl" status --watch "$(pid_of many)")"
"$PYTHON" - "$T/drawn" <<-'END' || fail "more lines than the window has"
	import sys
	for picture in open(sys.argv[1], "rb").read().split(b"\x1b[H")[1:]:
	    assert picture.split(b"\x1b[J")[0].count(b"\n") < 6, picture
END
status --watch "$pid"
same "without a terminal" 2 $?
has "without a terminal" "$T/status.err" "wants a terminal"
