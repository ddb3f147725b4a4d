# What every test script starts from: . "$(dirname "$0")/../lib/test.sh"
#
# Where things are ($TOP, $B built, $P probe programs, $T temporary), how a
# test ends (fail, skip), what it asserts (same, has, lacks), how it waits
# (wait_until), and how programs are run: bare or mended, in the foreground
# or started, traced by strace or not.
#
# The shell has no local variables here: helpers prefix theirs with their name.
# shellcheck shell=sh
set -u
TOP=${TOP:-$(cd "$(dirname "$0")/../.." && pwd)}
B=${B:-$TOP/build}
case $B in
/*) ;;
*) B=$TOP/$B ;;
esac
P=$B/tests/programs
PYTHON=/usr/bin/python3 # not a shim in front of it: we look at system calls
[ -x "$PYTHON" ] || PYTHON=$(command -v python3)
# How many times longer things take here: every wait is multiplied by it.
PATIENCE=${PATIENCE:-$(sh "$TOP/tests/lib/patience")}
export TOP B P PYTHON PATIENCE
# Run by hand, outside tests/run.
if [ -z "${T:-}" ]; then
	T=$(mktemp -d "${TMPDIR:-/tmp}/sockmend-test.XXXXXX") || exit 1
	mkdir -m 700 "$T/run"
	export T SOCKMEND_RUNDIR="$T/run"
	made_T=$T
fi
started= # the pids this test has to account for
exec=    # `exec` in the subshell of a started program
tracer=  # strace and its options, or nothing

# group_of PID: its process group.
group_of()
{
	read -r group_line 2>/dev/null <"/proc/$1/stat" || return 1
	# shellcheck disable=SC2086 # PID (NAME) STATE PARENT GROUP …
	set -- ${group_line##*) }
	echo "$3"
}
own_group=$(group_of $$)

# is_ours PID: still what this test started? The shell may have reaped it in
# passing, and in a whole run numbers are used again within seconds.
is_ours()
{
	[ "$(group_of "$1")" = "$own_group" ] ||
		grep -qsaF "$T" "/proc/$1/environ" "/proc/$1/cmdline"
}

tidy()
{
	for pid in $started; do
		! is_ours "$pid" || kill -KILL "$pid" 2>/dev/null
	done
	[ -z "${made_T:-}" ] || rm -rf "$made_T"
}
trap tidy EXIT
trap 'exit 1' INT TERM HUP

# ---- how a test ends

fail()
{
	printf 'FAILED: %s\n' "$*"
	for file in "$T"/*.out "$T"/*.err; do
		[ -s "$file" ] || continue
		printf -- '---- %s\n' "${file#"$T"/}"
		tail -n 40 "$file"
	done
	exit 1
}

skip()
{
	printf '%s\n' "$*"
	exit 77
}

needs()
{
	for needed; do
		command -v "$needed" >/dev/null || skip "$needed is not installed"
	done
}

# ---- what it asserts

# same WHAT WANTED GOT
same()
{
	[ "$2" != "$3" ] || return 0
	fail "$(printf '%s\n  wanted: %s\n  got:    %s' "$1" "$2" "$3")"
}

# has WHAT FILE EXTENDED-REGEX: some line of the file matches.
has()
{
	grep -Eq -- "$3" "$2" && return
	fail "$(printf '%s\n  wanted a line like: %s\n  got:\n' "$1" "$3"
		tail -n 40 "$2" | sed 's/^/    /')"
}

# lacks WHAT FILE EXTENDED-REGEX: no line of the file matches.
lacks()
{
	grep -Eq -- "$3" "$2" || return 0
	fail "$(printf '%s\n  wanted no line like: %s\n  got:\n' "$1" "$3"
		grep -E -- "$3" "$2" | tail -n 40 | sed 's/^/    /')"
}

# between WHAT LOW HIGH NUMBER: of a count, never of a time.
between()
{
	[ "$4" -ge "$2" ] && [ "$4" -le "$3" ] && return
	fail "$(printf '%s\n  wanted: %s to %s\n  got:    %s' "$1" "$2" "$3" "$4")"
}

# number "TEXT": a measured number and its bound, for the summary.
number()
{
	echo "$*" >>"$T/numbers"
}

# ---- how it waits: seconds are those of an idle machine, times PATIENCE

# after MILLISECONDS: so long, times PATIENCE; for a deadline that a program
# which talks more often must not miss because it is not scheduled.
after()
{
	echo $(($1 * PATIENCE))
}

# pause MILLISECONDS: times PATIENCE.
pause()
{
	sleep "$(awk -v ms="$(after "$1")" 'BEGIN { print ms / 1000 }')"
}

# wait_until SECONDS COMMAND…: false when it never became true.
wait_until()
{
	wait_tries=$(($1 * PATIENCE * 20))
	shift
	while ! "$@" >/dev/null 2>&1; do
		[ $((wait_tries -= 1)) -gt 0 ] || return 1
		sleep 0.05
	done
}

# soon WHAT FILE REGEX: the line comes within half a minute.
soon()
{
	[ -e "$2" ] || wait_until 5 test -e "$2"
	wait_until 30 grep -Eq -- "$3" "$2" || has "$1" "$2" "$3"
}

# ---- how programs are run

bare()
{
	# shellcheck disable=SC2086 # exec and tracer are words
	$exec $tracer "$@"
}

# A policy file made of these rules; its path.
policy()
{
	conf=$T/$(printf '%s' "$1" | cksum | tr ' ' .)
	if ! [ -s "$conf.policy" ]; then
		printf '%s\n' "$1" >"$conf.conf"
		"$B/sockmendctl" compile -c "$conf.conf" >"$conf.policy" ||
			fail "the rules do not compile: $1"
	fi
	echo "$conf.policy"
}

# mended RULES PROGRAM [ARG]… with the policy's text, as the wrapper does it.
mended()
{
	mended_policy=$(policy "$1") || { echo "$mended_policy"; exit 1; }
	mended_policy=$(cat "$mended_policy")
	shift
	if [ -n "$tracer" ]; then
		# shellcheck disable=SC2086
		$exec $tracer -E LD_PRELOAD="$B/libsockmend.so" \
			-E SOCKMEND_POLICY="$mended_policy" "$@"
		return
	fi
	# shellcheck disable=SC2086
	$exec env LD_PRELOAD="$B/libsockmend.so" \
		SOCKMEND_POLICY="$mended_policy" "$@"
}

# start NAME COMMAND…: in the background, writing to $T/NAME.out and
# $T/NAME.err. $(pid_of NAME) is the program's own pid.
start()
{
	start_name=$1
	shift
	: >"$T/$start_name.out" # what an earlier one of that name said is past
	(
		exec=exec
		"$@"
	) </dev/null >"$T/$start_name.out" 2>"$T/$start_name.err" &
	echo $! >"$T/$start_name.pid"
	started="$started $!"
}

pid_of()
{
	cat "$T/$1.pid"
}

# Its exit status, once it has ended.
reap()
{
	wait "$(pid_of "$1")"
}

# End it, with SIGTERM or the signal given.
stop()
{
	! is_ours "$(pid_of "$1")" || kill "-${2:-TERM}" "$(pid_of "$1")" 2>/dev/null
	reap "$1" 2>/dev/null || return 0
}

running()
{
	kill -0 "$(pid_of "$1")" 2>/dev/null
}

# reap_within SECONDS NAME: fails when it has not ended by then.
reap_within()
{
	wait_until "$1" ended "$2" ||
		fail "$2 has not ended after $(($1 * PATIENCE)) s"
	reap "$2"
}

ended()
{
	! running "$1" || [ "$(state_of "$1")" = Z ]
}

state_of()
{
	sed 's/.*) //; s/ .*//' "/proc/$(pid_of "$1")/stat" 2>/dev/null
}

# traced FILE WHICH-CALLS bare|mended…: the pid stays the program's own.
traced()
{
	tracer="strace -D -f -qq -o $1 -e trace=$2 -e signal=none"
	shift 2
	"$@"
	traced_status=$?
	tracer=
	return $traced_status
}

# The trace is whole once strace has ended.
trace_done()
{
	wait_until 10 no_tracer "$1" || fail "the trace $1 never ended"
}

# It has the file as an argument, or what stands before .PID (-ff). awk has it
# in its environment, for as an argument it would find itself.
no_tracer()
{
	! cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' |
		trace_file=$1 awk 'BEGIN { file = ENVIRON["trace_file"] }
			$0 == file || index(file, $0 ".") == 1 { found = 1 }
			END { exit !found }'
}

# The events recorded so far, one a line.
events()
{
	"$B/sockmendctl" events
}

# event WHAT REGEX: such an event is recorded within half a minute.
event()
{
	wait_until 30 event_there "$2" && return
	events >"$T/events"
	has "$1" "$T/events" "$2"
}

event_there()
{
	events | grep -Eq -- "$1"
}

no_event()
{
	events >"$T/events"
	lacks "$1" "$T/events" "$2"
}

# Milliseconds, for how long something took.
clock()
{
	echo $(($(date +%s%N) / 1000000))
}

# ---- scripts for the probe program

sock()
{
	bare "$P/sock" "$@"
}

mended_sock()
{
	script_rules=$1
	shift
	mended "$script_rules" "$P/sock" "$@"
}

# same_with RULES VERB…: the probe program sees the same bare and mended.
same_with()
{
	sock_rules=$1
	shift
	same "under { $sock_rules }: $*" "$(sock "$@" 2>&1)" \
		"$(mended_sock "$sock_rules" "$@" 2>&1)"
}

# Text as an extended regular expression that matches it alone.
quoted()
{
	printf '%s' "$1" | sed 's/[].[*^$+?(){}|\\]/\\&/g'
}

# calls_of CALLS bare|mended…: the strace lines of a program run to its end,
# in $T/trace; those of the program's own first thread in $T/calls, less pids.
calls_of()
{
	which_calls=$1
	shift
	rm -f "$T/trace"
	start traced traced "$T/trace" "$which_calls" "$@"
	reap_within 60 traced || fail "the traced program failed"
	trace_done "$T/trace"
	sed -n "s/^$(pid_of traced) *//p" "$T/trace" >"$T/calls"
	cat "$T/calls"
}

# repeated N VERB…: the verbs, N times over, for a script.
repeated()
{
	repeats=$1
	shift
	while [ "$repeats" -gt 0 ]; do
		printf '%s ' "$@"
		repeats=$((repeats - 1))
	done
}

# stamp_of NAME [WHICH]: the WHICH-th (first) stamp it printed, microseconds.
stamp_of()
{
	sed -n 's/^stamp //p' "$T/$1.out" | sed -n "${2:-1}p"
}
