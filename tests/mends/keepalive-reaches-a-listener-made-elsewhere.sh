#!/bin/sh
# A listener that was made before the library was there (inetd, systemd, a
# supervisor) is met at accept: its connections are mended all the same.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "alive" { keepalive { idle = 7s } idle { timeout = 500ms } eof { } }'

cat >"$T/super.py" <<'END'
import os, socket, sys
s = socket.create_server((sys.argv[1], int(sys.argv[2])))
os.dup2(s.fileno(), 0)
os.execvp(sys.argv[3], sys.argv[3:])
END
policy "$rules" >/dev/null
for run in bare mended; do
	port=5000
	set -- "$P/sock"
	[ $run = bare ] || {
		port=5001
		set -- env LD_PRELOAD="$B/libsockmend.so" SOCKMEND_POLICY="$(policy "$rules")" "$@"
	}
	start $run "$PYTHON" "$T/super.py" $HERE $port "$@" fd 0 accept \
		get SO_KEEPALIVE get TCP_KEEPIDLE recv 64 close
	await_listener $port
	start client.$run peer "$P/sock" tcp4 connect $HERE:$port stay
done
reap_within 20 mended
has "on" "$T/mended.out" 'get SO_KEEPALIVE 1 = 0'
has "idle" "$T/mended.out" 'get TCP_KEEPIDLE 7 = 0'
has "and watched" "$T/mended.out" '^recv 64 = 0'
has "bare: off" "$T/bare.out" 'get SO_KEEPALIVE 0 = 0'
lacks "bare: it waits" "$T/bare.out" '^recv'
event "recorded" "idle-ended rule alive $HERE:5001 <- "
