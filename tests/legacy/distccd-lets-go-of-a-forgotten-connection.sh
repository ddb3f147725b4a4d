#!/bin/sh
# distccd has a process for each connection, here for one. A client vanishes
# before its request: bare, no other is served. keepalive ends its connection.
# A compiler that takes longer than that is silent, but its client answers the
# probes, and gets its object.
. "$(dirname "$0")/../lib/net.sh"
needs distccd distcc gcc nft
needs_own_net "drops what a client sends"
{ [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; } || skip "has a compiler that another user executes in /run"

cat >"$T/slowcc" <<-'END'
	#!/bin/sh
	case " $* " in *' -E '*) ;; *) sleep 6 ;; esac
	exec gcc "$@"
END
chmod +x "$T/slowcc"
echo 'int main(void) { return 0; }' >"$T/small.c"
export T HERE

# serve NAME PORT bare|mended…: and one client has connected.
serve()
{
	name=$1 port=$2
	shift 2
	# shellcheck disable=SC2016
	start "$name" "$@" unshare -m sh -c 'mount -t tmpfs tmpfs /run &&
		cp "$T/slowcc" /run && PATH=/run:$PATH exec distccd --no-detach \
		--daemon --user nobody --jobs 1 --allow 10.9.0.0/24 --listen "$HERE" \
		--port "$1" --log-stderr --enable-tcp-insecure' distccd "$port"
	await_listener "$port"
	start "$name.client" peer "$P/sock" tcp4 bind "$PEER:1$port" \
		connect "$HERE:$port" stay
	wait_until 20 accepted "$port" || fail "$name: not accepted"
}

accepted()
{
	ss -Htnp state established "sport = :$1" | grep -q distccd
}

# compile NAME PORT: on that host or not at all.
compile()
{
	start "$1.compile" peer env DISTCC_DIR="$T" DISTCC_HOSTS="$HERE:$2" \
		DISTCC_FALLBACK=0 DISTCC_BACKOFF_PERIOD=0 DISTCC_IO_TIMEOUT=3600 \
		PATH="$T:$PATH" distcc slowcc -c "$T/small.c" -o "$T/$1.o"
}

serve bare 5000 bare
serve mended 5001 mended \
	'rule "cc" { program = "distccd" keepalive { idle = 1s interval = 1s probes = 2 } }'
peer nft -f - <<-END
	table inet vanished {
		chain in { type filter hook prerouting priority -300; tcp dport 15000-15001 drop; }
		chain out { type filter hook postrouting priority 300; tcp sport 15000-15001 drop; }
	}
END
compile bare 5000
compile mended 5001
reap_within 60 mended.compile || fail "mended, it does not compile: $(cat "$T/mended.compile.err")"
[ -s "$T/mended.o" ] || fail "mended, no object"
soon "its read fails" "$T/mended.err" "failed to read: Connection timed out"
running bare.compile || fail "bare, it ended: $(cat "$T/bare.compile.err")"
socket_is established 15000 || fail "bare, the first connection is over"
