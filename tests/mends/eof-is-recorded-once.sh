#!/bin/sh
# Every call that can read an end of file tells of it, once a connection;
# reads that returned 0 for another reason do not.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "end" { eof { spin_limit = 5 } }'

# events_of NAME WORD: how many such events the program NAME recorded.
events_of()
{
	events | grep -c "\[$(pid_of "$1")\].* $2 "
}

port=5000
for call in recv recvfrom recvmsg recvmmsg read readv recv-dontwait recv-waitall; do
	port=$((port + 1))
	start "$call" mended_sock "$rules" tcp4 bind $HERE:$port listen 5 accept \
		poll 20000 $call 64 poll 20000 $call 64 $call 64 $call 64 close
	await_listener $port
	peer "$P/sock" tcp4 connect $HERE:$port send hello sleep 100 close >/dev/null
	reap_within 20 "$call"
	same "$call: read, and the end" 3 "$(grep -c "^$call .* = 0$\|len 0 = 1" "$T/$call.out")"
	same "$call: one eof" 1 "$(events_of "$call" eof)"
	same "$call: no spin" 0 "$(events_of "$call" eof-spin)"
done
event "recorded with the connection" "eof rule end $HERE:5001 <- $PEER:[0-9]+"

start own mended_sock "$rules" tcp4 bind $HERE:5900 listen 5 accept shutdown rd \
	repeat 20 recv 64 close
await_listener 5900
start own.peer peer "$P/sock" tcp4 connect $HERE:5900 stay
reap_within 20 own
has "an end it made itself" "$T/own.out" 'recv 64 = 0 x20'
same "is not the peer's" 0 "$(events_of own eof)"

start silent mended_sock "$rules" tcp4 bind $HERE:6000 listen 5 accept poll 20000 \
	repeat 20 peek 64 repeat 20 recv 0 repeat 20 read 0 touch "$T/peeked" close \
	udp4 bind $HERE:6001 repeat 20 recv 64 \
	pair shutdown wr use 3 repeat 20 recv 64 repeat 20 read 64
await_listener 6000
peer "$P/sock" tcp4 connect $HERE:6000 close >/dev/null
wait_until 20 test -e "$T/peeked" || fail "not at the datagrams"
for _ in $(seq 20); do
	peer "$PYTHON" -c "import socket
socket.socket(2, 2).sendto(b'', ('$HERE', 6001))"
done
reap_within 20 silent
has "it peeked" "$T/silent.out" 'peek 64 = 0 x20'
has "unix ends too" "$T/silent.out" 'read 64 = 0 x20'
same "no eof" 0 "$(events_of silent eof)"
same "no spin" 0 "$(events_of silent eof-spin)"
