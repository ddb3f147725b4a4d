#!/bin/sh
# nginx: keep-alive and close, a large file, a proxied upstream and one that is
# not there, a reload, an exchange of the binary, and both ways to stop.
. "$(dirname "$0")/../lib/daemons.sh"
needs /usr/sbin/nginx curl

blur()
{
	sed -E 's/^[0-9/]+ [0-9:]+ (\[[a-z]+\]) [0-9#]+:/\1/; s/\*[0-9]+ /*N /'
}

get()
{
	live curl -s -m 30 "$@"
}

crowd()
{
	for each in 1 2 3 4 5 6 7 8; do
		start get.$each get http://127.0.0.1:80$1
	done
	for each in 1 2 3 4 5 6 7 8; do
		reap get.$each || echo "status $?"
		cksum <"$T/get.$each.out"
	done
}

configure()
{
	cat >"$SITE/nginx.conf" <<-END
	worker_processes 2;
	pid /run/nginx.pid;
	events { worker_connections 200; }
	http {
		sendfile on;
		log_format plain '\$status \$body_bytes_sent \$request \$connection_requests';
		access_log $SITE/access.log plain;
		keepalive_timeout 60s;
		upstream behind { server 127.0.0.1:8080; keepalive 4; }
		server {
			listen 80;
			listen [::1]:80;
			root $SITE/www;
			location /proxy/ {
				proxy_pass http://behind/;
				proxy_http_version 1.1;
				proxy_set_header Connection "";
			}
			location /closed/ { proxy_pass http://127.0.0.1:9/; }
			location /says { access_log off; return 200 "$1\n"; }
		}
		server { listen 127.0.0.1:8080; access_log off; root $SITE/www; }
	}
	END
}

nginx_does()
{
	live /usr/sbin/nginx -e "$SITE/error.log" -c "$SITE/nginx.conf" "$@"
}

reloaded()
{
	curl -s http://127.0.0.1/says | grep -q second
}

pid_of_nginx()
{
	cat /run/nginx.pid
}

renewed()
{
	[ -s /run/nginx.pid.oldbin ] && [ -s /run/nginx.pid ] &&
		[ "$(cat /run/nginx.pid)" != "$1" ]
}

# Listeners that came over exec, by number: their connections are kept alive.
kept_listener()
{
	start new "$P/sock" tcp4 connect 127.0.0.1:80 stay
	soon "connected" "$T/new.out" '^connect .* = 0'
	kept_alive 80
	stop new
}

requests()
{
	seen "one" get http://127.0.0.1/small
	seen "kept alive" get -w '%{http_code} %{num_connects}\n' \
		http://127.0.0.1/small http://127.0.0.1/dir http://127.0.0.1/none
	seen "closed" get -H 'Connection: close' -w '%{num_connects}\n' \
		http://127.0.0.1/small http://127.0.0.1/small
	seen "HTTP/1.0" get -0 -i -H 'If-None-Match: x' -o /dev/null http://127.0.0.1/small
	seen "over IPv6" get "http://[::1]/small"
	seen "many at once" crowd /file
	seen "many through the proxy" crowd /proxy/file
	seen "proxied" get -w '%{num_connects}\n' http://127.0.0.1/proxy/small \
		http://127.0.0.1/proxy/none http://127.0.0.1/proxy/small
	seen "nobody there" get http://127.0.0.1/closed/
	seen "too much" get -d "@$SITE/www/file" http://127.0.0.1/small
}

# While a client keeps its connection.
reload()
{
	start idler "$P/sock" tcp4 connect 127.0.0.1:80 send "GET /small HTTP/1.1
Host: x

" recv 64 recv 4000 stay
	soon "answered" "$T/idler.out" '^recv 64 '
	kept_alive 80
	configure second
	seen "reload" nginx_does -s reload
	wait_until 30 reloaded || fail "not reloaded"
	seen "after it" get http://127.0.0.1/says
	stop idler
}

exchange()
{
	old=$(pid_of_nginx)
	kill -USR2 "$old"
	wait_until 30 renewed "$old" || fail "no new binary"
	kill -QUIT "$old"
	ends "the old one" "$old"
	seen "the new one" get http://127.0.0.1/small
	kept_listener
}

end()
{
	pid=$(pid_of_nginx)
	seen "$1" nginx_does -s "$1"
	ends nginx "$pid"
}

play()
{
	mkdir "$SITE/www" "$SITE/www/dir"
	seq 400000 >"$SITE/www/file"
	echo small >"$SITE/www/small"
	configure first
	seen "check" nginx_does -t
	seen "start" nginx_does
	listens 80
	requests
	reload
	exchange
	end quit
	seen "start again" nginx_does
	listens 80
	end stop
	seen "access log" sort "$SITE/access.log"
	seen "error log" grep -v notice "$SITE/error.log"
}

compare_lives
