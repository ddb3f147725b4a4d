#!/bin/sh
# Each thing in the way has its words and its exit status, and nothing is done.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/attach.sh"
needs setpriv strace
start server sock tcp4 bind $HERE:5000 listen 5 stay
await_listener 5000
pid=$(pid_of server)
rule='idle { timeout = 1h }'
echo 'rule "r" { program = {"other"} idle { timeout = 1h } }' >"$T/other.conf"
echo 'mode = off rule "r" { idle { timeout = 1h } }' >"$T/off.conf"

# says STATUS REGEX COMMAND…
says()
{
	wanted=$1 words=$2
	shift 2
	"$@" >"$T/said" 2>&1
	same "$* (said: $(cat "$T/said"))" "$wanted" $?
	has "$*" "$T/said" "$words"
}

ctl=$T/ctl
cp "$B/sockmendctl" "$ctl"
chmod 755 "$ctl" "$T"
says 2 '^usage: sockmendctl attach' "$ctl" attach
says 2 'want a process number' "$ctl" attach camsrv
says 2 'want a process number' "$ctl" attach -- -1
says 2 '^usage' "$ctl" attach --nothing "$pid"
says 1 '4194303: no such process runs here' "$ctl" attach -r "$rule" 4194303
says 1 'no such process runs here' "$ctl" attach -r "$rule" 2147483647
says 1 '-r 1.*idle.timeout = 1y' "$ctl" attach -r 'idle { timeout = 1y }' "$pid"
says 1 'no rule means sock' "$ctl" attach -c "$T/other.conf" "$pid"
says 1 'mode = off' "$ctl" attach -c "$T/off.conf" "$pid"
cd /
place=$(mktemp -d /tmp/sockmend-attach.XXXXXX)
trap 'rm -rf "$place"; tidy' EXIT
chmod 755 "$place"
cp "$B/sockmendctl" "$place"
says 1 "$pid: .*(root|may not)" setpriv --reuid=65534 --regid=65534 --clear-groups \
	env SOCKMEND_RUNDIR="$place/run" "$place/sockmendctl" attach -r "$rule" "$pid"
says 1 "$pid: its sockets may not be taken: CAP_SYS_PTRACE is missing, or a sandbox" \
	strace -f -qq -o /dev/null -e trace=pidfd_getfd -e inject=pidfd_getfd:error=EPERM \
	"$ctl" attach -r "$rule" "$pid"
says 1 "$pid: this kernel cannot hand out its sockets .*Linux 5.6" \
	strace -f -qq -o /dev/null -e trace=pidfd_getfd -e inject=pidfd_getfd:error=ENOSYS \
	"$ctl" attach -r "$rule" "$pid"
says 1 "$pid: this kernel cannot" \
	strace -f -qq -o /dev/null -e trace=pidfd_open -e inject=pidfd_open:error=ENOSYS \
	"$ctl" attach -r "$rule" "$pid"

# A mended program has its mends from inside.
start mended mended 'rule "r" { idle { timeout = 1h } }' "$P/sock" \
	tcp4 bind $HERE:5001 listen 5 stay
await_listener 5001
says 1 'it is mended already, from inside; --force' "$ctl" attach -r "$rule" "$(pid_of mended)"
says 0 'sock\[[0-9]+\]: sockets 1, under a rule 1' \
	"$ctl" attach --force -r "$rule" "$(pid_of mended)"

# What a rule asks for and attach cannot do is said, once.
says 0 'rule -r 1: cannot be done from outside: ephemeral_port, reuse_address, eof, errors, set.tcp_syncnt$' \
	"$ctl" attach -r 'ephemeral_port = yes reuse_address = yes eof { } errors = eof override = yes
	set { tcp_syncnt = 3 tcp_nodelay = yes } idle { timeout = 1h escalate = 1s } supersede { }' "$pid"
has "and what takes longer than a look" "$T/said" 'rule -r 1: only with --watch: idle.escalate, supersede.after$'
same "once" 1 "$(grep -c 'rule -r 1: cannot' "$T/said")"
same "and nothing else was done" "" "$("$B/sockmendctl" events | grep -v 'options-set')"
