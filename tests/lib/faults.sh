# System calls of the library that fail: . "$(dirname "$0")/../lib/faults.sh"
#
# tests/programs/everymend.c runs with a fault in one call of ours (never in
# one of its own) and must say what it says without us. The test runs in a
# network namespace of its own; each run has an address of 127.0.0.0/8 (in a
# shared network, of the 3 840 that a test has above 127.240.0.0).
# shellcheck shell=sh
. "${TOP:-$(dirname "$0")/../..}/tests/lib/alone.sh"
. "$(dirname "$0")/../lib/test.sh"
needs cc ip
blocks=127.1 first_block=1
if [ -n "$OWN_NET" ]; then
	ip link set lo up || skip "no loopback of our own"
else
	blocks=127.$((240 + $$ % 14)) first_block=$(($$ / 14 % 16 * 16))
fi

cc -shared -fPIC -O1 -w -D_GNU_SOURCE -o "$T/gate.so" "$TOP/tests/faults/gate.c" ||
	fail "cc"
SOCKMEND_POLICY=$(policy "$(cat "$TOP/tests/faults/every-mend.conf")") || fail "$SOCKMEND_POLICY"
GATED_PRELOAD="$B/libsockmend.so $T/gate.so"
export SOCKMEND_POLICY GATED_PRELOAD

# with_faults N [FAULT]… [-- STORY…]: run number N (0 to 60000) under them, in
# $T/N: `out`, `err`, `report` and the journals in `run`. The exit status is
# the program's.
with_faults()
{
	run=$T/$1
	host=$blocks.$(($1 / 250 + first_block)).$(($1 % 250 + 1))
	shift
	mkdir -m 700 -p "$run" "$run/run"
	faults=
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		faults="$faults $1"
		shift
	done
	[ $# = 0 ] || shift
	# shellcheck disable=SC2086
	SOCKMEND_RUNDIR=$run/run "$P/faults" "$run/report" $faults -- \
		"$P/everymend" "$host" "$@" >"$run/out" 2>"$run/err"
}

# The events of run number N, one a line.
events_of()
{
	SOCKMEND_RUNDIR=$T/$1/run "$B/sockmendctl" events
}

# Without us, and with us when nothing fails.
bare "$P/everymend" $blocks.$first_block.254 >"$T/bare.out" 2>&1 || fail "bare: $?"
with_faults 0 || fail "without a fault: $(cat "$T/0/err")"
cmp -s "$T/0/out" "$T/bare.out" || fail "without a fault: $(cat "$T/0/out")"

# Which of N calls fail: the first ones, some in between, the last, all.
places()
{
	printf '%s\n' 1 2 3 5 8 $(($1 / 4)) $(($1 / 2)) $(($1 * 3 / 4)) "$1" |
		awk -v n="$1" '$1 >= 1 && $1 <= n' | sort -nu
	echo all
}

# From "CALL ERRNO…" lines the faults to try, one a line.
plan()
{
	while read -r call errors; do
		made=$(sed -n "s/^calls $call //p" "$T/0/report")
		for place in $(places "${made:-0}"); do
			for error in $errors; do
				echo "$call:$error:$place"
			done
		done
	done
}

# One fault; `survived` or `broken` says how it went.
try()
{
	with_faults "$1" "$2"
	status=$?
	if [ $status = 0 ] && cmp -s "$run/out" "$T/bare.out" &&
		! grep -qv '^sockmend: ' "$run/err"; then
		sed -n 's/^faults //p' "$run/report" >>"$T/survived"
	elif is_allowed "$2" "$(cat "$run/err")"; then
		echo 1 >>"$T/survived"
	else
		echo "$2: status $status: $(tail -n 3 "$run/err")" >>"$T/broken"
	fi
	rm -rf "$run"
}

# What the program sees all the same; a test may say more.
is_allowed()
{
	false
}

# survive CALLS…: every fault planned from standard input, four at a time.
survive()
{
	: >"$T/survived"
	plan >"$T/plan"
	for worker in 0 1 2 3; do
		awk -v w=$worker 'NR % 4 == w { print NR, $0 }' "$T/plan" |
			while read -r number fault; do
				try "$number" "$fault"
			done &
	done
	wait
	! [ -s "$T/broken" ] || fail "$(cat "$T/broken")"
	number "faults survived in $(basename "$0" .sh): $(awk '$1 { runs++; all += $1 }
		END { print runs " programs, " all " calls" }' "$T/survived")"
}
