#!/bin/sh
# Which direction must be silent: received (a peer that only listens is ended),
# sent (a program that only reads is), both (neither is).
. "$(dirname "$0")/../lib/net.sh"
port=5000
talks=$((20 * PATIENCE))

# talk NAME COUNT TALKER: 2 s of talk by the program or the peer, timeout 600 ms
# where the machine is idle.
talk()
{
	name=$1
	count=$2
	port=$((port + 1))
	program=$(repeated $talks send x sleep 100)
	its_peer=$(repeated $talks recv 1)
	if [ "$3" = peer ]; then
		its_peer=$(repeated $talks send x sleep 100)
		program=$(repeated $talks recv 1)
	fi
	run="mended_sock"
	[ "$count" != bare ] || run=sock
	set -- $run
	[ "$count" = bare ] ||
		set -- $run "rule \"q\" { idle { timeout = $(after 600)ms count = $count } }"
	# shellcheck disable=SC2086
	start "$name" "$@" tcp4 bind $HERE:$port listen 5 accept $program \
		recv-dontwait 9 touch "$T/$name.done" stay
	await_listener $port
	# shellcheck disable=SC2086
	start "$name.peer" peer "$P/sock" tcp4 connect $HERE:$port $its_peer stay
}

for talker in program peer; do
	for count in bare received sent both; do
		talk $talker.$count $count $talker
	done
done
for talker in program peer; do
	for count in bare received sent both; do
		wait_until 30 test -e "$T/$talker.$count.done" || fail "$talker.$count hangs"
	done
done
for name in program.bare peer.bare program.both peer.both program.sent peer.received; do
	has "$name goes on" "$T/$name.out" '^recv-dontwait 9 = -1 EAGAIN'
done
has "program.received: it talked to nobody" "$T/program.received.out" '^recv-dontwait 9 = 0'
same "and no send failed" $talks "$(grep -c '^send x = 1' "$T/program.received.out")"
# Read before the end came, and the end.
has "peer.sent: it only listened" "$T/peer.sent.out" '^recv 1 = 0'
