#!/bin/sh
# Settings that this kernel or namespace does not show are said to be unknown,
# with the reason, and are no error. The others are there all the same.
. "$(dirname "$0")/../lib/doctor.sh"
doctor
[ -e /proc/sys/net/ipv4/tcp_mem ] ||
	has "the machine's own" "$T/found" '^unknown room net\.ipv4\.tcp_mem = shown only'
has "a setting that is there" "$T/found" 'net\.ipv4\.tcp_retries2 = 15'

# A container that hides most of /proc/sys.
. "$(dirname "$0")/../lib/rights.sh"
needs_right CAP_SYS_ADMIN "mounts: unshare -m" unshare -m true
unshare -m sh -c 'mount -t tmpfs none /proc/sys/net && exec "$0" doctor --all' \
	"$B/sockmendctl" >"$T/hidden" 2>&1 || fail "status $? without settings: $(cat "$T/hidden")"
has "said" "$T/hidden" '^unknown: net\.ipv4\.tcp_retries2: this kernel has no such setting'
has "said" "$T/hidden" '^unknown: net\.ipv4\.conf\.\*\.rp_filter'
has "counted" "$T/hidden" 'warnings?, .* [0-9]+ unknown$'
for setting in tcp_keepalive_time tcp_keepalive_intvl tcp_keepalive_probes \
	tcp_fin_timeout tcp_tw_reuse tcp_retries2 ip_local_port_range \
	ip_local_reserved_ports rp_filter igmp_max_memberships; do
	has "$setting is looked at" "$T/hidden" "$setting"
done
