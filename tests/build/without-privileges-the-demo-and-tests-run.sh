#!/bin/sh
# In a container with a default engine's rights (root without CAP_SYS_ADMIN and
# CAP_NET_ADMIN, no namespaces, /proc/sys and /sys read-only) the demo shows
# five failures bare and five services mended, and tests run on loopback. Its
# root is this system's: a chroot(2), for which the kernel refuses user
# namespaces.
. "$(dirname "$0")/../lib/rights.sh"
needs_root "makes a container"
needs_right CAP_SYS_ADMIN "makes a container: unshare -nmpf" unshare -nmpf true
. "$(dirname "$0")/../lib/test.sh"
needs setpriv ip ss tcpdump socat
BOX=$T/box
RIGHTS=chown,dac_override,fowner,fsetid,kill,setgid,setuid,setpcap
RIGHTS=$RIGHTS,net_bind_service,net_raw,sys_chroot,mknod,audit_write,setfcap
mkdir "$BOX"

cat >"$T/enter" <<'END'
set -e
ip link set lo up
mount --bind / "$BOX"
mount -t proc proc "$BOX/proc"
mount --bind "$BOX/proc/sys" "$BOX/proc/sys"
mount -o remount,bind,ro "$BOX/proc/sys"
mount -t sysfs -o ro sysfs "$BOX/sys"
for place in tmp run dev; do
	mount -t tmpfs -o mode=1777 tmpfs "$BOX/$place"
done
mkdir "$BOX/dev/pts" "$BOX/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$BOX/dev/pts"
ln -s pts/ptmx "$BOX/dev/ptmx"
ln -s /proc/self/fd "$BOX/dev/fd"
for device in null zero full random urandom tty; do
	: >"$BOX/dev/$device"
	mount --bind "/dev/$device" "$BOX/dev/$device"
done
for place in "$TOP" "$B"; do
	mkdir -p "$BOX$place"
	mount --bind "$place" "$BOX$place"
done
bounding=-all,+$(echo "$RIGHTS" | sed 's/,/,+/g')
exec setpriv --bounding-set="$bounding" --inh-caps=-all \
	chroot "$BOX" /usr/bin/env -i PATH="$PATH" HOME=/root TMPDIR=/tmp B="$B" \
	PATIENCE="$PATIENCE" JOBS=3 sh -c 'cd "$0" && exec "$@"' "$TOP" "$@"
END
export BOX RIGHTS

# in_container COMMAND…
in_container()
{
	unshare -nmpf --propagation private --kill-child sh "$T/enter" "$@"
}

in_container unshare -n true 2>/dev/null && fail "namespaces can be made there"
in_container unshare -U true 2>/dev/null && fail "user namespaces can be made there"

in_container sh examples/demo.sh >"$T/demo.out" 2>&1 || fail "the demo: status $?"
same "five fail bare and are served mended" 5 \
	"$(grep -cE '^  [a-z]+ +failed +served$' "$T/demo.out")"
has "what it does not show" "$T/demo.out" '^Not shown: a cable that is cut \(needs CAP_SYS_ADMIN'

# A share of the suite: what each needs, and one that cuts a cable.
in_container tests/run mends/ephemeral-port-is-what-the-peer-sees \
	mends/keepalive-follows-the-rule-of-each-peer mends/self-connect-is-refused \
	mends/idle-throws-nothing-away mends/set-before-the-bind \
	mends/close-wait-ends-a-dead-connection mends/keepalive-ends-a-dead-peer \
	suggest/a-fixed-port-is-found-and-mended attach/every-end-of-a-connection \
	status/rows-are-what-the-kernel-has >"$T/suite.out" 2>&1 ||
	fail "the suite: status $?"
has "all but one" "$T/suite.out" '^9 passed, 0 failed, 1 skipped$'
has "the missing right" "$T/suite.out" \
	'keepalive-ends-a-dead-peer: needs CAP_SYS_ADMIN and CAP_NET_ADMIN .*: cuts a cable$'
