#!/bin/sh
# inetutils-inetd: its own services over TCP and UDP, one that is run for each
# connection, one that takes the listener, a reload and a stop.
. "$(dirname "$0")/../lib/daemons.sh"
needs inetutils-inetd nc.openbsd

listen()
{
	live nc.openbsd -d -w 20 127.0.0.1 "$1"
}

# The time of day, of which only the shape is the same.
daytime()
{
	listen 13 | sed 's/[A-Za-z]/a/g; s/[0-9]/9/g; s/  */ /g'
}

bytes_of()
{
	listen "$1" | wc -c
}

lines_of()
{
	listen "$1" | head -n 100
}

configure()
{
	cat >"$SITE/hello" <<-'END'
	#!/bin/sh
	read -r name
	echo "hello $name"
	exit 3
	END
	chmod 755 "$SITE/hello"
	cp "$P/sock" "$SITE/sock"
	cat >"$SITE/inetd.conf" <<-END
	echo    stream tcp nowait root internal
	echo    dgram  udp wait   root internal
	discard stream tcp nowait root internal
	daytime stream tcp nowait root internal
	time    stream tcp nowait root internal
	chargen stream tcp nowait root internal
	5001    stream tcp nowait guest $SITE/hello hello
	5002    stream tcp wait   root $SITE/sock sock fd 0 accept recv 64 send served close
	END
}

# say PORT TEXT [OPTION]…
say()
{
	port=$1
	text=$2
	shift 2
	printf '%s' "$text" | live nc.openbsd -N -w 20 "$@" 127.0.0.1 "$port"
}

crowd()
{
	for each in 1 2 3 4 5 6 7 8 9 10; do
		start say.$each say 5001 "$each
"
	done
	for each in 1 2 3 4 5 6 7 8 9 10; do
		reap say.$each || echo "status $?"
		cat "$T/say.$each.out"
	done
}

play()
{
	configure
	seen "start" live inetutils-inetd -p/run/inetd.pid "$SITE/inetd.conf"
	listens 5002
	seen "echo" say 7 "$(seq 2000)"
	seen "echo, UDP" say 7 "a datagram" -u -q 1 -w 1
	seen "discard" say 9 "$(seq 2000)"
	seen "daytime" daytime
	seen "time" bytes_of 37
	seen "chargen" lines_of 19
	seen "for each connection" say 5001 "world
"
	seen "many of them" crowd
	seen "with the listener" say 5002 first
	seen "and again" say 5002 second
	start held nc.openbsd 127.0.0.1 7
	kept_alive 7
	echo "5003 stream tcp nowait root $SITE/hello hello" >>"$SITE/inetd.conf"
	kill -HUP "$(cat /run/inetd.pid)"
	listens 5003
	seen "after a reload" say 5003 "again
"
	running held || fail "a connection did not survive the reload"
	stop held
	pid=$(cat /run/inetd.pid)
	kill "$pid"
	ends inetd "$pid"
}

compare_lives
