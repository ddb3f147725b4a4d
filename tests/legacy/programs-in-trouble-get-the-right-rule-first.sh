#!/bin/sh
# Programs of Debian, each in a trouble of its own, side by side: callers that
# vanish, hosts that do not answer, connections that are never closed, loops. Of
# each the first rule of suggest is the one for its trouble, active where that is
# proven; doctor names the trouble.
. "$(dirname "$0")/../lib/crowd.sh"
needs_own_net "runs daemons on their own ports"
{ [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; } || skip "runs daemons as root in a mount namespace"
needs nc.openbsd socat curl perl nft

mkdir "$W" "$T/data"
truncate -s 100M "$W/large"
program() { cat >"$W/$1" && chmod +x "$W/$1"; }
# A line each second, to one client at a time.
program feed <<-'END_OF'
	#!/bin/sh
	while date; do sleep 1; done | exec nc.openbsd -k -l $HERE 7001
END_OF
program reader <<-'END_OF'
	#!/usr/bin/perl
	# It waits until there is something to read, and at the end there always is.
	syswrite STDOUT, "ready\n";
	for (;;) {
		select my $ready = "\1", undef, undef, undef;
		sysread STDIN, my $line, 100;
	}
END_OF
program computer <<-'END_OF'
	#!/bin/sh
	# The second line is not read.
	read -r line
	echo "$line"
	while :; do :; done
END_OF
program keeper <<-'END_OF'
	#!/usr/bin/perl
	use IO::Socket::INET;
	my $server = IO::Socket::INET->new(LocalAddr => "$ENV{HERE}:7008", Listen => 5) or die;
	my @clients;
	while (my $client = $server->accept) {
		print $client scalar <$client>;
		push @clients, $client;
	}
END_OF
program visitor <<-'END_OF'
	import http.client, os, time
	# The connection stays for a next request, which does not come.
	c = http.client.HTTPConnection(os.environ["PEER"], 8080)
	while not c.sock:
	    try: c.connect()
	    except OSError: time.sleep(0.1)
	c.request("GET", "/")
	c.getresponse().read()
	time.sleep(3600)
END_OF
program poller <<-'END_OF'
	#!/bin/sh
	while curl -s --local-port 25000 http://$PEER:8000/; do sleep 0.2; done
END_OF
program restarted <<-'END_OF'
	#!/bin/sh
	# A supervisor of a server that serves one client.
	while :; do socat TCP-LISTEN:7010,bind=$HERE EXEC:date; sleep 0.3; done
END_OF

# What comes from the ports 10000 to 10099 will vanish; 9999 does not answer.
drop()
{
	peer nft -f - <<-END_OF
		table inet drop$1 {
			chain in { type filter hook prerouting priority -300; tcp dport $2 drop; }
			chain out { type filter hook postrouting priority 300; tcp sport $2 drop; }
		}
	END_OF
}

# The columns: the program, its load, its rule (+ active, - in a comment), and
# what doctor says of it.
cat >"$T/table" <<'END_OF'
nc        | feed | hold 7001<10001 | nc-openbsd-at-7001 + keepalive { ack_timeout = | nc.openbsd, served while the next client waits
socat     | socat TCP-LISTEN:7002,bind=$HERE,reuseaddr,fork,max-children=1,keepalive,keepidle=1,keepintvl=1,keepcnt=100 EXEC:cat | hold 7002<10002 hello | socat-at-7002 + supersede { when = same_peer | socat, served while the next client waits
webfsd    | webfsd -F -i $HERE -p 7003 -r $W | talk 7003<10003 GET /large HTTP/1.0\r\n\r\n | webfsd-at-7003 + keepalive { ack_timeout = | webfsd, with data to send
curl      | curl -s http://$PEER:9999/ | | curl-to-9999 + connect_timeout = | curl, in SYN-SENT, retransmitting
curl-port | poller | answer 8000 HTTP/1.0 200 OK\r\n\r\nhello\n | curl-to-8000 + ephemeral_port = yes | curl, from a fixed source port
reader    | socat TCP-LISTEN:7005,bind=$HERE,reuseaddr,fork EXEC:reader,nofork | leave 7005 hello\n | reader-at-7005 + eof { spin_limit = 100  answer = reset } | reader, in CLOSE_WAIT
computer  | socat TCP-LISTEN:7006,bind=$HERE,reuseaddr,fork EXEC:computer,nofork | leave 7006 hello\nmore\n | computer-at-7006 - dead { after = 60s  action = terminate } | computer, in CLOSE_WAIT
python    | python3 $W/visitor | answer 8080 HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi\n | python3-to-8080 - close_wait { after = | python3, in CLOSE_WAIT
perl      | perl $W/keeper | leave 7008 a\n; leave 7008 b\n; leave 7008 c\n | perl-at-7008 + close_wait { after = | perl, in CLOSE_WAIT
nc-half   | nc.openbsd -N $PEER 7009 | listen 7009 | nc-openbsd-to-7009 - idle { timeout = 10m } | nc.openbsd, in FIN_WAIT2
memcached | memcached -u root -l $HERE | hold 11211<10004 | memcached-at-11211 + keepalive { idle = 60s | memcached, silent without keepalive
restarted | restarted | ask 7010 | restart - reuse_address = yes |
END_OF

# The first line that mends of each rule in crowd.conf: NAME + LINE where it is
# active, NAME - LINE where it is in a comment.
first_rules()
{
	awk '{
		if (match($0, /^(# )?rule "[^"]*"/)) {
			split($0, part, "\"")
			name = part[2]
		}
		if (name != "" && match($0, /(keepalive|eof|idle|close_wait|supersede|dead|set) \{|(ephemeral_port|reuse_address|connect_timeout|self_connect) =/)) {
			print name, $0 ~ /#/ ? "-" : "+", substr($0, RSTART)
			name = ""
		}
	}' "$T/crowd.conf"
}

drop 1 9999
crowd "$T/table"
drop 2 10000-10099
# The servers of one client at a time are called again.
for port in 7001 7002; do
	start next$port peer "$P/sock" tcp4 connect $HERE:$port stay
done

watch_crowd --time 12s --silence 5s
first_rules >"$T/first"
doctor --silence 5s
while IFS='|' read -r name _ _ wanted said; do
	name=${name%"${name##*[! ]}"} wanted=${wanted# } said=${said# }
	! grep -qwe "$name" "$T/absent" || continue
	has "$name: the first rule" "$T/first" "^$(quoted "${wanted% }")"
	[ -n "$said" ] || continue
	said="^(note|warning) [a-z-]+ $(quoted "${said%%,*}")\[[0-9]+\],$(quoted "${said#*,}") = "
	grep -Eq "$said" "$T/found" || finds "$name: doctor" "$said" --silence 5s
done <"$T/table"
lacks "a program that does not read is not told of its end" "$T/first" '^computer.*(eof|close_wait) '
number "programs in trouble watched: $(($(wc -l <"$T/crowd") - 1))"
