#!/bin/sh
# vsftpd with its sandbox, as a daemon and from inetd: passive and active
# transfers by curl and ftp, there and back, several at once, refusals.
. "$(dirname "$0")/../lib/daemons.sh"
needs vsftpd curl inetutils-ftp

# Active mode needs its source port.
RULES_FIRST='rule "ftp-data" { program = "vsftpd" direction = connect
	keepalive { idle = 3000s interval = 50s } idle { timeout = 1h } }'
# It leaves itself no more processes (RLIMIT_NPROC), so there is no watch.
MAY_FAIL='start the watch task \(EAGAIN\)'

blur()
{
	sed -E 's/^[A-Z][a-z]{2} [A-Z][a-z]{2} +[0-9]+ [0-9:]+ [0-9]{4} /DATE /
		s/\[pid [0-9]+\]/[PID]/; s/[0-9.e+]+ ?(seconds|[KM]?bytes\/s|Kbyte\/sec)/N \1/g
		s/[A-Z][a-z]{2} [0-9]{2} [0-9:]{5}/DATE/
		s/,[0-9]+,[0-9]+\)/,PORT)/; s/\|\|\|[0-9]+\|/|||PORT|/'
}

configure()
{
	mkdir -p "$SITE/pub/in" "$SITE/empty"
	seq 300000 >"$SITE/pub/file"
	chmod 777 "$SITE/pub/in"
	cat >"$SITE/vsftpd.conf" <<-END
	listen=$1
	listen_ipv6=NO
	background=YES
	anonymous_enable=YES
	anon_upload_enable=YES
	write_enable=YES
	ftp_username=daemon
	anon_root=$SITE/pub
	secure_chroot_dir=$SITE/empty
	connect_from_port_20=YES
	log_ftp_protocol=YES
	vsftpd_log_file=/run/vsftpd.log
	END
}

get()
{
	live curl -s -S -m 30 "$@"
}

ftp()
{
	live inetutils-ftp -v -n "$@" <<-END
	open 127.0.0.1
	user anonymous x@y
	binary
	get file $SITE/fetched
	ls
	put $SITE/pub/file in/by-ftp
	cd nowhere
	quit
	END
}

crowd()
{
	for each in 1 2 3 4 5 6; do
		start get.$each get "$@" ftp://127.0.0.1/file
	done
	for each in 1 2 3 4 5 6; do
		reap get.$each || echo "status $?"
		cksum <"$T/get.$each.out"
	done
}

serves()
{
	seen "$1: passive" get -o "$SITE/got" ftp://127.0.0.1/file
	seen "the same" cmp "$SITE/got" "$SITE/pub/file"
	seen "active" get -P - -o "$SITE/got" ftp://127.0.0.1/file
	seen "the same" cmp "$SITE/got" "$SITE/pub/file"
	seen "a list" get ftp://127.0.0.1/
	seen "not there" get ftp://127.0.0.1/nothing
	seen "sent" get -T "$SITE/pub/file" ftp://127.0.0.1/in/by-curl
	seen "whole" cmp "$SITE/pub/in/by-curl" "$SITE/pub/file"
	seen "passive by ftp" ftp -p
	seen "whole" cmp "$SITE/fetched" "$SITE/pub/file"
	rm "$SITE/pub/in"/* "$SITE/fetched"
	seen "active by ftp" ftp -A
	seen "whole" cmp "$SITE/fetched" "$SITE/pub/file"
	seen "many, passive" crowd
	seen "many, active" crowd -P -
	rm "$SITE/pub/in"/*
}

play()
{
	configure YES
	start vsftpd live vsftpd "$SITE/vsftpd.conf" -obackground=NO
	listens 21
	serves "a daemon"
	kill "$(pid_of vsftpd)"
	reap vsftpd
	echo "-- vsftpd ended with $?"
	seen "its log" sort /run/vsftpd.log
	configure NO
	echo "ftp stream tcp nowait root $(command -v vsftpd) vsftpd $SITE/vsftpd.conf" \
		>"$SITE/inetd.conf"
	seen "inetd" live inetutils-inetd -p/run/inetd.pid "$SITE/inetd.conf"
	listens 21
	serves "from inetd"
	pid=$(cat /run/inetd.pid)
	kill "$pid"
	ends inetd "$pid"
}

compare_lives
