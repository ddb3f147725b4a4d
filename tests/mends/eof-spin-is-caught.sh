#!/bin/sh
# A loop that ignores recv() == 0 is recorded after spin_limit reads; with
# answer = reset it reads ECONNRESET, which such loops do understand.
. "$(dirname "$0")/../lib/net.sh"

# spin NAME bare|mended…: a server that reads 20 times after the end.
spin()
{
	name=$1
	shift
	start "$name" "$@" $tcp bind "$any:5000" listen 5 accept recv 64 \
		repeat 20 "${call:-recv}" 64 close
	await_listener 5000
	peer "$P/sock" $tcp connect "$here:5000" send hello close >/dev/null
	reap_within 20 "$name"
	wait_until 20 no_socket 5000
}

no_time_wait
for family in 4 6 mapped; do
	use_family $family
	spin bare sock
	has "bare: it spins" "$T/bare.out" '^recv 64 = 0 x20'
	spin eof mended_sock 'rule "spin" { eof { spin_limit = 5 } }'
	has "answer = eof: only recorded" "$T/eof.out" '^recv 64 = 0 x20'
	spin reset mended_sock 'rule "spin" { eof { spin_limit = 5 answer = reset } }'
	has "four times 0" "$T/reset.out" "^recv 64 = 0 x4$"
	has "then a reset, from the fifth read on" "$T/reset.out" "^recv 64 = -1 ECONNRESET x16$"
	spin observe mended_sock 'mode = observe
		rule "spin" { eof { spin_limit = 5 answer = reset } }'
	has "observe: 0 for ever" "$T/observe.out" '^recv 64 = 0 x20'
	for name in eof reset; do
		same "$name: one spin" 1 \
			"$(events | grep -c "\[$(pid_of $name)\] fd 4 eof-spin rule spin")"
	done
	event "observe: it would" "\[$(pid_of observe)\] fd 4 would eof-spin"
done
for call in recvfrom recvmsg recvmmsg read readv; do
	spin $call mended_sock 'rule "spin" { eof { spin_limit = 5 answer = reset } }'
	has "$call: then a reset" "$T/$call.out" "^$call 64 = -1 ECONNRESET x16$"
done
