#!/bin/sh
# A number that is used again is another process: attach is over when the
# process it was told ends, and touches nothing of the next one. A process that
# executes another program goes by that one's rules.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/attach.sh"
. "$(dirname "$0")/../lib/rights.sh"
needs_right CAP_SYS_ADMIN "makes a process table: unshare -pf" unshare -pf true
needs unshare dash
cat >"$T/again.py" <<'END'
# In a pid namespace of its own: the same number twice, each time a server.
import os, socket, subprocess, sys, time
tool, place = sys.argv[1:]
def serve(port):
    for i in range(200):
        open("/proc/sys/kernel/ns_last_pid", "w").write("99")
        pid = os.fork()
        if not pid:
            listener = socket.create_server(("127.0.0.1", port))
            connection = listener.accept()[0]
            open(place + "/accepted-%d" % port, "w").close()
            connection.settimeout(3)
            try:
                print(port, "read", len(connection.recv(1)), flush=True)
            except TimeoutError:
                print(port, "nothing came", flush=True)
            time.sleep(600)
        if pid == 100:
            return pid
        os.kill(pid, 9)
        os.waitpid(pid, 0)
    sys.exit("no number twice")
def connect(port):
    for i in range(200):
        try:
            return socket.create_connection(("127.0.0.1", port))
        except OSError:
            time.sleep(0.05)
def accepted(port):
    while not os.path.exists(place + "/accepted-%d" % port):
        time.sleep(0.05)
pid = serve(6000)
one = connect(6000)
accepted(6000)
attach = subprocess.Popen([tool, "attach", "--watch", "-r", "keepalive { idle = 100s } idle { timeout = 1h }", "100"],
                          stdout=open(place + "/attach.out", "w"), stderr=open(place + "/attach.err", "w"))
while "options-set" not in open(place + "/attach.out").read():
    time.sleep(0.05)
attach.send_signal(19)
os.kill(pid, 9)
os.waitpid(pid, 0)
assert serve(6001) == pid
two = connect(6001)
accepted(6001)
attach.send_signal(18)
print("attach", attach.wait(200), flush=True)
os.kill(pid, 9)
END
unshare --pid --fork --mount-proc "$PYTHON" "$T/again.py" "$B/sockmendctl" "$T" >"$T/again" 2>"$T/again.err"
same "it ran: $(cat "$T/again.err")" 0 $?
has "attach ended" "$T/again" '^attach 0'
lacks "nothing of the next one" "$T/attach.out" ':6001'

# exec: another name, other rules.
printf '%s\n' 'rule "one" { program = {"one"} idle { timeout = 1h } }' \
	'rule "two" { program = {"two"} idle { timeout = 500ms } }' >"$T/two.conf"
cp "$(command -v dash)" "$T/one"
cp "$P/sock" "$T/two"
start server bare "$PYTHON" -c 'import os, socket, sys
listener = socket.create_server((sys.argv[1], 5000))
connection = listener.accept()[0]
os.dup2(connection.fileno(), 9)
os.close(connection.fileno())
open(sys.argv[2] + "/accepted", "w").close()
os.execv(sys.argv[2] + "/one", ["one", "-c", "while ! [ -e $0/go ]; do sleep 0.1; done; exec $0/two fd 9 recv 64 close stay", sys.argv[2]])
' $HERE "$T"
await_listener 5000
start client peer "$P/sock" tcp4 connect $HERE:5000 stay
is_one() { [ "$(cat "/proc/$(pid_of server)/comm")" = one ]; }
wait_until 20 is_one || fail "it is not one"
watch_over server -c "$T/two.conf"
sleep 0.3
no_event "nothing by the rule of one" 'rule (one|two)'
touch "$T/go"
event "by the other rule" 'two\[[0-9]+\] fd 9 idle-ended rule two'
soon "which the program reads" "$T/server.out" 'recv 64 = 0'
