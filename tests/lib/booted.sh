# A machine that systemd has booted: . "$(dirname "$0")/../lib/booted.sh"
#
# Its root is this system's as a lower layer, so every package installed here
# is installed there, with sockmend installed below $PREFIX (/usr/local).
# What is written goes into memory and is gone with the test. It has its own
# processes, network, names and control groups, and of the kernel's settings
# it may read all and write none. None of the system's own units is started
# but the journal of systemd. `inside COMMAND…` runs something there. A test
# that defines furnish() puts things below $UPPER before it is booted.
# shellcheck shell=sh
if [ -z "${IN_MOUNTS:-}" ]; then
	. "${TOP:-$(dirname "$0")/../..}/tests/lib/rights.sh"
	needs_root "boots systemd"
	needs_right CAP_SYS_ADMIN "boots systemd: unshare -Cmpniuf" unshare -Cmpniuf true
	IN_MOUNTS=1 exec unshare -m -- "$0" "$@"
fi
. "${TOP:-$(dirname "$0")/../..}/tests/lib/test.sh"
PATH=$PATH:/usr/sbin:/sbin
PREFIX=${PREFIX:-/usr/local}
MACHINE=$T/machine UPPER=$T/machine/upper
CGROUP=$T/cgroup
unset SOCKMEND_RUNDIR

# A place among the control groups that is the machine's.
make_cgroup()
{
	mkdir "$CGROUP"
	mount -t cgroup2 none "$CGROUP" 2>/dev/null ||
		skip "control groups (cgroup2) cannot be mounted"
	OWN_CGROUP=$CGROUP$(sed -n 's/^0:://p' /proc/self/cgroup)/sockmend-test.$$
	mkdir "$OWN_CGROUP" 2>/dev/null || skip "no control group can be made"
	trap 'leave_nothing' EXIT
}

# Its processes end with the first of them. Nothing of it must be mounted any
# more when the test's directory is removed.
leave_nothing()
{
	for pid in $started; do
		! is_ours "$pid" || kill -KILL "$pid" 2>/dev/null
	done
	wait 2>/dev/null
	wait_until 10 no_cgroup
	umount -l "$CGROUP"
	umount -lq "$MACHINE"
	tidy
}

no_cgroup()
{
	find "$OWN_CGROUP" -depth -type d -exec rmdir {} + 2>/dev/null
	[ ! -d "$OWN_CGROUP" ]
}

install_inside()
{
	mkdir "$MACHINE"
	mount -t tmpfs -o mode=755 none "$MACHINE" || skip "no tmpfs"
	mkdir "$UPPER" "$MACHINE/work" "$MACHINE/root"
	flock "$B" make -s -C "$TOP" B="$B" install DESTDIR="$UPPER" \
		PREFIX="$PREFIX" >"$T/install.out" 2>&1 ||
		fail "$(cat "$T/install.out")"
}

# The first process of the machine, until it becomes systemd.
be_born()
{
	set -e
	mount -t overlay -o "lowerdir=/,upperdir=$UPPER,workdir=$MACHINE/work" \
		none "$MACHINE/root"
	cd "$MACHINE/root"
	mount -t proc none proc
	mount --bind proc/sys proc/sys
	mount -o remount,bind,ro proc/sys
	mount -t sysfs -o ro none sys
	mount -t cgroup2 none sys/fs/cgroup
	mount -t tmpfs -o mode=755 none run
	mount -t tmpfs -o mode=1777 none tmp
	make_devices
	only_our_units
	ip link set lo up
	mkdir -p old
	pivot_root . old
	umount -l /old
	exec env -i container=sockmend PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		/lib/systemd/systemd --system --unit=machine.target \
		--log-target=console --show-status=no
}

make_devices()
{
	mount -t tmpfs -o mode=755 none dev
	mkdir dev/pts dev/shm
	for device in null zero full random urandom tty; do
		: >"dev/$device"
		mount --bind "/dev/$device" "dev/$device"
	done
	mount -t tmpfs -o mode=1777 none dev/shm
	mount -t devpts -o newinstance,ptmxmode=0666 none dev/pts
	ln -s pts/ptmx dev/ptmx
	ln -s /proc/self/fd dev/fd
}

# Without what others want, sysinit.target and its like are names.
only_our_units()
{
	rm -rf lib/systemd/system/*.target.wants etc/systemd/system/*.wants \
		etc/systemd/system/default.target
	printf '%s\n' '[Unit]' 'Requires=basic.target systemd-journald.service' \
		'After=basic.target systemd-journald.service' \
		>etc/systemd/system/machine.target
	echo 1234567890abcdef1234567890abcdef >etc/machine-id
	rm -rf var/log/journal
}

# In $(inside …) too: the pid of systemd as this side knows it.
inside()
{
	nsenter -t "$INIT" -m -u -i -n -p -C -r -w -- /usr/bin/env -i \
		PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

has_booted()
{
	INIT=$(pgrep -P "$(pid_of machine)") &&
		[ "$(cat "/proc/$INIT/comm")" = systemd ] &&
		inside systemctl is-active -q machine.target
}

boot()
{
	needs nsenter systemctl
	[ -x /lib/systemd/systemd ] || skip "systemd is not installed"
	make_cgroup
	install_inside
	! command -v furnish >/dev/null || furnish
	# It must be where it belongs before that is the root of what it sees.
	# shellcheck disable=SC2016 # that shell's own
	start machine bare sh -c 'echo $$ >"$1/cgroup.procs" && BORN=1 exec \
		unshare -Cmpniuf --kill-child -- "$2"' - "$OWN_CGROUP" "$0"
	wait_until 60 has_booted || fail "systemd has not booted"
}

# unit NAME [LINE]…: a service there.
unit()
{
	unit_name=$1
	shift
	printf '%s\n' '[Service]' "$@" | inside sh -c \
		'cat >"/etc/systemd/system/$1.service"' - "$unit_name"
}

# runs UNIT…: they are started again, and stay up.
runs()
{
	inside systemctl restart "$@" >"$T/systemctl.out" 2>&1 ||
		fail "$* did not start: $(why "$@")"
}

why()
{
	cat "$T/systemctl.out"
	inside systemctl --no-pager --full status "$@"
	inside journalctl --no-pager -n 30
}

[ -z "${BORN:-}" ] || be_born
boot
