#!/bin/sh
# Services as Debian ships them are mended by `enable`, under a systemd that
# is the first process, and are as before after `disable`.
. "$(dirname "$0")/../lib/booted.sh"
rule='keepalive { idle = 3000s interval = 50s probes = 7 } override = yes'

# UNIT PORT PROGRAM: each with a port of its own that somebody calls.
all='ssh 22 sshd
nginx 80 nginx
redis-server 6379 redis-server
vsftpd 21 vsftpd
rpcbind 111 rpcbind'

prepare()
{
	inside mkdir -p /run/sshd
	inside ssh-keygen -A >/dev/null
	inside sh -c 'umask 077
		install -d -o redis -g redis /var/lib/redis /var/log/redis'
	inside sh -c 'sed -i s/listen_ipv6=YES/listen_ipv6=NO/ /etc/vsftpd.conf'
	inside sh -c 'sed -i s/listen=NO/listen=YES/ /etc/vsftpd.conf'
}

units()
{
	echo "$all" | while read -r unit rest; do
		echo "$unit"
	done
}

# The timers of the connections that the server on a port has.
timers()
{
	inside ss -Htno state established "sport = :$1"
}

listens()
{
	inside ss -Hltn "sport = :$1" | grep -q .
}

has_caller()
{
	timers "$1" | grep -q .
}

# Somebody calls, says nothing, and stays until the machine is gone.
call()
{
	wait_until 30 listens "$1" || fail "nothing listens on $1: $(why "$2")"
	start "caller.$1" bare nsenter -t "$INIT" -n socat -u \
		"TCP:127.0.0.1:$1" STDOUT
	wait_until 30 has_caller "$1" || fail "$2 does not answer on $1"
}

hang_up()
{
	stop "caller.$1"
}

is_kept_alive()
{
	timers "$1" | grep -q 'timer:(keepalive,49min'
}

check()
{
	call "$2" "$1"
	wait_until 10 is_kept_alive "$2" || fail "$1 is not mended: $(timers "$2")
$(inside journalctl --no-pager -n 30)"
	hang_up "$2"
	inside sockmendctl events >"$T/events"
	has "$1 has a journal" "$T/events" \
		" $3\[[0-9]+\] fd [0-9]+ options-set rule"
	lacks "nothing failed" "$T/events" mend-failed
}

check_unmended()
{
	call "$2" "$1"
	! is_kept_alive "$2" || fail "$1 is mended still: $(timers "$2")"
	hang_up "$2"
}

prepare
for unit in $(units); do
	inside sockmendctl enable -y -r "$rule" "$unit" \
		>"$T/enable.out" 2>&1 || fail "$unit: $(cat "$T/enable.out")"
done
inside systemctl daemon-reload
# shellcheck disable=SC2046 # words
runs $(units)
echo "$all" | while read -r service; do
	# shellcheck disable=SC2086
	check $service || exit 1
done || exit 1
inside sockmendctl status >"$T/status" 2>&1
for program in sshd nginx redis-server vsftpd rpcbind; do
	has "root sees $program" "$T/status" "$program"
done

for unit in $(units); do
	inside sockmendctl disable "$unit" >"$T/disable.out" 2>&1 ||
		fail "$unit: $(cat "$T/disable.out")"
done
inside systemctl daemon-reload
# shellcheck disable=SC2046
runs $(units)
echo "$all" | while read -r service; do
	# shellcheck disable=SC2086
	check_unmended $service || exit 1
done || exit 1
