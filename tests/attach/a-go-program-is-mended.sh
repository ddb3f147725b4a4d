#!/bin/sh
# A Go program as Debian ships it, the server of Prometheus: it makes its
# system calls itself, so no library can stand before them. From outside it
# gets options, and a client that fell silent is ended.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/attach.sh"
needs prometheus
"$B/sockmendctl" probe "$(command -v prometheus)" >"$T/probe" &&
	fail "it could be preloaded"
has "Go" "$T/probe" '^because: it is a Go program'
has "attach is named" "$T/probe" '^way out: .*sockmendctl attach'

echo '{}' >"$T/prometheus.yml"
start server bare prometheus --config.file="$T/prometheus.yml" \
	--storage.tsdb.path="$T/data" --web.listen-address=$HERE:9090
wait_until 60 listening 9090 || fail "it does not serve"
start silent peer "$P/sock" tcp4 connect $HERE:9090 stay
start talks peer "$P/sock" tcp4 connect $HERE:9090 \
	send 'GET /-/ready HTTP/1.0' stay
served() { ss_of '-Htn state established' 'sport = :9090'; }
both() { [ "$(sockets 9090 | grep -c 'ESTAB.*users')" = 2 ] ||
	[ "$(served | wc -l)" = 2 ]; }
wait_until 30 both || fail "not accepted"
same "bare it stays for as long as the server likes" 2 \
	"$(served | wc -l)"

# Go sets its own keepalive on what it accepts: that stands. What it leaves alone
# is the rule's; its listener has all of it.
watch_over server -r 'direction = accept  keepalive { idle = 100s  interval = 7s  probes = 3 }
	set { tcp_notsent_lowat = 4096 }  idle { timeout = 1500ms }'
event "the listener's options" "prometheus\\[[0-9]+\\] fd [0-9]+ options-set rule -r 1 $HERE:9090: .*TCP_KEEPIDLE=100.*TCP_NOTSENT_LOWAT=4096"
event "a connection's options" "prometheus\\[[0-9]+\\] fd [0-9]+ options-set rule -r 1 $HERE:9090 <- .*TCP_KEEPCNT=3.*TCP_NOTSENT_LOWAT=4096"
event "the program's own" "prometheus\\[[0-9]+\\] fd [0-9]+ override-kept rule -r 1 $HERE:9090 <- .*TCP_KEEPIDLE"
keeps() { sockets 9090 | grep -Eq 'LISTEN|ESTAB.*timer:\(keepalive,1min'; }
wait_until 10 keeps || fail "$(sockets 9090)"
event "and the silent client is ended" "prometheus\[[0-9]+\] fd [0-9]+ idle-ended .*9090 <- $PEER"
gone() { [ "$(served | wc -l)" = 0 ]; }
wait_until 20 gone || fail "the program did not close: $(sockets 9090)"
no_socket 9090 peer || same "nothing of it is left at the peer" "" \
	"$(ss_of peer '-Htan state established' 'dport = :9090')"

# It serves on, from inside the same options: its listener has them.
peer curl -sf --max-time 20 http://$HERE:9090/-/ready >"$T/ready" ||
	fail "it serves no more: $(tail -n 3 "$T/server.err")"
start new peer "$P/sock" tcp4 connect $HERE:9090 stay
inherits() { sockets 9090 | grep -Eq 'ESTAB.*timer:\(keepalive,1min'; }
wait_until 10 inherits || :
stop server
reap_within 30 attach
