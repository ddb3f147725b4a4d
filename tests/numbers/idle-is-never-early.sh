#!/bin/sh
# Of 400 silent connections none is ended before its deadline, on an idle
# machine. The kernel stamps what it receives with its tick. Where that tick
# comes late (a busy host gave this machine no time) the stamp is as much too
# old: then at most one tick before. How late they end, `make bench` measures.
. "$(dirname "$0")/../lib/cost.sh"

rules='rule "quiet" { direction = accept idle { timeout = 4s } }'
connections=400

# How busy the machine was over the last minute, in percent.
busy=$(awk -v n="$(nproc)" '{ printf "%d", $1 * 100 / n }' /proc/loadavg)
mended "$rules" "$P/crowd" idle $connections 4000 >"$T/crowd.out" || fail "crowd"
read -r _ min _ p50 _ p99 _ max <"$T/crowd.out"

number "idle, lateness of $connections ends in ms: min $(tenths $((min / 100)))," \
	"p50 $(tenths $((p50 / 100))), p99 $(tenths $((p99 / 100)))," \
	"max $(tenths $((max / 100))) (none early; machine $busy % busy)"
early=0
[ $busy -lt 50 ] || early=-10000 # HZ=100, the longest tick there is
[ "$min" -ge $early ] || fail "ended early: $(cat "$T/crowd.out")"
