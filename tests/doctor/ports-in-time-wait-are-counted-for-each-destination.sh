#!/bin/sh
# 60 of 100 ports are in TIME_WAIT to one server: a warning that names it.
. "$(dirname "$0")/../lib/doctor.sh"
needs_own_net "changes settings of the kernel"
keep_time_wait
sysctl -qw net.ipv4.ip_local_port_range="50000 50099" net.ipv4.tcp_tw_reuse=0
# shellcheck disable=SC2046
start server peer "$P/sock" tcp4 bind $PEER:6000 listen 100 $(repeated 65 use 0 accept recv 64 close) stay
await_listener 6000 peer
doctor
has "none yet" "$T/found" '^ok ports ports in TIME_WAIT'
# shellcheck disable=SC2046
sock $(repeated 60 tcp4 connect $PEER:6000 close) >"$T/calls.out"
same "all called" 60 "$(grep -c '^connect .* = 0$' "$T/calls.out")"
finds "counted" "^warning ports ports in TIME_WAIT to $PEER:6000 = 60 of 100 \|.*\| net\.ipv4\.tcp_tw_reuse=1"
same "as ss has it" "$(sed -n 's/.*:6000 = \([0-9]*\) of 100.*/\1/p' "$T/found")" \
	"$(ss -Htan state time-wait 'dport = :6000' | wc -l)"
