#!/bin/sh
# Calls that take their time: ours alone, and those of the program as well.
. "$(dirname "$0")/../lib/faults.sh"
needs strace

survive <<'END'
getsockopt 2000
setsockopt 3000
getsockname 3000
shutdown 20000
connect 20000
bind 5000
futex 5000
clone 20000
capset 20000
clock_gettime 2000
mmap 20000
recvfrom 20000
END

# when WHERE CALLS: strace delays them in every task.
delayed()
{
	tracer="strace -f -qq -o /dev/null -e trace=$2 -e inject=$2:delay_$1=2000"
	mended "$(cat "$TOP/tests/faults/every-mend.conf")" "$P/everymend" \
		"$3" >"$T/delayed.out" 2>"$T/delayed.err" || fail "delay_$1: $2"
	same "delay_$1: $2" "$(cat "$T/bare.out")" "$(cat "$T/delayed.out")"
	tracer=
}

host=10
for calls in getsockopt,setsockopt shutdown,connect,close,dup2 futex,clone \
	accept,accept4,listen,bind; do
	delayed enter $calls 127.2.0.$((host += 1))
	delayed exit $calls 127.2.0.$((host += 1))
done
