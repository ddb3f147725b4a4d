#!/bin/sh
# Programs that Debian built for releases older and newer than ours, for 64
# bits and for 32, are mended by one file for each word size, and one string:
# a silent peer is probed by keepalive, and the program reads the end of file.
. "$(dirname "$0")/../lib/releases.sh"
. "$(dirname "$0")/../lib/abi.sh"
roots='bullseye-amd64 bookworm-amd64 trixie-amd64'
! runs_32 || roots="$roots bullseye-i386 bookworm-i386 trixie-i386"
[ -n "${IN_A_NAMESPACE:-}" ] || make_roots $roots
. "$(dirname "$0")/../lib/net.sh"
needs ss
ip link set lo up
port=5000
# By name, for newer dropbears execute themselves for each connection.
rules="rule \"silent\" { program = {\"nc.openbsd\", \"dropbear\"} direction = accept
	keepalive { idle = 60s } idle { timeout = $(after 2000)ms } }"
text="$(cat "$(policy "$rules")")
"
string='/opt/sockmend/$LIB/libsockmend.so'

# A client that says nothing and tells how it ended.
cat >"$T/client.py" <<'END'
import os, socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.settimeout(30 * int(os.environ["PATIENCE"]))
try:
	while s.recv(4096):
		pass
	print("closed")
except ConnectionResetError:
	print("closed")
except socket.timeout:
	print("nothing")
END

# ss's lines of the connections to a port.
connection()
{
	ss -tnoH state established "sport = :$1" | grep -E "${2:-.}"
}

listening()
{
	ss -tlnH "sport = :$1" | grep -q .
}

# serve NAME PORT PROGRAM [ENVIRONMENT]…: with a silent client, probed
# unless it is bare.
serve()
{
	name=$1 port=$2 program=$3
	shift 3
	case $program in
	nc) start "$name" in_root "$@" /bin/nc.openbsd -d -l 127.0.0.1 $port ;;
	dropbear) start "$name" in_root "$@" /usr/sbin/dropbear -F -E -R \
		-p 127.0.0.1:$port ;;
	esac
	wait_until 20 listening $port || fail "$release: $name does not listen"
	start "$name-client" "$PYTHON" "$T/client.py" $port
	wait_until 20 connection $port || fail "$release: $name: no connection"
	# At once, for it is ended after two seconds of an idle machine.
	[ "$name" = bare ] || wait_until 5 connection $port 'timer:\(keepalive' ||
		fail "$release: $name: no keepalive timer"
}

# ends NAME PORT: its client saw it close.
ends()
{
	reap_within 20 "$1-client"
	same "$release: the client of $1" closed "$(cat "$T/$1-client.out")"
	SOCKMEND_RUNDIR=$root/tmp/journals "$B/sockmendctl" events >"$T/$1.events"
	has "$release: $1" "$T/$1.events" "options-set rule silent 127.0.0.1:$2"
	has "$release: $1" "$T/$1.events" "idle-ended rule silent 127.0.0.1:$2"
}

libc_of()
{
	strings -a "$root"/lib/*/libc.so.6 | sed -n 's/^GNU C Library .* version \([0-9.]*\)\.$/\1/p'
}

# Bare, beside it with an environment, then with a file for the whole system.
matrix()
{
	port=$((${port:-5000} + 1))
	mkdir -m 700 -p "$root/tmp/journals"
	serve bare $port nc
	for program in nc dropbear; do
		serve $program $((port + 1)) $program LD_PRELOAD="$string" \
			SOCKMEND_POLICY="$text" SOCKMEND_RUNDIR=/tmp/journals
	done
	ends nc $((port - 1))
	ends dropbear $port
	reap_within 20 nc # having read its end of file
	stop dropbear
	mkdir -m 700 -p "$root/tmp/journals"
	echo "$string" >"$root/etc/ld.so.preload"
	cp "$(policy "$rules")" "$root/etc/sockmend/policy"
	serve everywhere $((port + 1)) nc SOCKMEND_RUNDIR=/tmp/journals
	rm "$root/etc/ld.so.preload"
	ends everywhere $port
	reap_within 20 everywhere
	rm "$root/etc/sockmend/policy"

	connection $((port - 3)) >"$T/left" || fail "$release: bare, it ended"
	lacks "$release: bare: nothing to mend" "$T/left" keepalive
	stop bare-client
	rm -r "$root/tmp/journals"
}

tried=0
for release in $roots; do
	if ! root "$release"; then
		number "$release: NOT TRIED, no such root: $(why_no_root)"
		continue
	fi
	tried=$((tried + 1))
	matrix
	number "mended: $release, glibc $(libc_of):" \
		"nc and dropbear by LD_PRELOAD, nc by ld.so.preload"
done
[ $tried -gt 0 ] || skip "no root of another release can be made: $(why_no_root)"
runs_32 || number "bullseye-i386, bookworm-i386, trixie-i386: NOT TRIED, $NO_32"
