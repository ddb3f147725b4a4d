#!/bin/sh
# rpcbind: what rpcinfo sees over TCP, UDP and its own socket, a service that
# registers and goes, and a restart that remembers. Its clients look for a
# reserved port that is free, and must be told which are not.
. "$(dirname "$0")/../lib/daemons.sh"
needs rpcbind rpcinfo "$PYTHON"

# A service of its own: SET, then UNSET, over TCP from the next free reserved
# port, as portmap's clients do it (RFC 1833, version 2).
cat >"$T/register.py" <<'END'
import socket, struct, sys
procedure = {"set": 1, "unset": 2, "getport": 3}[sys.argv[1]]
s = socket.socket()
for port in range(901, 1024):
    try:
        s.bind(("", port))
        break
    except OSError:
        pass
s.connect(("127.0.0.1", 111))
call = struct.pack(">10I", 7, 0, 2, 100000, 2, procedure, 0, 0, 0, 0)
call += struct.pack(">4I", 300999, 1, 6, 4711)
s.sendall(struct.pack(">I", 0x80000000 | len(call)) + call)
print(s.recv(4096).hex())
s.close()
END

rpc()
{
	live "$PYTHON" "$T/register.py" "$@"
}

begin()
{
	seen "start" live rpcbind -w
	listens 111
}

end()
{
	pid=$(cat /run/rpcbind.pid 2>/dev/null || ss -Hltnp 'sport = :111' |
		sed -n 's/.*pid=\([0-9]*\).*/\1/p' | head -n 1)
	kill "$pid"
	ends rpcbind "$pid"
}

queries()
{
	seen "over TCP" live rpcinfo -p 127.0.0.1
	seen "short" live rpcinfo -s 127.0.0.1
	seen "its socket" live rpcinfo
	seen "a call over TCP" live rpcinfo -T tcp 127.0.0.1 portmapper
	seen "a call over UDP" live rpcinfo -T udp 127.0.0.1 portmapper 3
	seen "statistics" live rpcinfo -m 127.0.0.1
	seen "nobody" live rpcinfo -T tcp 127.0.0.1 300998
}

play()
{
	mkdir -p /run/rpcbind
	begin
	queries
	seen "set" rpc set
	seen "where is it" rpc getport
	seen "it is there" live rpcinfo -p 127.0.0.1
	seen "refused by nobody" live rpcinfo -T tcp 127.0.0.1 300999 1
	start held "$P/sock" tcp4 connect 127.0.0.1:111 stay
	soon "connected" "$T/held.out" '^connect .* = 0'
	kept_alive 111
	stop held
	end
	begin
	seen "remembered, or not" live rpcinfo -p 127.0.0.1
	seen "unset" rpc unset
	end
}

compare_lives
