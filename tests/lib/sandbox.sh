# The sandbox of a container: . "$(dirname "$0")/../lib/sandbox.sh"
# shellcheck shell=sh
. "${TOP:-$(dirname "$0")/../..}/tests/lib/rights.sh"
needs_root "an engine's seccomp profile"
. "${TOP:-$(dirname "$0")/../..}/tests/lib/alone.sh"
. "$(dirname "$0")/../lib/test.sh"
/usr/bin/python3 -c 'import seccomp' 2>/dev/null || skip "no python3-seccomp"
[ -z "$OWN_NET" ] || ip link set lo up || skip "no loopback of our own"

# sandboxed PROFILE COMMAND…: as an engine with that seccomp profile has it.
sandboxed()
{
	$exec /usr/bin/python3 "$TOP/tests/lib/engine_seccomp.py" "$@"
}

# every_mend WHERE [COMMAND…]: what was done, in $T/WHERE, one kind a line.
every_mend()
{
	where=$1
	shift
	mkdir -m 700 "$T/$where.run"
	# shellcheck disable=SC2086
	"$@" env LD_PRELOAD="$B/libsockmend.so" SOCKMEND_POLICY="$every_policy" \
		SOCKMEND_RUNDIR="$T/$where.run" "$P/everymend" "${LO%.*}.2" \
		$stories >"$T/$where.out" 2>&1 || fail "$where: status $?"
	cmp -s "$T/bare.out" "$T/$where.out" || fail "$where: not as it is bare"
	SOCKMEND_RUNDIR=$T/$where.run events |
		sed -n 's/.* fd -\{0,1\}[0-9]* \([a-z-]*\)\( rule [a-z]*\)\{0,1\}.*/\1\2/p' |
		sort -u >"$T/$where"
}

# hurts_no_mend PROFILE: all is done in there that is done outside.
hurts_no_mend()
{
	[ -r "$1" ] || skip "there is no $1"
	every_policy=$(policy "$(cat "$TOP/tests/faults/every-mend.conf")")
	# Those that are right in there without us: one of them calls unshare.
	sandboxed "$1" "$P/everymend" "$LO" >"$T/bare.out" 2>/dev/null
	stories=$(sed -n 's/: fine$//p' "$T/bare.out")
	between "stories" 9 99 "$(echo "$stories" | wc -l)"
	every_mend outside
	every_mend inside sandboxed "$1"
	diff -u "$T/outside" "$T/inside" >"$T/differences" || fail "$(cat "$T/differences")"
	lacks "no mend failed" "$T/inside" mend-failed
	number "kinds of mends in the sandbox of $2: $(wc -l <"$T/inside"), as outside"
}
