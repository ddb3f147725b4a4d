#!/bin/sh
# log = stderr with a stderr that is closed, full, broken, a socket, or by now
# somebody else's descriptor: never blocked, never SIGPIPE, never a byte where
# it does not belong.
. "$(dirname "$0")/../lib/net.sh"

rules='log = stderr rule "all" { keepalive { idle = 5s } eof { spin_limit = 1 }
	idle { timeout = 200ms } }'
SOCKMEND_POLICY=$(policy "$rules")
export SOCKMEND_POLICY

# The program's stderr is made by the test: full pipes, broken ones, sockets.
# "exit status", "written": what came through it, "took" too long.
cat >"$T/with" <<'END'
import os, signal, socket, subprocess, sys, time
kind, program = sys.argv[1], sys.argv[2:]
environment = dict(os.environ, LD_PRELOAD=os.environ["B"] + "/libsockmend.so")
reader = None
if kind.endswith("pipe"):
    reader, writer = os.pipe()
elif kind.endswith("socket"):
    a, b = socket.socketpair()
    reader, writer = a.detach(), b.detach()
elif kind == "full-device":
    writer = os.open("/dev/full", os.O_WRONLY)
elif kind == "read-only":
    writer = os.open("/dev/null", os.O_RDONLY)
filled = 0
if kind.startswith("full-") and reader is not None:
    os.set_blocking(writer, False)
    try:
        while True:
            filled += os.write(writer, b"x" * 4096)
    except BlockingIOError:
        pass
    try:
        while True:
            filled += os.write(writer, b"x")
    except BlockingIOError:
        pass
    os.set_blocking(writer, True)
if kind.startswith("broken-"):
    os.close(reader)
    reader = None
run = subprocess.Popen(program, stderr=writer, env=environment,
                       preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL))
os.close(writer)
try:
    print("exit status", run.wait(20))
except subprocess.TimeoutExpired:
    run.kill()
    print("exit status: it never ended")
if reader is not None:
    os.set_blocking(reader, False)
    got = b""
    while True:
        piece = os.read(reader, 65536)
        if not piece:
            break
        got += piece
    print("written", "yes" if b"sockmend: " in got[filled:] else "no")
END

# on_stderr KIND SCRIPT…: events of all sorts while stderr is that.
on_stderr()
{
	kind=$1
	shift
	"$PYTHON" "$T/with" "$kind" "$P/sock" "$@" >"$T/said" || fail "$kind: no harness"
	has "$kind: the program ends well" "$T/said" '^exit status 0$'
	has "$kind: what it saw" "$T/said" '^recv 64 = 0'
}

# A server that is its own silent client: set options, an idle end, an eof.
talk="tcp4 set SO_REUSEADDR 1 bind $LO:5000 listen 5 tcp4 connect $LO:5000
	use 0 accept recv 64 recv 64 close"
for kind in pipe socket; do
	# shellcheck disable=SC2086
	on_stderr $kind $talk
	has "$kind: the events" "$T/said" '^written yes'
done
for kind in full-pipe full-socket broken-pipe broken-socket full-device read-only; do
	# shellcheck disable=SC2086
	on_stderr $kind $talk
	lacks "$kind: nothing through it" "$T/said" '^written yes'
done

# ---- closed from the start: the program's own files take the number

# shellcheck disable=SC2086
LD_PRELOAD=$B/libsockmend.so "$P/sock" $talk >"$T/said" 2>&-
same "closed: exit status" 0 $?
has "closed: what it saw" "$T/said" '^recv 64 = 0'

cat >"$T/takes" <<'END'
import os, socket, sys
# What the program keeps under number 2 is a file of its own.
how, path = sys.argv[1:]
if how == "close":
    os.close(2)
if how == "dup2":
    file = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    os.dup2(file, 2)
else:
    assert os.open(path, os.O_CREAT | os.O_WRONLY, 0o600) == 2
a = socket.socket()
a.bind(("127.0.0.1", 0))
a.listen(5)
b = socket.create_connection(a.getsockname())
c, _ = a.accept()
assert c.recv(10) == b""
END
for how in close dup2; do
	LD_PRELOAD=$B/libsockmend.so "$PYTHON" "$T/takes" $how "$T/$how.own" 2>"$T/$how.stderr"
	same "taken by $how: exit status" 0 $?
	same "taken by $how: its file" "" "$(cat "$T/$how.own")"
done
LD_PRELOAD=$B/libsockmend.so "$PYTHON" "$T/takes" opened "$T/opened.own" 2>&-
same "closed by the parent: exit status" 0 $?
same "closed by the parent: the program's own file" "" "$(cat "$T/opened.own")"
