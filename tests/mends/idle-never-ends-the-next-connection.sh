#!/bin/sh
# Descriptor numbers come back at once. Connections that the program closes
# around their deadline, hundreds of times: the next one, on the same number,
# is never ended in the place of the last.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "quiet" { idle { timeout = 12ms action = reset } }'
rounds=400

cat >"$T/client.py" <<'END'
import random, socket, sys, time
for i in range(int(sys.argv[2])):
    s = socket.create_connection((sys.argv[1], 5000))
    time.sleep(0.004)
    s.sendall(b"hello")
    time.sleep(0.012 + random.random() * 0.001)
    try:
        s.sendall(b"again")
        s.recv(1)
    except OSError:
        pass
    s.close()
END
# shellcheck disable=SC2046
start server mended_sock "$rules" tcp4 bind $HERE:5000 listen 5 \
	$(repeated $rounds use 0 accept recv 5 recv 5 close)
await_listener 5000
start client peer "$PYTHON" "$T/client.py" $HERE $rounds
reap_within 100 server
same "each was heard" $rounds "$(grep -c '^recv 5 "hello" = 5' "$T/server.out")"
same "on one number" $rounds "$(grep -c '^accept = 4$' "$T/server.out")"
ended=$(grep -c '^recv 5 = -1 ECONNRESET\|^recv 5 = 0' "$T/server.out")
heard=$(grep -c '^recv 5 "again" = 5' "$T/server.out")
same "ended or heard, nothing else" $rounds $((ended + heard))
between "some were ended at their deadline" 1 $rounds "$ended"
