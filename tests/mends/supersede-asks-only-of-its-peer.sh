#!/bin/sh
# supersede { when = same_peer }: a server with many connections pays for those
# of the peer that calls, not for all of them: the program's own thread asks
# the kernel as much at the 400th accept as at the 100th.
. "$(dirname "$0")/../lib/test.sh"
rules='rule "same" { supersede { when = same_peer after = 10s } }'

cat >"$T/server.py" <<-'END'
	import os, socket
	def mark():
	    try:
	        os.write(-1, b"mark") # seen by strace, and by nobody else
	    except OSError:
	        pass
	listener = socket.socket()
	listener.bind(("127.0.0.1", 0))
	listener.listen(5)
	clients, served = [], []
	def call(host):
	    s = socket.socket()
	    s.bind((host, 0))
	    s.connect(listener.getsockname())
	    clients.append(s)
	    served.append(listener.accept()[0])
	for i in range(400):
	    call("127.0.%d.%d" % (1 + i // 200, 1 + i % 200))
	    if i + 1 in (100, 110, 390, 400):
	        mark()
	call("127.0.1.7") # the seventh again
	mark()
END
start server traced "$T/trace" getsockname,getpeername,write mended "$rules" \
	"$PYTHON" "$T/server.py"
reap server 0
pid=$(pid_of server)
sed -n "s/^$pid *//p" "$T/trace" | awk '
	/^write\(-1/ { print asked + 0; asked = 0; next }
	/^get(sock|peer)name/ { asked++ }' >"$T/asked"
numbers=$(tr '\n' ' ' <"$T/asked")
# shellcheck disable=SC2086 # words
set -- $numbers
same "five stretches" 5 $#
# A few more, in either stretch, where two of the peers have the same tag, of
# 65535.
between "ten accepts among 400 ask what ten among 110 ask ($numbers)" \
	$(($2 - 8)) $(($2 + 8)) "$4"
between "and one of a known peer hardly more ($numbers)" 3 12 "$5"
