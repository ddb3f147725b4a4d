#!/bin/sh
# A program with sockets, under ten rules that stand in its environment, is
# ready for its first socket call at a bounded price: the policy read, the
# journal made, all from its start to the return of socket().
. "$(dirname "$0")/../lib/cost.sh"
needs valgrind strace cc

# Ten as people write them; the last is for whatever the others do not name.
rules='rule "cameras" { program = "camsrv" local = "0.0.0.0/0:5000"
		keepalive { idle = 10s interval = 5s probes = 3 } eof { } idle { timeout = 2s } }
	rule "printers" { program = "lpd" direction = accept
		keepalive { idle = 60s } close_wait { after = 60s } }
	rule "mirror"  { program = "rsyncd" direction = accept idle { timeout = 10m } }
	rule "modbus"  { program = {"mbusd", "mbpoll"}
		keepalive { idle = 5s interval = 1s probes = 5 } }
	rule "ftp"     { program = "vsftpd" direction = accept idle { timeout = 5m escalate = 5s } }
	rule "scale"   { program = "scaled" peer = "192.168.7.0/24" supersede { when = same_peer } }
	rule "reports" { program = "reportd" set { tcp_nodelay = yes so_linger = 0s } }
	rule "backup"  { program = "bpcd" direction = connect ephemeral_port = yes }
	rule "till"    { program = "tilld" errors = eof keepalive { idle = 30s } }
	rule "rest"    { reuse_address = yes self_connect = refuse
		keepalive { idle = 60s interval = 10s probes = 6 } eof { } }'
policy=$(cat "$(policy "$rules")")
echo 'int nothing_at_all;' >"$T/empty.c"
cc -shared -fPIC -O2 -o "$T/empty.so" "$T/empty.c" || fail "cc"

# preloaded LIBRARY PROGRAM…
preloaded()
{
	library=$1
	shift
	env LD_PRELOAD="$library" SOCKMEND_POLICY="$policy" $tracer "$@"
}

# calls NAME LIBRARY: what the program makes, with three descriptors open.
calls()
{
	"$PYTHON" -c 'import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))' \
		strace -f -qq -o "$T/calls.$1" -E LD_PRELOAD="$2" \
		-E SOCKMEND_POLICY="$policy" "$P/sock" tcp4 >/dev/null
	wc -l <"$T/calls.$1"
}

empty=$(instructions preloaded "$T/empty.so" "$P/sock" tcp4)
ours=$(instructions preloaded "$B/libsockmend.so" "$P/sock" tcp4)
within start-instructions-with-sockets $((ours - empty)) \
	"start with sockets and ten rules, instructions over an empty library"

empty=$(calls empty "$T/empty.so")
ours=$(calls ours "$B/libsockmend.so")
[ -n "$(ls "$SOCKMEND_RUNDIR")" ] || fail "no journal: the library was not at work"
within start-calls-with-sockets $((ours - empty)) \
	"start with sockets and ten rules, system calls over an empty library"

# Where the rules mean a program by its name, what it was started with is
# looked at first, before it can be read.
policy=$(cat "$(policy "$(echo "$rules" | sed 's/"tilld"/"sock"/')")")
ours=$(calls ours "$B/libsockmend.so")
within start-calls-called-by-name $((ours - empty)) \
	"start with sockets and ten rules, one by its name, system calls over an empty library"
policy=$(cat "$(policy "$rules")")

# One that has none pays little for the same rules.
empty=$(instructions preloaded "$T/empty.so" /bin/true)
ours=$(instructions preloaded "$B/libsockmend.so" /bin/true)
within start-instructions-beside-ten-rules $((ours - empty)) \
	"start without sockets, ten rules in the environment, instructions over an empty library"
all_within
