#!/bin/sh
# Each setting of a network namespace, set to a bad value, is a finding that
# names it and its value. Where a higher value or a switch helps it is advised,
# and heals; no value is ever lowered, for another program may need it.
. "$(dirname "$0")/../lib/doctor.sh"
needs_own_net "changes settings of the kernel"

# each FILE COMMAND: COMMAND SETTING VALUE SEVERITY for those this kernel has.
each()
{
	while read -r setting bad severity; do
		! sysctl -qn "$setting" >/dev/null 2>&1 ||
			"$2" "$setting" "$(echo "$bad" | tr _ ' ')" "$severity"
	done <"$1"
}

spoil()
{
	[ -e "$T/default.$1" ] || sysctl -qn "$1" >"$T/default.$1"
	sysctl -qw "$1=$2" || fail "$1 cannot be set"
}

is_found()
{
	has "$1 = $2" "$T/found" \
		"^$3 [a-z-]* $(quoted "$1") = $2 \| "
}

# The first number of the advice, which is no lower unless both are switches.
heal()
{
	advice=$(sed -n "s/.* $(quoted "$1") = .*| $(quoted "$1")=//p" "$T/advice")
	[ -n "$advice" ] || { sysctl -qw "$1=$(cat "$T/default.$1")"; return; }
	[ "$1" = net.ipv4.ip_local_port_range ] || [ "${2%% *}" -le 2 ] ||
		[ "${advice%% *}" -gt "${2%% *}" ] || fail "$1 = $2 would be lowered to $advice"
	sysctl -qw "$(sed -n "s/.* $(quoted "$1") = .*| //p" "$T/advice")" ||
		fail "the advice on $1 cannot be followed"
}

is_well()
{
	grep -q "| $(quoted "$1")=" "$T/advice" || return 0
	has "$1 is healed" "$T/found" "^ok [a-z-]* $(quoted "$1") = "
}

# SETTING BAD-VALUE SEVERITY; '_' is a blank
cat >"$T/first" <<'END'
net.ipv4.tcp_keepalive_time 7200 note
net.ipv4.tcp_keepalive_intvl 120 note
net.ipv4.tcp_keepalive_probes 1 note
net.ipv4.tcp_challenge_ack_limit 10 note
net.ipv4.tcp_fin_timeout 120 note
net.ipv4.tcp_tw_reuse 0 note
net.ipv4.tcp_max_tw_buckets 2000 note
net.ipv4.tcp_rfc1337 1 note
net.ipv4.tcp_timestamps 0 note
net.ipv4.tcp_retries1 12 note
net.ipv4.tcp_retries2 15 note
net.ipv4.tcp_orphan_retries 12 note
net.ipv4.tcp_syn_retries 6 note
net.ipv4.tcp_synack_retries 7 note
net.ipv4.tcp_abort_on_overflow 1 warning
net.core.somaxconn 128 note
net.ipv4.tcp_max_syn_backlog 64 note
net.ipv4.tcp_syncookies 0 warning
net.ipv4.ip_local_port_range 50000_50100 warning
net.ipv4.ip_unprivileged_port_start 0 note
net.ipv4.ip_nonlocal_bind 1 note
net.ipv4.igmp_max_memberships 15 note
END
cat >"$T/second" <<'END'
net.ipv4.tcp_keepalive_time 30000 warning
net.ipv4.tcp_keepalive_probes 100 warning
net.ipv4.tcp_fin_timeout 600 warning
net.ipv4.tcp_max_tw_buckets 10 warning
net.ipv4.tcp_retries2 2 warning
net.ipv4.tcp_syn_retries 20 warning
net.core.somaxconn 16 warning
net.ipv4.ip_local_port_range 50000_60000 note
net.ipv4.igmp_max_memberships 2 warning
END
for round in first second; do
	each "$T/$round" spoil
	doctor
	each "$T/$round" is_found
	cp "$T/found" "$T/advice"
	each "$T/$round" heal
	doctor
	each "$T/$round" is_well
done
