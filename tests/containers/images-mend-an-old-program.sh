#!/bin/sh
# The example's images are built from a release and bullseye's root, and their
# program is mended in them: its connections are kept alive, and a silent one
# ends. The image below, as it is, shows that the trouble is real.
. "$(dirname "$0")/../lib/containers.sh"
began=$(clock)
make_context
make_recorder
built "$EXAMPLE/Containerfile" recorder:mended "$CONTEXT" recorder:2009
built "$EXAMPLE/Containerfile.wrapper" recorder:wrapped "$CONTEXT" recorder:2009

# kept_alive PORT: a connection has our timer.
kept_alive()
{
	ss -Htno state established "sport = :$1" | grep -q 'timer:(keepalive,[0-9.]*sec'
}

connected()
{
	socket_is established "$1"
}

# plays IMAGE PORT COMMAND…: started in it, with a camera that falls silent.
plays()
{
	name=$1-$2
	box=$(container_of "recorder:$1") || fail "no container of $1"
	port=$2
	shift 2
	start "$name" inside "$box" -- "$@"
	await_listener "$port"
	start "camera-$name" peer "$P/sock" tcp4 connect "$HERE:$port" send 'frame one
' stay
	wait_until 20 connected "$port" || fail "$name: not connected"
}

# words IMAGE PORT: its ENTRYPOINT and CMD, for another port.
words()
{
	command_of "recorder:$1" | sed "s/^5000\$/$2/"
}

plays 2009 5001 $(words 2009 5001)
plays mended 5002 $(words mended 5002)
mended_box=$box
wait_until 20 kept_alive 5002 || fail "not kept alive: $(ss -Htno "sport = :5002")"
plays wrapped 5003 $(words wrapped 5003)
wrapped_box=$box
wait_until 20 kept_alive 5003 || fail "not kept alive: $(ss -Htno "sport = :5003")"
mended="mended-5002 wrapped-5003"
if [ -e "$CONTEXT/lib/i386-linux-gnu/libsockmend.so" ]; then
	plays mended 5004 /bin/nc.traditional -l -p 5004
	wait_until 20 kept_alive 5004 || fail "32 bits: not kept alive: $(ss -Htno "sport = :5004")"
	mended="$mended mended-5004"
fi

# All of that under a seccomp filter, and with few capabilities.
inside "$wrapped_box" -- cat /proc/self/status >"$T/status" || fail "cat"
has "a filter" "$T/status" '^Seccomp:	2$'
lacks "root's every capability" "$T/status" '^CapEff:	[0-9a-f]*[1-9a-f][0-9a-f]{8}$'

# The camera is silent: the mended ones read the end of file, and end.
for name in $mended; do
	reap_within 30 $name
	same "$name ends as it would have" 0 $?
	has "$name read what came" "$T/$name.out" '^frame one$'
done
running 2009-5001 || fail "bare, it ended by itself"
! kept_alive 5001 || fail "bare, it is kept alive"
stop 2009-5001

# answers STATUS COMMAND…: of the wrapper, which is the ENTRYPOINT.
answers()
{
	wanted=$1
	shift
	inside "$wrapped_box" -- $(command_of recorder:wrapped Entrypoint) "$@" \
		>"$T/said.out" 2>&1
	same "exit status of $*" "$wanted" $?
}
answers 3 /bin/sh -c 'exit 3'
answers 127 /nobody/put-this-here
answers 126 /opt/sockmend/bin/sockmendctl
has "why not" "$T/said.out" 'static'

# What was done stands in the container's journals, and those are read from
# outside.
box=$(image mount "$mended_box") || fail "mount"
SOCKMEND_RUNDIR=$box/run/sockmend events >"$T/events"
has "its journal" "$T/events" 'nc.openbsd\[[0-9]+\] fd [0-9]+ idle-ended rule recorder'

number "container example, built and tested ($mended)" \
	"$(($(clock) - began)) ms"
