# For tests of `sockmendctl status`, which sees every mended process of the
# machine: . "$(dirname "$0")/../lib/status.sh" after net.sh or test.sh
#
# A test looks at processes by their pid. $APP is a name nobody else has.
# shellcheck shell=sh
APP=app$$
export SOCKMEND_APP=$APP LC_ALL=C
unset NO_COLOR

# status [ARGUMENT]…: plain columns, in $T/status and as a result.
status()
{
	"$B/sockmendctl" status "$@" >"$T/status" 2>"$T/status.err"
}

# cell WHAT COLUMN WANTED ROW-REGEX: of the one row of $T/status like that.
cell()
{
	cell_got=$(awk -F '\t' -v name="$2" -v row="$4" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
		$0 ~ row { print $at }' "$T/status")
	[ "$cell_got" = "$3" ] || {
		cat "$T/status"
		same "$1: $2" "$3" "$cell_got"
	}
}

# From a JSON status in $T/status: a Python expression over `connections`,
# `processes` and `whole`.
ask_json()
{
	"$PYTHON" -c 'import json, sys
whole = json.load(open(sys.argv[1]))
processes = whole["processes"]
connections = [c for p in processes for c in p["connections"]]
print(eval(sys.argv[2]))' "$T/status" "$1"
}

# on_terminal WIDTHxHEIGHT FILE STEP… -- COMMAND…: see lib/on_terminal.py.
on_terminal()
{
	timeout $((90 * PATIENCE)) "$PYTHON" "$TOP/tests/lib/on_terminal.py" "$@"
}
