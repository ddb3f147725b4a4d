#!/bin/sh
# The exit status: 125 sockmend's own failure, 126 cannot be mended or run,
# 127 not found, else the program's own. Stdout stays the program's own too.
. "$(dirname "$0")/../lib/test.sh"
. "$(dirname "$0")/shells.sh"

# ends STATUS STDERR-REGEX ARGUMENT…
ends()
{
	wanted=$1 regex=$2
	shift 2
	sockmend "$@" >"$T/out" 2>"$T/err"
	same "$shell: sockmend $*" "$wanted" $?
	[ "$wanted" -lt 125 ] || lacks "$shell: stdout of sockmend $*" "$T/out" .
	[ -z "$regex" ] || has "$shell: stderr of sockmend $*" "$T/err" "$regex"
	[ -n "$regex" ] || lacks "$shell: stderr of sockmend $*" "$T/err" .
}

all()
{
	ends 0 '' true
	ends 3 '' sh -c 'exit 3'
	ends 125 '' sh -c 'exit 125'
	ends 143 'Terminated' sh -c 'kill -TERM $$'

	ends 125 'which program'
	ends 125 'which program' --
	ends 125 'which program' -n -v
	ends 125 'no such option' -x true
	ends 125 'no such option' --nonsense true
	ends 125 'needs a value' -r
	ends 125 'keepalive.*idle|idle.*keepalive' -r 'keepalive { idle = no }' true
	ends 125 'absent.conf' -c "$T/absent.conf" true
	ends 125 'no-such-profile' -p no-such-profile true
	SOCKMEND_CONFIG=$T/absent.conf ends 125 'absent.conf' true

	ends 127 'no-such-program' no-such-program
	ends 127 'there is no such program' "$T/no-such-program"
	ends 127 'there is no such program' ''
	ends 126 'not an executable file' "$T"
	ends 126 'not an executable file' "$T/text"
	ends 126 'cannot be mended: .*statically linked' "$T/static"
}

echo words >"$T/text"
printf 'int main(void) { return 0; }' >"$T/main.c"
gcc -static -o "$T/static" "$T/main.c" || skip "no static libc"
in_each_shell all

same "-h succeeds" 0 "$("$B/sockmend" -h >"$T/help"; echo $?)"
has "-h says how" "$T/help" 'usage: sockmend '
same "-V" "$("$B/sockmendctl" version)" "$("$B/sockmend" -V)"
