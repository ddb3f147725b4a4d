#!/bin/sh
# A watched connection: a shorter idle ends it, one that is withdrawn leaves it
# alone, and what goes on being said follows the rules in force. Its program
# blocks in recv() all the time; another of its threads, here a second listener
# in the same process, is what makes it look at the file.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/reload.sh"

cat >"$T/server.py" <<-'END'
	import os, socket, sys, threading, time
	def say(*words): # in one piece: threads talk
	    os.write(1, (" ".join(map(str, words)) + "\n").encode())
	def serve(port, label):
	    listener = socket.create_server((sys.argv[1], port))
	    while True:
	        s, _ = listener.accept()
	        threading.Thread(target=read, args=(s, label), daemon=True).start()
	def read(s, label):
	    say(label, "accepted")
	    try:
	        got = s.recv(100)
	    except OSError as e:
	        got = e
	    say(label, "read", got)
	for port in (4981, 4982, 4983):
	    threading.Thread(target=serve, args=(port, port), daemon=True).start()
	time.sleep(3600)
END
# A call that has the file looked at.
knock()
{
	let_a_second_pass
	start knock peer "$P/sock" tcp4 connect $HERE:4983 close
	reap knock
}

put 'rule "long" { idle { timeout = 1h } }
rule "never" { }'
start server env LD_PRELOAD="$B/libsockmend.so" SOCKMEND_POLICY="$T/policy" \
	"$PYTHON" "$T/server.py" $HERE
await_listener 4981
await_listener 4982
await_listener 4983
start one peer "$P/sock" tcp4 connect $HERE:4981 stay
soon "accepted" "$T/server.out" '^4981 accepted'

put "rule \"short\" { local = \"$HERE:4981\" idle { timeout = 300ms } }"
knock
soon "the shorter deadline ends it" "$T/server.out" "^4981 read b''"
event "by the new rule" "fd [0-9]* idle-ended rule short $HERE:4981 <- "

put "rule \"medium\" { idle { timeout = $(after 4000)ms } }"
let_a_second_pass
start two peer "$P/sock" tcp4 connect $HERE:4982 stay
soon "accepted" "$T/server.out" '^4982 accepted'
put 'rule "none" { local = "10.99.0.1" idle { timeout = 10ms } }'
knock
put 'rule "short" { local = "'$HERE':4983" idle { timeout = 200ms } }'
pause 4000
knock
start three peer "$P/sock" tcp4 connect $HERE:4983 stay
event "the rules in force are these" "idle-ended rule short $HERE:4983 <- "
lacks "and the one whose rule was withdrawn is left alone" "$T/server.out" '^4982 read'
