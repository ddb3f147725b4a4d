# Runs the test in a network namespace of its own: sourced before test.sh. As
# another user than root, the same inside a user namespace.
#
# Without the right to make one, the test runs where it is, on addresses of its
# own: 127.0.0.0/8 is local as a whole. $OWN_NET is empty then, $WHY_SHARED names
# the missing right, and $NET is the test's part of 127.0.0.0/8. $LO is the
# address to use where 127.0.0.1 would be used in a namespace, $LO2 another one.
# shellcheck shell=sh
OWN_NET=${IN_A_NAMESPACE:-} WHY_SHARED=
if [ -z "$OWN_NET" ]; then
	flags=-n
	[ "$(id -u)" = 0 ] || flags=-Urn
	if WHY_SHARED=$(unshare $flags ip link set lo up 2>&1); then
		IN_A_NAMESPACE=1 exec unshare $flags -- "$0" "$@"
	fi
	WHY_SHARED="needs CAP_SYS_ADMIN and CAP_NET_ADMIN (unshare $flags): ${WHY_SHARED##*: }"
fi
if [ -n "$OWN_NET" ]; then
	ip link set lo up || exit 1
	NET=10.9.0 LO=127.0.0.1 LO2=127.0.0.2
else
	# Tests that run at the same time have different pids.
	NET=127.$((16 + $$ / 256 % 224)).$(($$ % 256)) LO=$NET.8 LO2=$NET.9
fi

# needs_own_net WHAT-FOR: skips where the network is shared.
needs_own_net()
{
	[ -n "$OWN_NET" ] || { echo "$WHY_SHARED: $*"; exit 77; }
}
