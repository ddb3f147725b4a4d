#!/bin/sh
# set { }: what only counts before a bind is set there, before the port is
# taken, also for a bind that leaves the port open.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "six" { local = {"[::]/0"} set { ipv6_v6only = yes ipv6_freebind = yes so_reuseaddr = yes } }
rule "four" { set { so_reuseaddr = yes so_reuseport = yes
	ip_freebind = yes ip_transparent = yes ip_bind_address_no_port = yes tcp_nodelay = yes } }'
four="get SO_REUSEADDR get SO_REUSEPORT get IP_FREEBIND get IP_TRANSPARENT
	get IP_BIND_ADDRESS_NO_PORT get TCP_NODELAY"
six="get IPV6_V6ONLY get IPV6_FREEBIND get SO_REUSEADDR"

values()
{
	sed -n 's/^get [A-Z0-9_]* \(.*\) = 0$/\1/p' | xargs
}

for port in 4702 0; do
	# shellcheck disable=SC2086
	same "bare, IPv4" "0 0 0 0 0 0" "$(sock tcp4 bind $HERE:$port $four | values)"
	# shellcheck disable=SC2086
	same "IPv4, but what is not for a bind" "1 1 1 1 1 0" \
		"$(mended_sock "$rules" tcp4 bind $HERE:$port $four | values)"
	# shellcheck disable=SC2086
	same "bare, IPv6" "0 0 0" "$(sock tcp6 bind "[::]:$port" $six | values)"
	# shellcheck disable=SC2086
	same "IPv6" "1 1 1" "$(mended_sock "$rules" tcp6 bind "[::]:$port" $six | values)"
	calls_of setsockopt,bind mended_sock "$rules" tcp4 bind $HERE:$port >"$T/order"
	same "before the bind, each once, on port $port" "SO_REUSEADDR SO_REUSEPORT IP_FREEBIND
IP_TRANSPARENT IP_BIND_ADDRESS_NO_PORT bind" "$(sed 's/^setsockopt([^,]*, [^,]*, \([A-Z_]*\).*/\1/
		s/^bind.*/bind/' "$T/order" | xargs -n 3)"
done
event "recorded" "options-set rule four $HERE:4702.*IP_FREEBIND=1"

# They count: an address this host does not have, the same port for both
# families, one port for two.
has_not='bind 10.7.7.7:5000 = -1 EADDRNOTAVAIL'
same "bare: another's address" "$has_not" "$(sock tcp4 bind 10.7.7.7:5000 | tail -n 1)"
same "another's address" 'bind 10.7.7.7:5000 = 0' \
	"$(mended_sock "$rules" tcp4 bind 10.7.7.7:5000 | tail -n 1)"
both="tcp6 bind [::]:4703 listen 5 tcp4 bind 0.0.0.0:4703 listen 5"
# shellcheck disable=SC2086
has "bare: one for both families" - '^bind 0.0.0.0:4703 = -1 EADDRINUSE' <<-END
	$(sock $both)
END
# shellcheck disable=SC2086
same "one for each family" "listen 5 = 0" "$(mended_sock "$rules" $both | tail -n 1)"
two="tcp4 bind $HERE:5002 listen 5 tcp4 bind $HERE:5002 listen 5"
# shellcheck disable=SC2086
same "two on one port" "listen 5 = 0" "$(mended_sock "$rules" $two | tail -n 1)"
no_event "nothing failed" mend-failed
