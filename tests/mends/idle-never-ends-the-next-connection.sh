#!/bin/sh
# Descriptor numbers come back at once. Connections that the program closes
# around their deadline, hundreds of times: the next one, on the same number,
# is never ended in the place of the last.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "quiet" { idle { timeout = 12ms action = reset } }'
rounds=400

# A connection may be ended before its first word only when it was silent for
# the 12 ms: on a busy machine that happens, and the client's clock shows it.
cat >"$T/client.py" <<'END'
import random, socket, sys, time
for i in range(int(sys.argv[2])):
    began = time.monotonic()
    s = socket.create_connection((sys.argv[1], 5000))
    time.sleep(0.004)
    try:
        s.sendall(b"hello")
        time.sleep(0.012 + random.random() * 0.001)
        s.sendall(b"again")
        s.recv(1)
    except OSError:
        if time.monotonic() - began < 0.012:
            print("ended early")
    s.close()
END
# shellcheck disable=SC2046
start server mended_sock "$rules" tcp4 bind $HERE:5000 listen 5 \
	$(repeated $rounds use 0 accept recv 5 recv 5 close)
await_listener 5000
start client peer "$PYTHON" "$T/client.py" $HERE $rounds
reap_within 100 server
same "none was ended early" "" "$(cat "$T/client.out")"
same "on one number" $rounds "$(grep -c '^accept = 4$' "$T/server.out")"
ended=$(grep -c '^recv 5 = -1 ECONNRESET' "$T/server.out")
heard=$(grep -c '^recv 5 "again" = 5' "$T/server.out")
same "ended or heard, nothing else" $rounds $((ended + heard))
between "some were ended at their deadline" 1 $rounds "$ended"
