#!/bin/sh
# An aarch64 program in QEMU's user mode: the library loads, sets options, and
# writes a journal that this machine's tool reads. QEMU knows neither SO_COOKIE
# nor process_vm_readv(2), without which nothing is watched: that is said.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/abi.sh"
needs qemu-aarch64-static ss
can_build aarch64-linux-gnu-gcc || skip "no compiler for aarch64"
library=$B/lib/aarch64-linux-gnu/libsockmend.so
[ -e "$library" ] || skip "no library for aarch64"
rules='rule "in" { direction = accept keepalive { idle = 60s } idle { timeout = 1s } }'
aarch64-linux-gnu-gcc -std=gnu11 -D_GNU_SOURCE -w -I"$TOP/shim/common" \
	-I"$TOP/tests/lib" -o "$T/sock" "$TOP/tests/programs/sock.c" -lpthread ||
	fail "sock for aarch64"

emulated()
{
	$exec qemu-aarch64-static -L /usr/aarch64-linux-gnu -E LD_PRELOAD="$library" \
		-E SOCKMEND_POLICY="$(cat "$(policy "$rules")")
" "$T/sock" "$@"
}

probed()
{
	ss -tnoH state established "sport = :5000" | grep -q 'timer:(keepalive'
}

start server emulated tcp4 bind 10.9.0.1:5000 listen 5 accept recv 64 close
soon "it listens" "$T/server.out" '^listen 5 = 0'
start client peer "$P/sock" tcp4 connect 10.9.0.1:5000 await "$T/go" close
wait_until 20 probed || fail "no keepalive timer"
: >"$T/go"
reap_within 20 server
has "it serves" "$T/server.out" '^recv 64 = 0'
event "options" 'sock\[[0-9]*\] fd 3 options-set rule in 10.9.0.1:5000: .*TCP_KEEPIDLE=60'
event "what is not there is said" 'mend-failed rule in: identify the socket'
number "mended: aarch64 in qemu-user, glibc: options and events by LD_PRELOAD;" \
	"no watch, for QEMU has no SO_COOKIE"
