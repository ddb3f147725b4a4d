#!/bin/sh
# Programs of Debian, healthy and busy, side by side: requests, long answers,
# silent subscribers, a compiler that takes its time, readers that take nothing
# for a while, clients behind another one. suggest and doctor propose no active
# rule that ends a connection.
. "$(dirname "$0")/../lib/crowd.sh"
needs_own_net "runs daemons on their own ports"
[ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null || skip "runs daemons as root in a mount namespace"

mkdir "$W" "$T/data"
echo hello >"$W/page"
head -c 3000000 /dev/zero >"$W/large"
# Long answers: nothing is sent for ten seconds, or for forty.
# shellcheck disable=SC2016
echo '<?php sleep(10); echo "done\n";' >"$W/slow.php"
printf '#!/bin/sh\ncat >/dev/null\nsleep 40\necho done\n' >"$W/slow"
# One line each six seconds, to one client at a time.
printf 'while date; do sleep 6; done | exec nc.openbsd -k -l %s 7006\n' $HERE >"$W/feed"
cat >"$W/slowcc" <<-'END_OF'
	#!/bin/sh
	# A compiler that takes 8 seconds and is silent.
	case " $* " in *' -E '*) ;; *) sleep 8 ;; esac
	exec gcc "$@"
END_OF
chmod +x "$W/slowcc" "$W/slow"
echo 'int main(void) { return 0; }' >"$T/small.c"

cat >"$T/nginx.conf" <<-END_OF
	user root; daemon off; worker_processes 1; pid $T/nginx.pid; error_log stderr;
	events { worker_connections 200; }
	http { access_log off; server { listen $HERE:8001; root $W; } }
END_OF
cat >"$T/lighttpd.conf" <<-END_OF
	server.document-root = "$W"
	server.bind = "$HERE"
	server.port = 8002
END_OF
cat >"$T/haproxy.cfg" <<-END_OF
	defaults
	    mode http
	    timeout connect 5s
	    timeout client 50s
	    timeout server 50s
	listen front
	    bind $HERE:8003
	    server nginx $HERE:8001
END_OF
cat >"$T/tinyproxy.conf" <<-END_OF
	Port 8004
	Listen $HERE
	Allow 10.9.0.0/24
	Timeout 600
END_OF
cat >"$T/vsftpd.conf" <<-END_OF
	listen=YES
	background=NO
	listen_address=$HERE
	anonymous_enable=YES
	secure_chroot_dir=$T/data
END_OF
cat >"$T/mosquitto.conf" <<-END_OF
	listener 1883 $HERE
	allow_anonymous true
	user root
END_OF
cat >"$T/rsyncd.conf" <<-END_OF
	address = $HERE
	uid = root
	gid = root
	[files]
	path = $W
END_OF
cat >"$T/sshd_config" <<-END_OF
	ListenAddress $HERE:22
	HostKey $T/host
	PidFile none
END_OF
cat >"$T/ser2net.yaml" <<-END_OF
	connection: &line
	  accepter: tcp,$HERE,7001
	  connector: serialdev,$T/line,9600n81,local
END_OF
cat >"$T/node.js" <<-'END_OF'
	require("http").createServer((q, r) => q.url == "/slow"
		? setTimeout(() => r.end("done\n"), 10000) : r.end("hello\n"))
		.listen(8008, process.env.HERE)
END_OF
! command -v ssh-keygen >/dev/null || ssh-keygen -q -t ed25519 -N '' -f "$T/host"
mkfifo "$T/printer"
start printer sh -c 'while head -c 2000 >/dev/null; do sleep 1; done <"$T/printer"'
! command -v socat >/dev/null ||
	start line socat "PTY,link=$T/line,raw,echo=0" EXEC:cat

get='GET /page HTTP/1.0\r\n\r\n'
stay='GET /page HTTP/1.1\r\nHost: h\r\n\r\n'
large='GET /large HTTP/1.0\r\n\r\n'
cat >"$T/table" <<END_OF
nginx     | nginx -c \$T/nginx.conf | ask 8001 $get; talk 8001 $stay; slow 8001 $large; hold 8001 $stay
lighttpd  | lighttpd -D -f \$T/lighttpd.conf | ask 8002 $get; slow 8002 $large
haproxy   | haproxy -db -f \$T/haproxy.cfg | ask 8003 $get; talk 8003 $stay; slow 8003 $large
tinyproxy | tinyproxy -d -c \$T/tinyproxy.conf | ask 8004 GET http://$HERE:8001/page HTTP/1.0\r\n\r\n; slow 8004 GET http://$HERE:8001/large HTTP/1.0\r\n\r\n
webfsd    | webfsd -F -i \$HERE -p 8005 -r \$W | ask 8005 $get; slow 8005 $large
python    | python3 -m http.server -b \$HERE -d \$W 8006 | ask 8006 $get; slow 8006 $large
php       | php -S \$HERE:8007 -t \$W | run curl -sf http://$HERE:8007/page; ask 8007 GET /slow.php HTTP/1.0\r\n\r\n; ask 8007 $get
node      | node \$T/node.js | ask 8008 $get; ask 8008 GET /slow HTTP/1.0\r\n\r\n; ask 8008 GET /slow HTTP/1.0\r\n\r\n
httpd     | busybox httpd -f -p \$HERE:8009 -h \$W | ask 8009 $get; slow 8009 $large
redis     | redis-server --bind \$HERE --port 6379 --protected-mode no --save '' --dir \$T/data | talk 6379 PING\r\n; hold 6379 BLPOP queue 0\r\n; hold 6379 SUBSCRIBE news\r\n
memcached | memcached -u root -l \$HERE | talk 11211 get name\r\n; hold 11211
mosquitto | mosquitto -c \$T/mosquitto.conf | ask 1883 \x10\x0d\0\x04MQTT\x04\x02\0\0\0\x01a\xe0\0; hold 1883 \x10\x0d\0\x04MQTT\x04\x02\0\0\0\x01b
vsftpd    | vsftpd \$T/vsftpd.conf | talk 21 NOOP\r\n; hold 21
sshd      | /usr/sbin/sshd -D -e -f \$T/sshd_config | run ssh-keyscan -t ed25519 $HERE >/dev/null 2>&1; hold 22 SSH-2.0-client\r\n
rsync     | rsync --daemon --no-detach --config=\$T/rsyncd.conf --port 873 | run rsync rsync://$HERE/files/ >/dev/null; hold 873
distccd   | distccd --no-detach --daemon --user nobody --jobs 1 --allow 10.9.0.0/24 --listen \$HERE --log-stderr --enable-tcp-insecure | run DISTCC_DIR=\$T/data DISTCC_HOSTS=$HERE DISTCC_FALLBACK=0 DISTCC_BACKOFF_PERIOD=0 distcc slowcc -c \$T/small.c -o \$T/one.o
iperf3    | iperf3 -s -B \$HERE | run iperf3 -c $HERE -b 1M -t 4 >/dev/null
gpsd      | gpsd -N -n -G -S 2947 tcp://\$PEER:2000 | listen 2000 \$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A\r\n; talk 2947 ?POLL;\n; hold 2947
p910nd    | p910nd -d -i \$HERE -f \$T/printer 0 | tell 9100 page\n; tell 9100 page\n
ser2net   | ser2net -n -c \$T/ser2net.yaml | talk 7001 hello
socat     | socat TCP-LISTEN:7002,bind=\$HERE,fork,reuseaddr EXEC:cat | talk 7002 hello; hold 7002
socat-cgi | socat -t 60 TCP-LISTEN:7003,bind=\$HERE,fork,reuseaddr EXEC:\$W/slow | half 7003 hello; half 7003 hello; half 7003 hello; half 7003 hello
nc        | nc.openbsd -k -l \$HERE 7004 | tell 7004 hello; hold 7004
ncat      | ncat -l -k \$HERE 7005 -c cat | talk 7005 hello; hold 7005
feed      | sh \$W/feed | hold 7006; hold 7006
END_OF
crowd "$T/table"

watch_crowd --time 12s
lacks "suggest" "$T/crowd.conf" "^[^#]*($enders)"
has "it looked at them" "$T/crowd.conf" 'alive and reads slowly'
doctor
lacks "doctor" "$T/found" "\\| ($enders)"
has "doctor looked at them" "$T/found" 'with data to send = [0-9]'
number "healthy programs watched: $(($(wc -l <"$T/crowd") - 1))"
