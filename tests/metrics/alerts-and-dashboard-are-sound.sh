#!/bin/sh
# The example alerts and the dashboard: promtool takes every expression, the
# alerts pass their test, every metric they ask for is one that we print, and
# the dashboard has the shape that Grafana loads.
. "$(dirname "$0")/../lib/test.sh"
needs promtool python3
examples=$TOP/examples/monitoring
cd "$examples" || exit 1

promtool check rules sockmend.rules.yml >"$T/check" 2>&1 || fail "$(cat "$T/check")"
promtool test rules sockmend.rules.test.yml >"$T/test" 2>&1 || fail "$(cat "$T/test")"

# Every metric there is.
"$P/journal" "$T/run" 4101 busy 10 torn >/dev/null
start collect bare "$B/sockmendctl" collect --file "$T/log" --metrics "$T/prom" --interval 50ms
wait_until 30 test -s "$T/prom" || fail "no metrics"
stop collect
sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' "$T/prom" | sort >"$T/printed"

"$PYTHON" "$TOP/tests/lib/dashboard.py" sockmend.dashboard.json >"$T/rules.yml" ||
	fail "the dashboard's shape"
promtool check rules "$T/rules.yml" >"$T/check" 2>&1 ||
	fail "its expressions: $(cat "$T/check")"
grep -oh 'sockmend_[a-z_]*' sockmend.rules.yml "$T/rules.yml" | grep -v '^sockmend_$' |
	sort -u >"$T/asked"
[ -s "$T/asked" ] || fail "nothing is asked for"
same "asked for, but not printed" '' "$(comm -23 "$T/asked" "$T/printed")"
same "printed, but nobody asks" '' "$(comm -13 "$T/asked" "$T/printed")"

# The states and events they name are words we have.
grep -oh '\(state\|event\)=~*"[^"]*"' sockmend.rules.yml "$T/rules.yml" |
	sed 's/.*="*~*"//; s/"//g' | tr '|' '\n' | sort -u >"$T/words"
while read -r word; do
	grep -q "\"$word\"" "$TOP/shim/core/events.h" "$TOP/shim/ctl/sockets/tcp_diag.h" ||
		fail "no event or state is called $word"
done <"$T/words"
