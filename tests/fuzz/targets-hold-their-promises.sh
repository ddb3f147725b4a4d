#!/bin/sh
# Every fuzz target on all of its corpus, and then for some seconds of new input,
# or for RUNS executions of it (`make fuzz` says 10 million). An input that
# breaks a promise is left in FINDINGS, for the corpus once it is mended.
. "$(dirname "$0")/../lib/test.sh"
findings=${FINDINGS:-${TMPDIR:-/tmp}}

if [ -n "${RUNS:-}" ]; then
	bound=-runs=$RUNS
else
	bound=-max_total_time=${SECONDS_EACH:-3}
fi

# The size of new inputs: a word, some headers, some events, some rules.
longest()
{
	case $1 in
	prefix_read) echo 64 ;;
	elf | journal_read) echo 2048 ;;
	*) echo 1500 ;;
	esac
}

fuzz()
{
	mkdir -p "$T/$1/new"
	(cd "$T/$1" && nice "$B/fuzz/$1" "$bound" -max_len="$(longest "$1")" \
		-artifact_prefix="$findings/$1-" -print_final_stats=1 -timeout=$((30 * PATIENCE)) \
		new "$TOP/tests/fuzz/corpus/$1") >"$T/$1.out" 2>&1 ||
		fail "$1: $(grep -E 'broken promise|runtime error|ERROR|Test unit' "$T/$1.out")"
	number "fuzz target $1: $(sed -n 's/^stat::number_of_executed_units: //p' \
		"$T/$1.out") executions, 0 findings"
}

for target in "$TOP"/tests/fuzz/*.c; do
	target=$(basename "$target" .c)
	[ -x "$B/fuzz/$target" ] || skip "fuzz targets are not built: make fuzz"
	fuzz "$target"
done
