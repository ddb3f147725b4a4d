#!/bin/sh
# A descriptor is needed for each process that is followed: the soft limit is
# raised, and beyond the hard one each process that is left out is named, once.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/attach.sh"
cat >"$T/forks.py" <<'END'
import os, socket, sys
listener = socket.create_server((sys.argv[1], 5000))
for child in range(20):
    if not os.fork():
        listener.accept()[0].recv(1)
        os._exit(0)
open(sys.argv[2], "w").close()
for child in range(20):
    os.wait()
END
start server bare "$PYTHON" "$T/forks.py" $HERE "$T/forked"
wait_until 30 test -e "$T/forked" || fail "it forks nothing"
children=$(cat "/proc/$(pid_of server)/task/$(pid_of server)/children")
started="$started $children"

# shellcheck disable=SC2016
limited()
{
	bare sh -c 'ulimit "$1" 30; shift; exec "$@"' ulimit "$@"
}

start attach limited -Sn "$B/sockmendctl" attach --watch -r 'idle { timeout = 300ms }' "$(pid_of server)"
all() { [ "$(ls "/proc/$(pid_of attach)/fd" | wc -l)" -ge 21 ]; }
wait_until 20 all || fail "not all are followed: $(ls -l "/proc/$(pid_of attach)/fd")"
start client peer "$P/sock" tcp4 connect $HERE:5000 stay
event "a child's connection is ended" 'idle-ended'
lacks "all are followed" "$T/attach.err" 'not followed'
stop attach

start attach limited -n "$B/sockmendctl" attach --watch -r 'idle { timeout = 300ms }' "$(pid_of server)"
soon "who is left out" "$T/attach.err" '^sockmendctl: .*\[[0-9]+\], which it forked, is not followed: Too many open files'
wait_until 20 grep -q . "$T/attach.err"
same "each once" "" "$(grep followed "$T/attach.err" | sort | uniq -d)"
stop attach
