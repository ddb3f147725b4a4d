# Rules for programs that suffer: . "$(dirname "$0")/../lib/suggest.sh"
#
# A test makes a program suffer bare, has the rules suggested from outside,
# and starts it again with exactly those.
# shellcheck shell=sh
. "$(dirname "$0")/../lib/net.sh"

# suggest OPTION… PROGRAM: the file, $T/rules.conf, which is well.
suggest()
{
	"$B/sockmendctl" suggest "$@" >"$T/rules.conf" 2>"$T/suggest.err" ||
		fail "suggest $*: $(cat "$T/suggest.err")"
	"$B/sockmendctl" check "$T/rules.conf" >"$T/check.out" 2>&1 ||
		fail "check: $(cat "$T/check.out")"
}

# The number of rules in it, as check sees it.
rules_suggested()
{
	sed -n 's/.*: ok, \([0-9]*\) rules*$/\1/p' "$T/check.out"
}

# What it only hints at, taken for true: the commented-out rules, uncommented;
# not those of one line, which are for other programs.
take_hints()
{
	sed -n '/^# rule .*{$/,/^# }/s/^# //p' "$T/rules.conf" >"$T/taken.conf"
	mv "$T/taken.conf" "$T/rules.conf"
	"$B/sockmendctl" check "$T/rules.conf" >"$T/check.out" 2>&1 ||
		fail "check: $(cat "$T/check.out")"
}

# With that file, through the real command.
sockmend()
{
	$exec "$B/sockmend" -c "$T/rules.conf" -- "$@"
}
