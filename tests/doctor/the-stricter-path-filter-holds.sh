#!/bin/sh
# rp_filter: what holds on an interface is the greater of its own value and
# that of `all`; strict is a note with the way out.
. "$(dirname "$0")/../lib/doctor.sh"
needs_own_net "changes settings of the kernel"
set_filters()
{
	sysctl -qw net.ipv4.conf.all.rp_filter="$1" net.ipv4.conf.cable.rp_filter="$2"
	doctor
}

set_filters 0 0
has "none" "$T/found" '^ok path net\.ipv4\.conf\.cable\.rp_filter = 0 \(all: 0, so 0 holds\)'
set_filters 1 0
has "strict by all" "$T/found" '^note path net\.ipv4\.conf\.cable\.rp_filter = 0 \(all: 1, so 1 holds\) \|.*\| net\.ipv4\.conf\.cable\.rp_filter=2$'
set_filters 0 1
has "strict by itself" "$T/found" '^note path .* = 1 \(all: 0, so 1 holds\)'
set_filters 1 2
has "loose by itself" "$T/found" '^ok path .* = 2 \(all: 1, so 2 holds\)'

# As sysctl writes it: a dot in an interface's name is a slash.
ip link add left.7 type veth peer name right.7 || fail "no interface with a dot"
doctor
name=$(sed -n 's/.* \([^ ]*left[^ ]*\) = .*/\1/p' "$T/found")
same "its name" net.ipv4.conf.left/7.rp_filter "$name"
sysctl -qn "$name" >/dev/null || fail "sysctl does not know $name"
