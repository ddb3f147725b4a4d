#!/bin/sh
# Beside jemalloc, tcmalloc, libfaketime and eatmydata, before or behind them,
# and beside several of them: each goes on doing its work, and we do ours, by the
# kernel's clock whatever time the program is told it is.
. "$(dirname "$0")/../lib/test.sh"
rules='rule "server" { direction = accept reuse_address = yes keepalive { idle = 7s }
	idle { timeout = 300ms } close_wait { after = 1h } eof { } }
	rule "client" { ephemeral_port = yes keepalive { idle = 7s } }'
SOCKMEND_POLICY=$(policy "$rules")
export SOCKMEND_POLICY

# A server and its client, threads, memory and a file that is synced.
cat >"$T/program.py" <<'END'
import os, socket, sys, threading, time
listener = socket.create_server(("127.0.0.1", 0))
def ask():
    s = socket.create_connection(listener.getsockname())
    s.sendall(b"hello")
    try:
        s.recv(100)
    except ConnectionResetError:
        pass
threads = [threading.Thread(target=ask) for _ in range(4)]
for t in threads:
    t.start()
for s in [listener.accept()[0] for t in threads]:
    waste = [bytes(i) for i in range(2000)]
    print("keepalive", s.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
          "read", s.recv(100), "then", s.recv(100))
    s.close()
for t in threads:
    t.join()
with open(sys.argv[1], "w") as f:
    f.write("x")
    os.fsync(f.fileno())
print("year", time.gmtime().tm_year)
END

libraries=$(dirname "$(readlink -f /usr/lib/*/libjemalloc.so.2 | head -n 1)")
jemalloc=$libraries/libjemalloc.so.2
tcmalloc=$libraries/libtcmalloc_minimal.so.4
faketime=$libraries/faketime/libfaketimeMT.so.1
eatmydata=$libraries/libeatmydata.so
export MALLOC_CONF=stats_print:true MALLOCSTATS=1 FAKETIME='@2001-02-03 04:05:06'

# worked NAME: the sign that the neighbour did its work.
worked()
{
	case $1 in
	jemalloc) has "jemalloc is at work" "$T/said" 'Begin jemalloc statistics' ;;
	tcmalloc) has "tcmalloc is at work" "$T/said" 'MALLOC:.*Bytes in use' ;;
	faketime) has "libfaketime is at work" "$T/said" '^year 2001' ;;
	eatmydata) lacks "eatmydata is at work" "$T/trace" 'f(data)?sync' ;;
	esac
}

# beside PRELOAD NAME…
beside()
{
	preload=$1
	shift
	rm -rf "$SOCKMEND_RUNDIR"
	mkdir -m 700 "$SOCKMEND_RUNDIR"
	timeout -k 5 $((20 * PATIENCE)) strace -f -qq -o "$T/trace" -e trace=fsync,fdatasync -e signal=none \
		-E LD_PRELOAD="$preload" "$PYTHON" "$T/program.py" "$T/file" >"$T/said" 2>&1
	same "$preload: exit status" 0 $?
	same "$preload: mended" 4 "$(grep -c "^keepalive 7 read b'hello' then b''" "$T/said")"
	for neighbour; do
		worked "$neighbour"
	done
	same "$preload: ended" 4 "$(events | grep -c 'idle-ended')"
}

preloads()
{
	for name; do
		eval "path=\$$name"
		[ -e "$path" ] || skip "$name is not installed"
		printf '%s:' "$path"
	done
}

ours=$B/libsockmend.so
for name in jemalloc tcmalloc faketime eatmydata; do
	theirs=$(preloads $name) || skip "$theirs"
	beside "$ours:$theirs" $name
	beside "$theirs$ours" $name
done
# jemalloc and libfaketime do not get on with each other.
for names in "jemalloc eatmydata" "eatmydata tcmalloc faketime"; do
	# shellcheck disable=SC2086
	theirs=$(preloads $names)
	# shellcheck disable=SC2086
	beside "$ours:$theirs" $names
	# shellcheck disable=SC2086
	beside "$theirs$ours" $names
done

# Events are dated by the kernel's clock, not by the program's.
events >"$T/events"
has "events know the time" "$T/events" "^$(date -u +%Y)-"
