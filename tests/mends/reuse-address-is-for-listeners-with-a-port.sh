#!/bin/sh
# SO_REUSEADDR is set at listen() on a TCP socket that was bound to a port;
# nowhere else, and not where the program set it to 0.
. "$(dirname "$0")/../lib/net.sh"
keep_time_wait
rules='rule "restart" { reuse_address = yes }'

option_calls()
{
	calls_of setsockopt,bind mended_sock "$rules" "$@" |
		sed 's/(.*REUSEADDR.*/ SO_REUSEADDR/; s/(.*//' | tr '\n' ' '
}

same "a port: at listen" "bind setsockopt SO_REUSEADDR " \
	"$(option_calls tcp4 bind $HERE:5000 listen 5)"
same "v6" "bind setsockopt SO_REUSEADDR " \
	"$(option_calls tcp6 bind "[$ANY6]:5000" listen 5)"
same "port 0" "bind " "$(option_calls tcp4 bind $HERE:0 listen 5)"
same "udp" "bind " "$(option_calls udp4 bind $HERE:5000)"
same "unix" "bind " "$(option_calls unix bind unix:$T/socket listen 5)"
same "the program said yes itself" "setsockopt SO_REUSEADDR bind " \
	"$(option_calls tcp4 set SO_REUSEADDR 1 bind $HERE:5000 listen 5)"

start first mended_sock "$rules" tcp4 bind $HERE:5001 listen 5 accept close
await_listener 5001
peer "$P/sock" tcp4 connect $HERE:5001 recv 9 close >/dev/null
reap_within 20 first
wait_until 20 socket_is time-wait 5001 || fail "no TIME_WAIT"
same "the program said no: it stands" "set SO_REUSEADDR 0 = 0
bind $HERE:5001 = -1 EADDRINUSE
get SO_REUSEADDR 0 = 0" "$(mended_sock "$rules" tcp4 set SO_REUSEADDR 0 \
	bind $HERE:5001 get SO_REUSEADDR | tail -n 3)"
same "and without a word of it, it is free" "bind $HERE:5001 = 0" \
	"$(mended_sock "$rules" tcp4 bind $HERE:5001 | tail -n 1)"
