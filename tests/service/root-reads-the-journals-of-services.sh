#!/bin/sh
# The journals of a service that does not run as root are found by root where
# enable sends them, and nowhere a user could have made such a place.
if [ -z "${IN_A_MOUNT_NAMESPACE:-}" ]; then
	. "$(dirname "$0")/../lib/rights.sh"
	needs_root mounts
	needs_right CAP_SYS_ADMIN "mounts: unshare -m" unshare -m true
	IN_A_MOUNT_NAMESPACE=1 exec unshare -m -- "$0" "$@"
fi
. "$(dirname "$0")/../lib/test.sh"
mount -t tmpfs none /run || skip "no /run of our own"
nobody='setpriv --reuid 65534 --regid 65534 --clear-groups'
$nobody cat "$B/libsockmend.so" "$P/sock" >/dev/null 2>&1 ||
	skip "user 65534 may not look into the build directory"

# The directory as systemd makes it, for User= and for DynamicUser=.
mkdir -m 755 /run/sockmend-camsrv.service /run/private
mkdir -m 755 /run/private/sockmend-dyn.service
ln -s private/sockmend-dyn.service /run/sockmend-dyn.service
chown 65534 /run/sockmend-camsrv.service /run/private/sockmend-dyn.service
unset SOCKMEND_RUNDIR XDG_RUNTIME_DIR
for unit in camsrv dyn; do
	# shellcheck disable=SC2086
	$nobody env LD_PRELOAD="$B/libsockmend.so" \
		SOCKMEND_RUNDIR=/run/sockmend-$unit.service/journals \
		"$P/sock" tcp4 bind 127.0.0.1:0 listen 5 close >"$T/$unit.out" 2>&1 ||
		fail "$unit"
	ls "/run/sockmend-$unit.service/journals" | grep -q . ||
		fail "$unit has no journal"
done
"$B/sockmendctl" metrics >"$T/metrics.out" || fail "metrics"
has "events of both" "$T/metrics.out" 'sockmend_events.*options-set.* 2$'
