#!/bin/sh
# Active FTP needs its source port: the server connects back from port 20.
# With ephemeral_port in force for other programs, and under the profile that
# holds where nothing is configured, client and server work as bare.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/neighbours.sh"
needs inetutils-ftp vsftpd
[ "$(id -u)" = 0 ] && [ -z "$(sed -n 's/^ *0  *[1-9].*/x/p' /proc/self/uid_map)" ] ||
	skip "vsftpd needs the real root"
no_time_wait
no_time_wait peer

site=$(mktemp -d /tmp/sockmend-ftp.XXXXXX) || exit 1
trap 'rm -rf "$site"; tidy' EXIT
mkdir "$site/pub" "$site/empty"
head -c 500000 /dev/urandom >"$site/pub/file"
chmod 755 "$site" "$site/pub" "$site/empty"
chmod 644 "$site/pub/file"
cat >"$site/vsftpd.conf" <<END
listen=YES
listen_address=$HERE
background=NO
anonymous_enable=YES
local_enable=NO
ftp_username=daemon
anon_root=$site/pub
secure_chroot_dir=$site/empty
connect_from_port_20=YES
xferlog_enable=NO
END
printf 'rule "others" { program = {"camsrv"} ephemeral_port = yes }\n' >"$T/others.conf"

others="$B/sockmend -c $T/others.conf --"
safe="env LD_PRELOAD=$B/libsockmend.so" # and no policy anywhere
[ ! -e /etc/sockmend/policy ] || safe="$B/sockmend -p safe --"
watch_wire "src port 20 and tcp[tcpflags] & tcp-syn != 0"

# transfer NAME RUN-SERVER RUN-CLIENT
transfer()
{
	# shellcheck disable=SC2086
	start server $2 vsftpd "$site/vsftpd.conf"
	await_listener 21
	: >"$T/tcpdump.out"
	# The client runs at the peer: the data connection crosses the cable.
	# shellcheck disable=SC2086
	peer $3 inetutils-ftp -v -n -A <<-END >"$T/client.out" 2>&1
		open $HERE
		user anonymous x@y
		binary
		get file $T/got.$1
		ls
		quit
	END
	has "$1: listed" "$T/client.out" ' file$'
	same "$1: fetched" "$(sum "$site/pub/file")" "$(sum "$T/got.$1")"
	soon "$1: from port 20" "$T/wire" "$HERE\.20 > $PEER\.[0-9]+: Flags \[S\]"
	stop server
	wait_until 20 port_is_free 21
}

transfer bare "" ""
transfer others "$others" "$others"
transfer safe-server "$safe" ""
transfer safe-client "" "$safe"
transfer safe "$safe" "$safe"
no_event "no port was freed" port-freed
no_event "nothing was ended" 'ended|reclaimed|eof-spin'
