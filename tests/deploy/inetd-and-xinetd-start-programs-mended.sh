#!/bin/sh
# The files of examples/inetd, read by both daemons: a program that is started
# with its silent connection hangs up, and one that is started without the
# wrapper does not.
furnish()
{
	mkdir -p "$UPPER/etc/sockmend" "$UPPER/etc/xinetd.d"
	for program in camsrv meterd; do
		sed "s/camsrv/$program/; s/30s/300ms/" \
			"$TOP/examples/inetd/camsrv.conf" \
			>"$UPPER/etc/sockmend/$program.conf"
	done
	cp /bin/cat "$UPPER/usr/local/bin/camsrv"
	cp "$P/sock" "$UPPER/usr/local/bin/meterd"
	cp "$TOP/examples/inetd/inetd.conf" "$UPPER/etc/inetd.conf"
	sed -i '/^meters/s/$/ fd 0 accept recv 64 close/' "$UPPER/etc/inetd.conf"
	printf '%s\n' 'bare stream tcp nowait nobody /usr/local/bin/camsrv camsrv' \
		>>"$UPPER/etc/inetd.conf"
	cp /etc/services "$UPPER/etc/services"
	printf '%s\n' 'cameras 5001/tcp' 'meters 5002/tcp' 'bare 5003/tcp' \
		>>"$UPPER/etc/services"
	cp "$TOP/examples/inetd/xinetd.camsrv" "$UPPER/etc/xinetd.d/camsrv"
	find_xinetd
}

# It and inetutils-inetd cannot both be installed: it is unpacked.
find_xinetd()
{
	command -v xinetd >/dev/null && return
	(
		mkdir -p "$B/packages"
		cd "$B/packages" || exit 1
		ls xinetd_*.deb >/dev/null 2>&1 ||
			apt-get download -q xinetd >"$T/download" 2>&1
		dpkg-deb --fsys-tarfile xinetd_*.deb |
			tar -x -C "$UPPER" --no-same-owner ./usr/sbin/xinetd
	) || fail "no xinetd: $(cat "$T/download")"
}
. "$(dirname "$0")/../lib/booted.sh"
needs inetutils-inetd socat

listens()
{
	inside ss -Hltn "sport = :$1" | grep -q .
}

# call PORT: say nothing and wait for the end.
call()
{
	wait_until 30 listens "$1" || fail "nothing listens on $1: $(why)"
	start "caller.$1" bare nsenter -t "$INIT" -n socat -u \
		"TCP:127.0.0.1:$1" STDOUT
}

# mended PORT PROGRAM
mended()
{
	reap_within 30 "caller.$1"
	inside sockmendctl events >"$T/events" 2>&1
	has "$2 was mended" "$T/events" \
		"$2\[[0-9]+\] fd [0-9]+ idle-ended rule cameras 127.0.0.1:$1 <-"
}

unit inetd 'ExecStart=/usr/sbin/inetutils-inetd -d /etc/inetd.conf'
inside sh -c 'echo "includedir /etc/xinetd.d" >/etc/xinetd.test'
inside sh -c 'ls -d /etc/xinetd.d/* | grep -v /camsrv | xargs rm -f'
unit xinetd 'ExecStart=/usr/sbin/xinetd -dontfork -f /etc/xinetd.test'
inside systemctl daemon-reload
runs inetd xinetd

call 5003
for port in 5001 5002 5000; do
	call $port
done
mended 5001 camsrv
mended 5002 meterd
mended 5000 camsrv
running caller.5003 || fail "without the wrapper the caller is hung up on too"
