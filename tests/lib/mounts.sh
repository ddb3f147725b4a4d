# Places of the system's that are the test's own: . "$(dirname "$0")/../lib/mounts.sh"
#
# The test runs in a mount namespace where /run is empty, /dev
# has what programs need and no more. As another user
# than root, inside a user namespace.
# shellcheck shell=sh
if [ -z "${IN_MOUNTS:-}" ]; then
	flags=-m
	[ "$(id -u)" = 0 ] || flags=-Urm
	. "${TOP:-$(dirname "$0")/../..}/tests/lib/rights.sh"
	needs_right CAP_SYS_ADMIN "mounts: unshare $flags" unshare $flags true
	IN_MOUNTS=1 exec unshare $flags -- "$0" "$@"
fi
. "$(dirname "$0")/../lib/test.sh"

# own_place DIRECTORY [OPTION]: an empty file system there.
own_place()
{
	mount -t tmpfs -o "mode=755${2:+,$2}" own "$1" ||
		skip "no tmpfs can be mounted on $1"
}

make_places()
{
	case $T in
	/run/*) skip "the test's own directory is below /run" ;;
	esac
	own_place /run
	mkdir /run/dev
	for device in null zero full urandom tty; do
		: >"/run/dev/$device"
		mount --bind "/dev/$device" "/run/dev/$device" ||
			skip "no device can be mounted"
	done
	mount --rbind /run/dev /dev || skip "nothing can be mounted on /dev"
}

make_places
