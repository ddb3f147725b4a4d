#!/bin/sh
# The privileges for a low port may be gone by listen(): it is bound at once.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "free" { ephemeral_port = yes }'
first=$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start)
[ "$first" -gt 80 ] || skip "here every user may bind port 80: ip_unprivileged_port_start = $first"

same "a low port is bound as ever" \
	"$(calls_of bind,setsockopt sock tcp4 bind $HERE:80)" \
	"$(calls_of bind,setsockopt mended_sock "$rules" tcp4 bind $HERE:80)"
calls_of bind,setsockopt mended_sock "$rules" tcp4 bind $HERE:1025 >"$T/high"
has "a high one waits" "$T/high" 'IP_BIND_ADDRESS_NO_PORT'
if [ -n "$OWN_NET" ]; then
	sysctl -qw net.ipv4.ip_unprivileged_port_start=1100
	same "what is low, the kernel says" \
		"$(calls_of bind,setsockopt sock tcp4 bind $HERE:1025)" \
		"$(calls_of bind,setsockopt mended_sock "$rules" tcp4 bind $HERE:1025)"
fi

[ "$(wc -l </proc/self/uid_map)" = 1 ] && grep -q 4294967295 /proc/self/uid_map ||
	skip "one user only in this namespace: setuid was not tried"
start server mended_sock "$rules" tcp4 bind $HERE:80 setuid 65534 listen 5 accept send hello stay
await_listener 80
same "it serves" hello "$(peer "$P/sock" tcp4 connect $HERE:80 recv 5 |
	sed -n 's/^recv 5 "\(.*\)".*/\1/p')"
