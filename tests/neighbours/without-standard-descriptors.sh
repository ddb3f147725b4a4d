#!/bin/sh
# Programs that close 0, 1 and 2 first get connections on those numbers. They
# are mended like others, and no line of ours is ever written into one.
. "$(dirname "$0")/../lib/net.sh"
rules='log = stderr rule "quiet" { keepalive { idle = 7s } idle { timeout = 500ms } eof { } }'

cat >"$T/server.py" <<'END'
import os, socket, sys
port, result = int(sys.argv[1]), sys.argv[2]
os.closerange(0, 3)
listener = socket.create_server(("0.0.0.0", port))
first, _ = listener.accept()
second, _ = listener.accept()
numbers = (listener.fileno(), first.fileno(), second.fileno())
ends = [s.recv(100) for s in (first, second, first, second)]
idle = [s.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) for s in (first, second)]
first.close(), second.close(), listener.close()
with open(result, "w") as f:
    print(numbers, ends, idle, file=f)
END

for run in closed shell; do
	port=$WILD
	set -- mended "$rules" "$PYTHON" "$T/server.py"
	if [ $run = shell ]; then
		port=$((WILD + 1))
		policy "$rules" >/dev/null
		set -- mended "$rules" sh -c 'exec "$@" 0<&- 1>&- 2>&-' sh "$PYTHON" "$T/server.py"
	fi
	start $run "$@" $port "$T/$run.result"
	await_listener $port
	for each in 1 2; do
		start $run.$each peer "$P/sock" tcp4 connect $HERE:$port send hello \
			recv 64 close
	done
	reap_within 30 $run || fail "$run: it failed"
	same "$run" "(0, 1, 2) [b'hello', b'hello', b'', b''] [7, 7]" "$(cat "$T/$run.result")"
	for each in 1 2; do
		reap_within 20 $run.$each
		has "$run: nothing but the end" "$T/$run.$each.out" '^recv 64 = (0|-1 ECONNRESET)'
	done
done
same "each was ended" 4 "$(events | grep -c ' idle-ended ')"
