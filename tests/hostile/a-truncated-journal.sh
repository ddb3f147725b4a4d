#!/bin/sh
# A program's journal is truncated, cut short, deleted or replaced while it
# runs: it goes on, whatever it records next, and so do its children. Where the
# file is only moved, it gets every event still.
. "$(dirname "$0")/../lib/test.sh"
cat >"$T/program.py" <<'END'
import os, socket, sys

listener = socket.create_server(("127.0.0.1", 0))
first = socket.create_connection(listener.getsockname())
served = listener.accept()[0]
print("ready", flush=True)
sys.stdin.readline()
child = os.fork()
if not child:
    first.close()
for turn in range(50):
    if child:
        again = socket.create_connection(listener.getsockname())
        accepted = listener.accept()[0]
        again.close()
        assert accepted.recv(10) == b""
        accepted.close()
    else:
        assert served.recv(10) == b"" if turn else True
if child:
    first.close()
    status = os.waitpid(child, 0)[1]
    assert served.recv(10) == b""
    print("child", status)
else:
    os._exit(0)
print("alive")
END
rules='rule "all" { keepalive { idle = 60s } eof { } idle { timeout = 1h } }'
wanted="ready
child 0
alive"

# survives WHAT COMMAND…: the command gets the journal's path.
survives()
{
	survives_what=$1
	shift
	rm -rf "$T/run"
	mkdir -m 700 "$T/run"
	rm -f "$T/go" "$T/program.out"
	mkfifo "$T/go"
	start program mended "$rules" "$PYTHON" "$T/program.py"
	exec 3>"$T/go"
	soon "$survives_what: it runs" "$T/program.out" '^ready'
	journal=$(echo "$T"/run/*.journal)
	[ -s "$journal" ] || fail "$survives_what: no journal"
	"$@" "$journal" || fail "$survives_what: $*"
	echo go >&3
	exec 3>&-
	reap_within 60 program
	same "$survives_what: exit status" 0 $?
	same "$survives_what: what it said" "$wanted" "$(cat "$T/program.out")"
}

start()
{
	start_name=$1
	shift
	(exec=exec; "$@") <"$T/go" >"$T/$start_name.out" 2>"$T/$start_name.err" &
	echo $! >"$T/$start_name.pid"
	started="$started $!"
}

emptied() { : >"$1"; }
cut() { truncate -s "$1" "$2"; }
regrown() { truncate -s 0 "$1" && truncate -s 1M "$1"; }
deleted() { rm "$1"; }
with_its_directory() { rm -r "${1%/*}"; }
replaced() { echo nonsense >"$T/other" && mv "$T/other" "$1"; }
moved() { mv "$1" "$T/run/1-2.journal"; }

survives "left alone" true
event "all events" 'eof rule all'
survives emptied emptied
survives "cut within the head" cut 100
survives "cut to the head" cut 256
survives "cut to a page" cut 4096
survives regrown regrown
survives deleted deleted
survives "deleted with its directory" with_its_directory
survives replaced replaced
survives moved moved
events >"$T/events"
[ "$(grep -c 'eof rule all' "$T/events")" -ge 50 ] || fail "moved: $(wc -l <"$T/events") events"
