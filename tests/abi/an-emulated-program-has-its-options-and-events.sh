#!/bin/sh
# An aarch64 and an i386 program in QEMU's user mode: the library loads, sets
# options, and writes a journal that this machine's tool reads. QEMU has neither
# SO_COOKIE nor process_vm_readv(2), without which nothing is watched: an event
# says so.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/abi.sh"
needs ss
rules='rule "in" { direction = accept keepalive { idle = 60s } idle { timeout = '"$(after 1000)"'ms }
	set { so_rcvtimeo = 20s } override = yes }'

probed()
{
	ss -tnoH state established "sport = :$port" | grep -q 'timer:(keepalive'
}

in_qemu()
{
	emulated "$machine" -E LD_PRELOAD="$library" \
		-E SOCKMEND_POLICY="$(cat "$(policy "$rules")")
" "$T/$program" "$@"
}

# serves PROGRAM: one connection, until its client closes it.
serves()
{
	program=$1
	port=$((port + 1))
	start server in_qemu tcp4 bind $HERE:$port listen 5 accept \
		set SO_RCVTIMEO 30000ms get SO_RCVTIMEO recv 64 close
	soon "$program listens" "$T/server.out" '^listen 5 = 0'
	start client peer "$P/sock" tcp4 connect $HERE:$port await "$T/go" close
	wait_until 20 probed || fail "$program: no keepalive timer"
	soon "$program receives" "$T/server.out" '^get '
	: >"$T/go"
	reap_within 20 server
	rm "$T/go"
	has "$program: its own value is overridden" "$T/server.out" \
		'^get SO_RCVTIMEO 20000ms = 0'
	has "$program reads the end of file" "$T/server.out" '^recv 64 = 0'
	event "$program: options" \
		"$program\[[0-9]*\] fd 3 options-set rule in $HERE:$port: .*TCP_KEEPIDLE=60"
	event "$program: what QEMU does not have" \
		"$program\[.*mend-failed rule in: identify the socket"
	tried=$((tried + 1))
}

# tried_on MACHINE COMPILER…: with all there is to try it.
tried_on()
{
	machine=$1
	library=$B/lib/$machine-linux-gnu/libsockmend.so
	shift
	missing="no qemu-$machine-static"
	command -v "qemu-$machine-static" >/dev/null || return
	missing="no compiler for $machine"
	can_build "$@" || return
	missing="no library for $machine"
	[ -e "$library" ] || return
	number "mended: $machine in qemu-user, glibc: options and events by" \
		"LD_PRELOAD; no watch, for QEMU has no SO_COOKIE"
}

port=5000 tried=0
if tried_on aarch64 aarch64-linux-gnu-gcc; then
	sock_for sock aarch64-linux-gnu-gcc
	serves sock
else
	number "mended: aarch64 in qemu-user: NOT TRIED, $missing"
fi
# shellcheck disable=SC2086
if tried_on i386 $M32; then
	sock_for narrow $M32
	sock_for wide $M32 -D_TIME_BITS=64 -D_FILE_OFFSET_BITS=64
	serves narrow
	serves wide
else
	number "mended: i386 in qemu-user: NOT TRIED, $missing"
fi
[ $tried -gt 0 ] || skip "$missing"
