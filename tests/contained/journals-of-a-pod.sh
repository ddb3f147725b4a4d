#!/bin/sh
# Journals in a volume that two containers share. One user: the collector counts
# the program's events, without processes in common, too. Several users: each has
# a directory of its own in a shared /tmp, and root reads them all; a directory
# that SOCKMEND_RUNDIR names is its owner's alone.
if [ -z "${IN_A_MOUNT_NAMESPACE:-}" ]; then
	. "$(dirname "$0")/../lib/rights.sh"
	needs_root mounts
	needs_right CAP_SYS_ADMIN "mounts: unshare -m" unshare -m true
	IN_A_MOUNT_NAMESPACE=1 exec unshare -m -- "$0" "$@"
fi
. "$(dirname "$0")/../lib/contained.sh"
unset XDG_RUNTIME_DIR
cp "$B/sockmendctl" "$BOX"
mkdir "$BOX/tmp" "$BOX/empty"
mount --bind "$BOX" /srv && mount -t tmpfs -o mode=755 none /run || fail "no mounts"
cd /srv && chmod 755 . && chmod 1777 tmp || exit 1

# as USER NAME=VALUE COMMAND…: with processes and a network of its own, and with
# the volume as its /tmp.
as()
{
	unshare -nmpf --propagation private --kill-child sh -c '
		mount --bind /srv/tmp /tmp || exit 1
		cd / && exec setpriv --reuid "$0" --regid "$0" --clear-groups \
			--no-new-privs env "$@"' "$@"
}

# serves USER NAME=VALUE: a mended program of that user, come and gone.
serves()
{
	as "$1" "$2" LD_PRELOAD=/srv$BOX_LIBRARY SOCKMEND_POLICY=/srv/etc/sockmend/policy \
		/srv/sock tcp4 bind 127.0.0.1:5000 listen 5 >/srv/out 2>&1 ||
		fail "user $1: it does not run"
}

# counted USER NAME=VALUE N: that many events does this user see.
counted()
{
	as "$1" "$2" /srv/sockmendctl metrics >/srv/out 2>/srv/err
	same "events that user $1 sees" "$3" \
		"$(awk '/^sockmend_events_total\{event="options-set"/ { n += $NF } END { print n }' /srv/out)"
}

named=SOCKMEND_RUNDIR=/tmp/journals
serves 1000 $named
counted 1000 $named 1
serves 1001 $named
counted 1000 $named 1
counted 1001 $named ""
counted 0 $named ""

serves 1000 A=B
serves 1001 A=B
counted 1000 A=B 1
counted 1001 A=B 1
counted 0 A=B 2
