#!/bin/sh
# What the pages show is what the commands say: each transcript on a page is
# what its scenario prints, but for numbers, times, addresses and spacing.
#
# On a page, after a line `.\" transcript: NAME`, in a literal display; in
# tests/docs/transcripts, a scenario of that NAME. A line `...` on the page
# stands for any lines, and a line that ends in a backslash goes on in the next.
. "$(dirname "$0")/../lib/test.sh"
# Another test's program of that name would be looked at too.
exec 7>"${RESULTS:-$T}/pricesrv"
flock 7
scenarios=$TOP/tests/docs/transcripts
mkdir "$T/page" "$T/real"

# Every transcript of the pages into a file $T/page/NAME.
collect()
{
	awk -v into="$T/page/" '
		/^\.\\" transcript: / { name = $3; next }
		name && /^\.Bd -literal/ { out = into name; printf "" >out; next }
		/^\.Ed/ { if (out) close(out); name = out = ""; next }
		out { gsub(/\\e/, "\\"); gsub(/\\&/, ""); gsub(/\\-/, "-"); print >out }
		name && !out { print FILENAME ": no display follows transcript " name; exit 1 }
	' "$@"
}

# Lines joined, places as after `make install`, and all that differs from run
# to run made alike.
alike()
{
	sed -e ':join' -e '/\\$/{N;s/\\\n//;b join' -e '}' "$1" |
	sed -E -e "s|$B/libsockmend.so|/usr/local/lib/sockmend/libsockmend.so|g" \
		-e "s|$T/real/[a-z0-9-]*\.d||g" \
		-e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(Z|[+-][0-9:]+)?/TIME/g' \
		-e 's/\[?\b[0-9a-f]*:[0-9a-f:]*:[0-9a-f.]*(\]|\b)/ADDRESS/g' \
		-e 's/\b[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+\b/ADDRESS/g' \
		-e 's/\b(0x[0-9a-f]+|[0-9a-f]{8}|[0-9a-f]{16})\b/N/g' -e 's/[0-9]+(\.[0-9]+)*/N/g' \
		-e 's/(\bN(ns|us|ms|s|m|h|d)\b ?)+/DURATION /g' \
		-e 's/(--|──)(-|─)+/--/g' -e 's/[ \t]+/ /g' -e 's/ $//'
}

# Played in a directory and with journals of its own.
play()
{
	mkdir -m 700 "$1.d" "$1.d/run" &&
		T=$1.d SOCKMEND_RUNDIR=$1.d/run timeout $((60 * PATIENCE)) \
			"$scenarios/${1##*/}" >"$1" 2>"$1.err" </dev/null
	echo $? >"$1.status"
}

# The page, with `...` for any lines, as awk sees it against the real output.
matches()
{
	awk 'NR == FNR { want[++n] = $0; next }
	{ got[++m] = $0 }
	function match_from(i, j) {
		for (; i <= n && want[i] != "..."; i++)
			if (j > m || want[i] != got[j++]) return 0
		if (i > n) return j > m
		for (; j <= m + 1; j++)
			if (match_from(i + 1, j)) return 1
		return 0
	}
	END { exit !match_from(1, 1) }' "$1" "$2"
}

judge()
{
	status=$(cat "$T/real/$1.status")
	if [ "$status" = 77 ]; then
		skipped="$skipped $1 ($(tail -n 1 "$T/real/$1"))"
		return
	fi
	[ "$status" = 0 ] ||
		fail "scenario $1 exits $status: $(cat "$T/real/$1" "$T/real/$1.err")"
	alike "$T/page/$1" >"$T/wanted"
	alike "$T/real/$1" >"$T/got"
	matches "$T/wanted" "$T/got" && return
	wrong="$wrong $1"
	echo "---- $1: the page (-) and the command (+)"
	diff -u "$T/wanted" "$T/got" | tail -n +3
	cat "$T/real/$1"
}

collect "$TOP"/shim/man/*.[157] || fail "the pages"
ls "$T/page" >"$T/on-pages"
ls "$scenarios" >"$T/scenarios"
same "every transcript has its scenario, and every scenario its transcript" \
	"$(cat "$T/on-pages")" "$(cat "$T/scenarios")"
for shown in "$T"/page/*; do
	has "${shown##*/} begins with its command" "$shown" '^\$ sockmend'
	lacks "${shown##*/} is within 78 columns" "$shown" '.{79}'
done

wrong='' skipped=''
while read -r name; do
	play "$T/real/$name" &
	players="${players:-} $!"
done <"$T/scenarios"
# shellcheck disable=SC2086
wait $players
while read -r name; do
	judge "$name"
done <"$T/scenarios"
[ -z "$wrong" ] || fail "the pages do not show what these say:$wrong"
[ -z "$skipped" ] || skip "not played here:$skipped"
