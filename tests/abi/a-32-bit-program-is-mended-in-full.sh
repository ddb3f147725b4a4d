#!/bin/sh
# A 32-bit program, built with times of 32 bits and of 64, reads the end of
# file of an idle connection, keeps the rule's options, and writes a journal
# that the 64-bit tool reads.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/abi.sh"
# shellcheck disable=SC2086
can_build $M32 || skip "no compiler for 32 bits: $(head -n 1 "$T/cannot")"
runs_32 || skip "$NO_32; an-emulated-program-… shows what QEMU can"
[ -e "$B/lib/i386-linux-gnu/libsockmend.so" ] || skip "no library for i386"
rules='rule "in" { direction = accept local = {":5000-5999"}
	idle { timeout = 300ms } eof { spin_limit = 3 answer = reset }
	set { so_rcvtimeo = 3s } override = yes }
rule "out" { direction = connect ephemeral_port = yes close_wait { after = 1h } }'

# shellcheck disable=SC2086
sock_for narrow $M32
# shellcheck disable=SC2086
sock_for wide $M32 -D_TIME_BITS=64 -D_FILE_OFFSET_BITS=64
nm -D --undefined-only "$T/wide" >"$T/wide.names"
for name in __setsockopt64 __recvmsg64 __recvmmsg64; do
	has "the program is what we think it is" "$T/wide.names" " $name@"
done
has "the program is what we think it is" "$T/wide.names" ' __fcntl_time64@|fcntl64@'

port=5000
for times in narrow wide; do
	for verb in recv recvmsg recvmmsg read readv; do
		port=$((port + 1))
		start $verb preloaded "$STRING" "$rules" "$T/$times" \
			tcp4 bind $HERE:$port listen 5 accept \
			set SO_RCVTIMEO 9000ms get SO_RCVTIMEO \
			$verb 64 $verb 64 $verb 64 $verb 64 close
		soon "$times $verb" "$T/$verb.out" '^listen 5 = 0'
		start client peer "$P/sock" tcp4 connect $HERE:$port sleep 30000
		reap_within 30 $verb || fail "$times $verb"
		stop client
		has "$times: the rule's timeout stands" "$T/$verb.out" \
			'^get SO_RCVTIMEO 3000ms = 0'
		has "$times $verb: the end" "$T/$verb.out" "^$verb 64 (= 0|len 0 = 1)"
		has "$times $verb: a spin is answered" "$T/$verb.out" \
			"^$verb 64 = -1 ECONNRESET"
		event "$times $verb: events" \
			"^.* $times\[[0-9]*\] fd [0-9]* idle-ended rule in $HERE:$port <- $PEER:"
		event "$times $verb: events" "override-kept rule in $HERE:$port .*SO_RCVTIMEO"
	done
done

# A port held back, over a copy of the descriptor.
start server peer "$P/sock" tcp4 bind $PEER:4000 listen 5 accept stay
soon "the server" "$T/server.out" '^listen 5 = 0'
preloaded "$STRING" "$rules" "$T/narrow" tcp4 bind $HERE:1025 dup getsockname \
	connect $PEER:4000 getsockname >"$T/dial"
has "the asked port is still the answer" "$T/dial" "^getsockname $HERE:1025 = 0"
has "connected" "$T/dial" "^connect $PEER:4000 = 0"
event "a port was freed" 'port-freed rule out'
