#!/bin/sh
# What it costs to be on a policy file: one stat(2) a second at most, and only
# while sockets are made; with the policy's text in the environment nothing.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/reload.sh"

cat >"$T/client.py" <<-'END'
	import socket, time
	started = time.time()
	listener = socket.create_server(("127.0.0.1", 0))
	while time.time() - started < 2.5:
	    a = socket.create_connection(listener.getsockname())
	    b, _ = listener.accept()
	    a.close(), b.close()
	print("seconds", int(time.time() - started + 1), flush=True)
END
put 'rule "r" { keepalive { idle = 60s } }'
# looks HOW POLICY: how often the policy's path was looked at, while it ran.
looks()
{
	strace -f -qq -o "$T/$1.trace" -e trace=stat,newfstatat,statx,access,faccessat,openat \
		-E LD_PRELOAD="$B/libsockmend.so" -E SOCKMEND_POLICY="$2" \
		"$PYTHON" "$T/client.py" >"$T/$1.out" 2>&1 || fail "it failed"
	grep -c "stat.*\"$T/policy\"" "$T/$1.trace"
}
same "text in the environment" 0 "$(looks text "$(cat "$T/policy")")"
seen=$(looks file "$T/policy")
seconds=$(sed -n 's/^seconds //p' "$T/file.out")
between "a file: when it is read, then once a second" 2 $((seconds + 2)) "$seen"
same "and read once" 1 "$(grep -c "openat.*$T/policy" "$T/file.trace")"
