# What doctor finds: . "$(dirname "$0")/../lib/doctor.sh"
# shellcheck shell=sh
. "$(dirname "$0")/../lib/net.sh"

# doctor [ARG]…: its findings, one a line, as "SEVERITY STORY SUBJECT = VALUE |
# RULE | SYSCTL", in $T/found.
doctor()
{
	"$B/sockmendctl" doctor --json "$@" >"$T/doctor.json" 2>"$T/doctor.err" ||
		fail "doctor $*: $(cat "$T/doctor.err")"
	"$PYTHON" -c 'import json, sys
for f in json.load(sys.stdin)["findings"]:
    print(f["severity"], f["story"], f["subject"], "=", f["value"], "|",
          f["rule"], "|", f["sysctl"])' <"$T/doctor.json" >"$T/found" ||
		fail "no JSON: $(cat "$T/doctor.json")"
}

# finds WHAT REGEX: doctor, run until it finds such a thing.
finds()
{
	finds_what=$1
	shift
	wait_until 20 found "$@" || has "$finds_what" "$T/found" "$1"
}

found()
{
	found_regex=$1
	shift
	doctor "$@"
	grep -Eq -- "$found_regex" "$T/found"
}
