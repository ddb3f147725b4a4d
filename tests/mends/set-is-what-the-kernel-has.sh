#!/bin/sh
# set { }: every option a rule can name is what getsockopt reads, on a client,
# a listener and what is accepted from it, each only where it belongs; bare
# none of it is so.
. "$(dirname "$0")/../lib/net.sh"

device=lo
[ -z "$OWN_NET" ] || device=cable

# Name, value, what getsockopt reads then (the kernel doubles buffers, rounds
# tcp_defer_accept to its resends, and takes 12 bytes of a segment).
inherited="
so_keepalive yes 1
so_oobinline yes 1
so_dontroute yes 1
so_linger 5s 5
so_rcvbuf 30000 60000
so_sndbuf 40000 80000
so_rcvlowat 2 2
so_sndtimeo 1500ms 1500ms
so_mark 7 7
so_bindtodevice \"$device\" $device
so_max_pacing_rate 1000000 1000000
so_zerocopy yes 1
so_timestamp yes 1
tcp_nodelay yes 1
tcp_cork yes 1
tcp_keepidle 77s 77
tcp_keepintvl 7s 7
tcp_keepcnt 3 3
tcp_user_timeout 12345ms 12345
tcp_linger2 11s 11
tcp_window_clamp 20000 20000
tcp_congestion "reno" reno
tcp_thin_linear_timeouts yes 1
tcp_notsent_lowat 16384 16384
tcp_tx_delay 1000 1000"
inherited4='
ip_tos 16 16
ip_ttl 33 33
ip_minttl 5 5
ip_mtu_discover 0 0'
inherited6='
ipv6_unicast_hops 33 33
ipv6_tclass 16 16
ipv6_minhopcount 5 5
ipv6_mtu_discover 0 0'
# A connection's is where its last packet came in.
cpu='
so_incoming_cpu 9 9'
each='
so_rcvtimeo 1500ms 1500ms
so_priority 5 5'
accepted='
tcp_quickack no 0'
server='
tcp_fastopen 16 16
tcp_save_syn yes 1
tcp_defer_accept 5s 7'
client='
tcp_syncnt 3 3
tcp_fastopen_connect yes 1'

# rows TABLE…: the rule that sets them.
rule_of()
{
	printf 'rule "set" { set {\n'
	printf '%s\n' "$@" | while read -r name value _; do
		[ -z "$name" ] || echo "	$name = $value"
	done
	printf '} }\n'
}

# The verbs that read them (who forces a buffer reads it by its plain name), and
# what they are to say.
gets()
{
	printf '%s\n' "$@" | tr a-z A-Z | sed -n 's/FORCE / /; s/^\([A-Z0-9_]*\) .*/get \1/p'
}

said()
{
	printf '%s\n' "$@" | while read -r name _ read; do
		[ -z "$name" ] || echo "get $(echo "${name%force}" | tr a-z A-Z) $read = 0"
	done
}

# Lines of WANTED that stand in HAD: none.
differ()
{
	printf '%s\n' "$2" >"$T/had"
	printf '%s\n' "$3" | grep -Fx -f "$T/had" >"$T/both" &&
		fail "$1 has it bare: $(cat "$T/both")"
	return 0
}

try()
{
	use_family "$1"
	own=$2
	all=$(printf '%s\n' "$inherited" "$own" "$cpu" "$each" "$accepted" "$server" "$client")
	rules=$(rule_of "$all")
	start there peer "$P/sock" $tcp bind "$there:80" listen 50 stay
	await_listener 80 peer

	# shellcheck disable=SC2046 # verbs are words
	bare=$(sock $tcp connect "$there:80" $(gets "$all") | grep ^get)
	differ "a client" "$(said "$all")" "$bare"
	# shellcheck disable=SC2046
	same "a client" "$(said "$inherited" "$own" "$each" "$client")" \
		"$(mended_sock "$rules" $tcp connect "$there:80" \
			$(gets "$inherited" "$own" "$each" "$client") | grep ^get)"
	# shellcheck disable=SC2046
	same "what is for listeners" "$(sock $tcp connect "$there:80" $(gets "$server") | grep ^get)" \
		"$(mended_sock "$rules" $tcp connect "$there:80" $(gets "$server") | grep ^get)"

	# shellcheck disable=SC2046
	start here mended_sock "$rules" $tcp bind "$here:5000" listen 5 \
		$(gets "$inherited" "$own" "$cpu" "$server") touch "$T/listens" accept \
		$(gets "$inherited" "$own" "$each" "$accepted") stay
	await_listener 5000
	start caller peer "$P/sock" $tcp connect "$here:5000" send hello stay
	soon "accepted, all read" "$T/here.out" '^get TCP_QUICKACK'
	said "$inherited" "$own" "$cpu" "$server" "$inherited" "$own" "$each" "$accepted" >"$T/wanted"
	grep ^get "$T/here.out" | diff "$T/wanted" - >"$T/diff" ||
		fail "a listener, and what is accepted: $(cat "$T/diff")"
	event "options-set" "\[$(pid_of here)\] fd 4 options-set rule set"
	no_event "nothing failed" mend-failed
	stop here
	stop caller
	stop there
}

# Some are for root alone, whatever namespace one is root of.
privileged='
so_debug yes 1
so_busy_poll 50 50
so_rcvbufforce 30000000 60000000
so_sndbufforce 40000000 80000000'
case $(sock tcp4 set SO_DEBUG 1) in
*'= -1'*) ;;
*) inherited=$(printf '%s\n' "$inherited" "$privileged" | grep -v 'so_[rs][cn][vd]buf ') ;;
esac

try 4 "$inherited4"
try 6 "$inherited6"
