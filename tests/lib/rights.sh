# The rights a test needs: . "$(dirname "$0")/../lib/rights.sh", before any other.
# shellcheck shell=sh

# needs_right RIGHT WHAT-FOR COMMAND…: skips unless the command works, with the
# right that is missing and what the command said.
needs_right()
{
	right_name=$1 right_for=$2
	shift 2
	right_said=$("$@" 2>&1) && return
	echo "needs $right_name ($right_for): ${right_said##*: }"
	exit 77
}

# needs_root WHAT-FOR
needs_root()
{
	[ "$(id -u)" = 0 ] || { echo "needs root: $*"; exit 77; }
}
