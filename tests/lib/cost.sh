# What a program costs: . "$(dirname "$0")/../lib/cost.sh"
#
# User-space instructions as callgrind counts them, system calls as strace
# sees them, both exact and the same on every machine of a kind; and the bounds
# they are held to, all of which stand in tests/numbers/bounds.
# shellcheck shell=sh
. "$(dirname "$0")/../lib/test.sh"

rules_watched='rule "all" { keepalive { idle = 60s } eof { } idle { timeout = 1h }
	close_wait { after = 1h } }'
rules_errors='rule "all" { keepalive { idle = 60s } eof { } idle { timeout = 1h }
	close_wait { after = 1h } errors = eof }'
rules_other='rule "other" { program = "other" idle { timeout = 1h } }'

# instructions bare|mended…: how many the program executed.
instructions()
{
	tracer="valgrind --tool=callgrind --callgrind-out-file=/dev/null"
	"$@" >"$T/callgrind" 2>&1 || fail "$* under callgrind: $(cat "$T/callgrind")"
	tracer=
	sed -n 's/.*Collected : //p' "$T/callgrind" | head -n 1
}

# A preloaded library through callgrind: the environment is the program's too.
counted_mended()
{
	counted_policy=$(policy "$1") || fail "$counted_policy"
	shift
	env LD_PRELOAD="$B/libsockmend.so" \
		SOCKMEND_POLICY="$(cat "$counted_policy")" \
		$tracer "$@"
}

# bound NAME: what tests/numbers/bounds says.
bound()
{
	awk -v name="$1" '$1 == name { print $2; found = 1 }
		END { exit !found }' "$TOP/tests/numbers/bounds" ||
		fail "tests/numbers/bounds has no $1"
}

# is_within NAME MEASURED
is_within()
{
	bound_is=$(bound "$1") || fail "$bound_is"
	awk -v got="$2" -v most="$bound_is" 'BEGIN { exit !(got ~ /^-?[0-9.]+$/ && got + 0 <= most) }'
}

# within NAME MEASURED "TEXT": says what was measured, beside its bound. Goes on
# where that is more; `all_within`, at the end of a test, fails over it.
dear=
within()
{
	is_within "$1" "$2" || dear="$dear
  $3: $2 (bound $bound_is)"
	number "$3: $2 (bound $bound_is)"
}

all_within()
{
	[ -z "$dear" ] || fail "over the bound:$dear"
}

# per_call bare|counted_mended… CALL: tenths of an instruction a call, N times
# the call against none.
per_call()
{
	few=$(instructions "$@" 1000)
	many=$(instructions "$@" 11000)
	echo $(((many - few + 500) / 1000))
}

# collected FUNCTION bare|counted_mended…: instructions the program executed
# inside of it, in whichever of its threads and children call it.
collected()
{
	tracer="valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=$1"
	shift
	"$@" >"$T/callgrind" 2>&1 || fail "$* under callgrind: $(cat "$T/callgrind")"
	tracer=
	awk '/Collected : / { sum += $NF } END { print sum + 0 }' "$T/callgrind"
}

# tenths N: 123 is 12.3
tenths()
{
	tenths_sign=
	tenths_of=$1
	[ "$1" -ge 0 ] || tenths_sign=- tenths_of=$((-$1))
	echo "$tenths_sign$((tenths_of / 10)).$((tenths_of % 10))"
}

# system_calls bare|mended…: what the program's first thread called, "NAME
# COUNT". Children, and the watch task, are not counted.
system_calls()
{
	rm -f "$T/counted"
	tracer="strace -qq -o $T/counted -e signal=none"
	"$@" >"$T/counted.out" 2>&1 || fail "$* under strace: $(cat "$T/counted.out")"
	tracer=
	sed -n 's/^\([a-z0-9_]*\)(.*/\1/p' "$T/counted" | sort | uniq -c |
		awk '{ print $2, $1 }'
}
