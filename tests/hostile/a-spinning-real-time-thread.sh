#!/bin/sh
# A program in SCHED_FIFO spins on its one processor. Its silent connection is
# ended while it spins, in the share of the processor that the kernel keeps.
. "$(dirname "$0")/../lib/test.sh"
rules='rule "quiet" { direction = accept idle { timeout = 300ms } }'
[ "$(cat /proc/sys/kernel/sched_rt_runtime_us 2>/dev/null)" != -1 ] ||
	skip "needs kernel.sched_rt_runtime_us: real-time threads are not limited here"

cat >"$T/spins.py" <<'END'
import os, socket, sys, time
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
try:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))
except OSError as refused:
    print("needs CAP_SYS_NICE (sched_setscheduler):", refused.strerror)
    sys.exit(77)
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
served, _ = listener.accept()
served.setblocking(False)
end = time.monotonic() + float(sys.argv[1])
while time.monotonic() < end:
    pass
# Without a wait: what is there now came while it spun.
try:
    print("read", len(served.recv(1)))
except BlockingIOError:
    print("nothing to read")
END

run="$PYTHON $T/spins.py 5"
# shellcheck disable=SC2086
said=$(bare $run) || skip "$said"
same "bare" "nothing to read" "$said"
# shellcheck disable=SC2086
same "mended, the end is there when it has spun" "read 0" "$(mended "$rules" $run)"
