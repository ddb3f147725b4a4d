#!/bin/sh
# Connections a program did not accept itself, or accepts from a listener it
# did not make: from inetd, from systemd's socket activation, from a parent that
# forks. A silent one is ended all the same: its client is told. Bare, none is.
. "$(dirname "$0")/../lib/net.sh"
[ "$(id -u)" = 0 ] || skip "inetd needs root"
# A connection that was there before the program is met when a rule calls the
# program by its name.
mends='keepalive { idle = 7s } idle { timeout = 700ms escalate = 1s }'
rules="rule \"named\" { program = {\"cat\", \"sh\"} $mends }
	rule \"quiet\" { $mends }"
policy "$rules" >/dev/null
PATH=$PATH:/usr/sbin

cat >"$T/serve.py" <<'END'
import socket
listener = socket.socket(fileno=3)
connections = []
while True:
    connections.append(listener.accept()[0])
    connections[-1].setblocking(True)
    while connections[-1].recv(100):
        pass
    connections[-1].close()
END

inetd()
{
	port=$1
	shift
	echo "$port stream tcp nowait root $*" >"$T/inetd.$port"
	exec inetutils-inetd -d -p"$T/inetd.$port.pid" "$T/inetd.$port"
}

# by NAME PORT: the server that is meant.
by()
{
	case $1 in
	socat-fork) socat TCP-LISTEN:$2,fork,reuseaddr PIPE ;;
	socat-exec) socat TCP-LISTEN:$2,fork,reuseaddr EXEC:cat,nofork ;;
	inetd-cat) inetd $2 /bin/cat cat ;;
	inetd-script) inetd $2 /bin/sh sh -c 'read${IFS}name' ;;
	activated) exec systemd-socket-activate -E LD_PRELOAD -E SOCKMEND_POLICY \
		-E SOCKMEND_RUNDIR -l $2 "$PYTHON" "$T/serve.py" ;;
	activated-inetd) exec systemd-socket-activate -E LD_PRELOAD -E SOCKMEND_POLICY \
		-E SOCKMEND_RUNDIR -a --inetd -l $2 cat ;;
	esac
}

tried=
port=5000
try()
{
	command -v "$2" >/dev/null || return 0
	port=$((port + 2))
	tried="$tried $1"
	server=$1
	start bare.$server by $server $port
	(
		LD_PRELOAD=$B/libsockmend.so
		SOCKMEND_POLICY=$(cat "$(policy "$rules")")
		export LD_PRELOAD SOCKMEND_POLICY
		by $server $((port + 1))
	) </dev/null >"$T/$server.out" 2>"$T/$server.err" &
	echo $! >"$T/$server.pid"
	started="$started $!"
	await_listener $port
	await_listener $((port + 1))
	start bare.$server.client peer "$P/sock" tcp4 connect $HERE:$port recv 64 stay
	start $server.client peer "$P/sock" tcp4 connect $HERE:$((port + 1)) recv 64 stay
}

was_told()
{
	grep -Eq '^recv 64 = (0|-1 ECONNRESET)' "$T/$1.client.out"
}

all_were_told()
{
	for server in $tried; do
		was_told $server || return 1
	done
}

try socat-fork socat
try socat-exec socat
try inetd-cat inetutils-inetd
try inetd-script inetutils-inetd
try activated systemd-socket-activate
try activated-inetd systemd-socket-activate

[ -n "$tried" ] || skip "nothing that starts servers is installed"
wait_until 15 all_were_told
missed=
for server in $tried; do
	was_told $server || missed="$missed $server"
done
same "clients that were not told" "" "$missed"
for server in $tried; do
	lacks "bare: $server waits" "$T/bare.$server.client.out" '^recv'
	running $server || fail "$server did not survive"
	event "recorded" "idle-ended rule (quiet|named)"
done
