#!/bin/sh
# Every bound in the file of bounds is held by some test, every test that asks
# for one finds it there, and each says what it is for.
. "$(dirname "$0")/../lib/cost.sh"
file=$TOP/tests/numbers/bounds

grep -v '^#\|^$' "$file" >"$T/lines"
awk '{ print $1 }' "$T/lines" | sort >"$T/names"
same "a bound that stands there twice" "" "$(uniq -d "$T/names")"
same "a line that is not NAME BOUND  # WHY" "" \
	"$(grep -Ev '^[a-z0-9-]+ [0-9]+[[:space:]]+# .' "$T/lines")"

# A name has a dash in it, a word of a sentence behind "bound" or "within" not.
grep -hoE '\b(bound|within|is_within|over [a-z_$]+) [a-z0-9]+(-[a-z0-9]+)+( [a-z0-9]+(-[a-z0-9]+)+)?' \
	"$TOP"/tests/*/*.sh | tr ' ' '\n' | grep -- - | sort -u >"$T/used"
same "a bound that no test holds" "" "$(comm -23 "$T/names" "$T/used")"
same "a bound that is not in the file" "" "$(comm -13 "$T/names" "$T/used")"
