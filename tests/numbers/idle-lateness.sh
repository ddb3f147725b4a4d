#!/bin/sh
# A silent connection is ended between 0 and 20 ms after its deadline, on an
# idle machine. The kernel stamps what it receives with its tick, and where that
# tick itself comes late (a busy host gave our machine no time) the stamp is as
# much too old: then at most one tick before.
. "$(dirname "$0")/../lib/cost.sh"

rules='rule "quiet" { direction = accept idle { timeout = 4s } }'
connections=400
most=$(bound idle-lateness-ms) || fail "$most"

# How busy the machine was over the last minute, in percent.
busy=$(awk -v n="$(nproc)" '{ printf "%d", $1 * 100 / n }' /proc/loadavg)
mended "$rules" "$P/crowd" idle $connections 4000 >"$T/crowd.out" || fail "crowd"
read -r _ min _ p50 _ p99 _ max <"$T/crowd.out"

number "idle, lateness of $connections ends in ms: min $(tenths $((min / 100)))," \
	"p50 $(tenths $((p50 / 100))), p99 $(tenths $((p99 / 100)))," \
	"max $(tenths $((max / 100))) (bound 0 to $most; machine $busy % busy)"
early=0
[ $busy -lt 50 ] || early=-10000 # HZ=100, the longest tick there is
[ "$min" -ge $early ] || fail "ended early: $(cat "$T/crowd.out")"
if [ $busy -lt 50 ]; then
	between "lateness on an idle machine, microseconds" 0 "$((most * 1000))" "$max"
else
	between "lateness on a busy machine, microseconds" 0 2000000 "$max"
fi
