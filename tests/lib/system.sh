# A system of one's own: . "$(dirname "$0")/../lib/system.sh"
#
# $CTL is a sockmendctl whose system configuration is etc/sockmend below the
# directory it runs in, and the test runs in $T, where only profiles are.
# shellcheck shell=sh
. "${TOP:-$(dirname "$0")/../..}/tests/lib/test.sh"

CTL=$B/system/sockmendctl
mkdir -p "$B/system"
flock "$B/system" make -s -C "$TOP" B="$B/system" SYSCONFDIR=etc CFLAGS=-O0 "$CTL" \
	>"$T/build" 2>&1 || fail "$(cat "$T/build")"
cd "$T" || exit 1
mkdir -p etc/sockmend/apps.d
cp -r "$TOP/conf/profiles" etc/sockmend

# says WANTED COMMAND…: it fails with status 1, nothing on standard output, and
# this line on standard error.
says()
{
	wanted=$1
	shift
	"$@" >said.stdout 2>said.stderr
	same "exit status of $*" 1 $?
	same "standard error of $*" "$wanted" "$(cat said.stderr)"
	same "standard output of $*" "" "$(cat said.stdout)"
}

# rules [OPTION]…: the names of the rules that hold, in order.
rules()
{
	"$CTL" compile "$@" | sed -n 's/^rule name=\([^ ]*\).*/\1/p' | xargs
}
