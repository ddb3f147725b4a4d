#!/bin/sh
# The library in /etc/ld.so.preload, and the profile system-wide: a system
# boots and works as before, daemons are mended, even set-id ones; what the
# list denies makes the calls it made. Both switches take it away.
furnish()
{
	mkdir -p "$UPPER/etc/sockmend"
	echo "$PREFIX/lib/sockmend/libsockmend.so" >"$UPPER/etc/ld.so.preload"
	echo 'include("profiles/system-wide.conf")' \
		>"$UPPER/etc/sockmend/sockmend.conf"
	"$B/sockmendctl" compile -c "$TOP/conf/profiles/system-wide.conf" \
		>"$UPPER/etc/sockmend/policy"
}
. "$(dirname "$0")/../lib/booted.sh"
needs busybox strace perl sshd socat nc.openbsd

# What each says is the same with the library and without.
grep -q libsockmend "/proc/$INIT/maps" || fail "systemd has not mapped it"
works()
{
	"$@" >"$T/bare.said" 2>&1 </dev/null
	inside "$@" >"$T/said" 2>"$T/complaints" </dev/null ||
		fail "$*: $(cat "$T/complaints")"
	same "$*" "$(cat "$T/bare.said")" "$(cat "$T/said" "$T/complaints")"
}
works sh -c 'for i in 1 2 3; do echo $i; done | sort -r'
works dpkg -s dash
works dpkg --audit
works apt-get check -qq
works apt-config shell X Dir::Etc
works perl -MSocket -e 'socket(S, AF_INET, SOCK_STREAM, 0) or die; print "ok\n"'
works "$PYTHON" -c 'import socket; socket.socket().close(); print("ok")'
works setpriv --reuid 65534 --clear-groups id -u
works cat /etc/hostname

timers()
{
	inside ss -Htno state established "sport = :$1"
}

has_caller()
{
	timers "$1" | grep -q .
}

listens()
{
	inside ss -Hltn "sport = :$1" | grep -q .
}

# call PORT
call()
{
	wait_until 30 listens "$1" || fail "nothing listens on $1"
	start "caller.$1" bare nsenter -t "$INIT" -n socat -u \
		"TCP:127.0.0.1:$1" STDOUT
	wait_until 30 has_caller "$1" || fail "nobody answers on $1"
	timers "$1" >"$T/timers"
}

# A daemon that nobody denies; one in secure-execution mode; one that is
# denied; one that is switched off.
inside sh -c 'cp /bin/nc.openbsd /usr/local/bin/setidd; chmod 4755 /usr/local/bin/setidd
	mkdir -p /run/sshd; ssh-keygen -A >/dev/null'
unit plaind 'ExecStart=/usr/bin/nc.openbsd -d -l 5001'
unit setidd 'ExecStart=/usr/local/bin/setidd -d -l 5002' User=nobody
unit off 'ExecStart=/usr/bin/nc.openbsd -d -l 5003' \
	Environment=SOCKMEND_MODE=off
inside systemctl daemon-reload
runs plaind setidd off ssh
for port in 5001 5002; do
	call $port
	has "$port is mended" "$T/timers" 'keepalive,(1min|59sec|58sec)'
done
call 5003
lacks "SOCKMEND_MODE=off" "$T/timers" 'keepalive,(1min|5)'
call 22
lacks "sshd is left alone" "$T/timers" 'keepalive,(1min|5)'
inside sockmendctl events >"$T/events"
has "an event" "$T/events" 'nc.openbsd\[.*options-set rule safe'
lacks "none of who is denied" "$T/events" ' (sshd|systemd|apt|sh|dpkg)[^ ]*\['
inside sh -c 'cat /run/sockmend/*.journal' | strings >"$T/journals"
lacks "no journal of who is denied" "$T/journals" '^(sshd|systemd|apt|sh|dpkg)'

# A denied program makes the calls of the network that it made.
calls()
{
	start greeter bare nsenter -t "$INIT" -n socat \
		TCP-LISTEN:5004,reuseaddr SYSTEM:'echo hello; cat >/dev/null'
	wait_until 30 listens 5004 || fail "no greeter"
	"$@" strace -f -qq -e signal=none \
		-e trace=%network,fcntl,dup,dup2,clone,futex,madvise \
		busybox nc 127.0.0.1 5004 </dev/null 2>&1 |
		sed 's/^\[pid *[0-9]*\] //; s/0x[0-9a-f]*/ADDRESS/g'
	stop greeter
}
calls nsenter -t "$INIT" -n >"$T/calls.bare"
calls inside >"$T/calls.denied"
has "it talked" "$T/calls.bare" 'connect\(.*5004'
diff "$T/calls.bare" "$T/calls.denied" || fail "a denied program's calls"

# The switch in the file: programs started from then on are left alone.
inside sh -c 'echo "mode = off" >>/etc/sockmend/sockmend.conf'
inside sockmendctl apply >"$T/apply" 2>&1 || fail "$(cat "$T/apply")"
stop caller.5001
runs plaind
call 5001
lacks "mode = off" "$T/timers" 'keepalive,(1min|5)'
