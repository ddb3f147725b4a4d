#!/bin/sh
# python3's http.server, busybox httpd and socat, mended, serve curl, wget and
# netcat, and curl mended reads from them bare: the same bytes.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/neighbours.sh"
needs curl busybox socat
mkdir "$T/www"
head -c 3000000 /dev/urandom >"$T/www/file"

# served PORT FETCH…: the file as that client gets it, three times at once.
served()
{
	port=$1
	shift
	await_listener "$port" "$where"
	for each in 1 2 3; do
		start get.$each $far "$@"
	done
	for each in 1 2 3; do
		reap_within 60 get.$each || fail "$*: it failed"
		same "$*" "$(sum "$T/www/file")" "$(sum "$T/get.$each.out")"
	done
}

where= far=peer
start python sockmend "$PYTHON" -m http.server -d "$T/www" $WILD
served $WILD curl -sf http://$HERE:$WILD/file
served $WILD busybox wget -q -O - http://$HERE:$WILD/file
start httpd sockmend busybox httpd -f -p $((WILD + 1)) -h "$T/www"
served $((WILD + 1)) curl -sf http://$HERE:$((WILD + 1))/file
served $((WILD + 1)) curl -sf "http://[$HERE6]:$((WILD + 1))/file"
start socat sockmend socat -T 30 TCP-LISTEN:$((WILD + 2)),fork SYSTEM:"cat '$T/www/file'"
served $((WILD + 2)) nc -w 30 $HERE $((WILD + 2))

where=peer far=
start bare peer "$PYTHON" -m http.server -d "$T/www" 80
served 80 sockmend curl -sf http://$PEER:80/file
served 80 sockmend busybox wget -q -O - http://$PEER:80/file
served 80 sockmend "$PYTHON" -c "import sys, urllib.request
sys.stdout.buffer.write(urllib.request.urlopen('http://$PEER:80/file').read())"
no_event "no mend failed" mend-failed
no_event "nobody was ended" 'idle-ended|close-wait-ended|fd-reclaimed|eof-spin'
for server in python httpd socat; do
	running $server || fail "$server did not survive"
	stop $server
done
