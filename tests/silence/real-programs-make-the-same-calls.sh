#!/bin/sh
# Under a policy without a rule for them, real clients and servers make the
# network and descriptor calls they make without us, task by task.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/trace.sh"
needs nc curl socat busybox
no_time_wait
no_time_wait peer
mkdir "$T/www"
echo hello >"$T/www/index.html"
cd "$T/www" || exit 1

# twice NAME PROGRAM…: run it to its end, bare and preloaded.
client()
{
	client_name=$1
	shift
	for how in bare silent; do
		start_traced $how $how "$@"
		reap_within 30 $how
		wait_for_tasks $how
	done
	compare "$client_name" "$*"
}

# server PORT REQUEST PROGRAM…: run it for one request, then end it.
server()
{
	port=$1
	request=$2
	shift 2
	for how in bare silent; do
		start_traced $how $how "$@"
		await_listener "$port"
		pause 200 # at rest, in its accept or select
		echo hello | eval "peer $request" >"$T/request.$how" 2>&1
		has "$1 answers" "$T/request.$how" hello
		wait_until 5 no_socket_but_listener "$port"
		pause 200
		stop $how
		wait_for_tasks $how
		wait_until 20 port_is_free "$port" || fail "$1: still there"
	done
	compare "$1" "$*"
}

no_socket_but_listener()
{
	! socket_is connected "$1"
}

wait_for_tasks()
{
	for each in "$T/$1".trace.*; do
		trace_done "$each"
	done
}

compare()
{
	tasks bare >"$T/bare.calls"
	tasks silent >"$T/silent.calls"
	[ "$(wc -l <"$T/bare.calls")" -gt 5 ] || fail "$1: nothing was traced"
	diff -u "$T/bare.calls" "$T/silent.calls" >"$T/diff" && return
	rm -f "$T"/*.out "$T"/*.err
	fail "$2: not the same calls
$(cat "$T/diff")"
}

# A server that answers late and in one piece, so that timing does not show.
answer=$(printf 'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello')
set --
for _ in $(seq 20); do
	set -- "$@" use 0 accept recv 4000 sleep 100 send "$answer" close
done
start www peer "$P/sock" tcp4 bind $PEER:80 listen 20 "$@"
await_listener 80 peer
client "curl" curl -s -o /dev/null http://$PEER/
client "busybox wget" busybox wget -q -O /dev/null http://$PEER/
client "python3" "$PYTHON" -c "import socket
s = socket.create_connection(('$PEER', 80)); s.sendall(b'GET / HTTP/1.0\r\n\r\n')
while s.recv(100): pass"
client "datagrams" nc -u -w 1 $PEER 9

client "nc" nc -w 1 $PEER 80
client "socat" socat -u -T 1 TCP:$PEER:80 STDOUT
server 5001 "curl -s http://$HERE:5001/" "$PYTHON" -m http.server --bind $HERE 5001
server 5002 "curl -s http://$HERE:5002/" busybox httpd -f -p $HERE:5002 -h "$T/www"
server 5003 "nc -N -w 5 $HERE 5003" socat -U TCP-LISTEN:5003,bind=$HERE,reuseaddr,fork OPEN:"$T/www/index.html"
# A server that forks a child for every client.
server 5004 "$P/sock tcp4 connect $HERE:5004 recv 5" "$P/sock" tcp4 bind $HERE:5004 \
	listen 5 accept child send hello recv 9 close end close use 0 accept
same "no journal" "" "$(ls "$SOCKMEND_RUNDIR")"
