# Random socket programs, bare and mended: . "$(dirname "$0")/../lib/differ.sh"
#
# In a network namespace, for differ makes others from it.
# shellcheck shell=sh
. "${TOP:-$(dirname "$0")/../..}/tests/lib/alone.sh"
needs_own_net "makes networks for its programs"
. "$(dirname "$0")/../lib/test.sh"

# differ OPTION…: its last line, which tells the numbers, goes to the summary.
differ()
{
	"$B/tests/differential/differ" "$@" >"$T/differ.out" 2>&1
	differ_status=$?
	has "differ's numbers" "$T/differ.out" '^seed '
	read -r _ seed _ cases _ calls _ differing _ unsteady _ stuck \
		_ seconds _ rate <<-END
		$(grep '^seed ' "$T/differ.out")
	END
	number "calls of random programs (seed $seed, $cases programs) bare," \
		"under a rule that changes nothing and a full one: $calls in" \
		"$seconds s, $rate a second; differing $differing (bound 0)," \
		"not seen again $unsteady (bound $((cases / 500 + 1)))"
	[ "$differ_status" = 0 ] || fail "differ: status $differ_status"
	[ "$unsteady" -le $((cases / 500 + 1)) ] ||
		fail "too many differences that chance made"
	[ "$stuck" -le $((cases / 1000 + 1)) ] || fail "programs that wait"
}
