#!/bin/sh
# socat, python's socketserver and perl listen without SO_REUSEADDR. Bare,
# they cannot start again for a minute; mended they can, under every rule at once.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/neighbours.sh"
keep_time_wait
needs socat

python_server="import socket, sys
s = socket.socket()
s.bind(('', int(sys.argv[1])))
s.listen(5)
c, _ = s.accept()
c.sendall(b'hello')
c.close()"

run_server()
{
	case $2 in
	socat) $1 socat TCP-LISTEN:$3 SYSTEM:"printf hello" ;;
	python) $1 "$PYTHON" -c "$python_server" $3 ;;
	perl) $1 perl -MIO::Socket::INET -e '
		$s = IO::Socket::INET->new(Listen => 5, LocalPort => $ARGV[0]) or die $!;
		$c = $s->accept; print $c "hello"; close $c' $3 ;;
	esac
}

# once NAME bare|sockmend SERVER PORT: it serves one client, and ends first.
once()
{
	start "$1" run_server "$2" "$3" "$4"
	wait_until 10 listening_or_ended "$1" "$4"
	listening "$4" || return 1
	peer "$P/sock" tcp4 connect "$HERE:$4" recv-waitall 5 recv 1 close >"$T/client.out"
	has "$3 serves" "$T/client.out" '"hello"'
	reap_within 20 "$1"
	wait_until 20 socket_is time-wait "$4" || fail "no TIME_WAIT"
}

listening_or_ended()
{
	listening "$2" || ended "$1"
}

port=$WILD
for server in socat python perl; do
	command -v $server >/dev/null || [ $server = python ] || continue
	port=$((port + 1))
	once bare bare $server $port || fail "bare $server: not served"
	once bare bare $server $port && fail "bare $server: was served again"
	has "bare $server: refused" "$T/bare.err" 'Address already in use'
	port=$((port + 1))
	for _ in 1 2 3; do
		once mended sockmend $server $port || fail "mended $server: not served"
	done
done
event "recorded" 'options-set rule servers'
