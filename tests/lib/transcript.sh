# What every scenario of tests/docs/transcripts starts from:
#
#	. "$(dirname "$0")/../../lib/transcript.sh"
#	. "$TOP/tests/lib/net.sh"	# only if it needs two hosts
#
# It sets the stage with the helpers of test.sh and net.sh and then says, with
# `shows`, what stands on the page. `sockmendctl` and `sockmend` are in PATH.
# shellcheck shell=sh
TOP=${TOP:-$(cd "$(dirname "$0")/../../.." && pwd)}
export TOP
. "$TOP/tests/lib/test.sh"
export PATH="$B:$PATH" LC_ALL=C

# shows COMMAND…: the prompt, the command, and all it says on a terminal's two
# streams. Its exit status is no business of the page's.
shows()
{
	printf '$'
	for word; do
		printf ' %s' "$(as_typed "$word")"
	done
	echo
	"$@" 2>&1 || :
}

# A word as one would type it for the shell.
as_typed()
{
	case $1 in
	*[!A-Za-z0-9_./:=@%+,-]*) printf "'%s'" "$1" ;;
	*) printf '%s' "$1" ;;
	esac
}
