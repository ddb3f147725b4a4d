#!/bin/sh
# The library's packages for amd64 and i386 are installed together, and one
# text for LD_PRELOAD serves programs of both, without a word of the loader's.
. "$(dirname "$0")/../lib/roots.sh"
. "$(dirname "$0")/../lib/packages.sh"
. "$(dirname "$0")/../lib/abi.sh"
needs dpkg-buildpackage dh
if [ -z "${IN_A_NAMESPACE:-}" ]; then
	build deb
	[ -n "$(deb libsockmend i386)" ] || skip "no package for i386: no compiler"
	root=$(root_of bookworm amd64) || skip "$root"
	export root
fi
. "$(dirname "$0")/../lib/net.sh"
needs ss nc.openbsd
ip link set lo up

cp "$(deb libsockmend)" "$(deb libsockmend i386)" "$root/tmp"
in_system sh -c 'dpkg -i /tmp/libsockmend_*.deb' >"$T/dpkg.out" 2>&1 ||
	fail "install"
mkdir -p "$root/tmp/journals"
cp "$(policy "$SILENT")" "$root/etc/policy"

for program in nc.openbsd:64 nc.traditional:32; do
	case $program in
	nc.openbsd:*) set -- nc.openbsd -d -l 127.0.0.1 5000 ;;
	*) set -- nc.traditional -l -s 127.0.0.1 -p 5000 ;;
	esac
	has "the program" "$root/bin/$1" 'ELF'
	if [ $program = nc.traditional:32 ] && ! runs_32; then
		number "mended: package, $program-bit: NOT TRIED, $NO_32"
		continue
	fi
	mends 5000 in_system LD_PRELOAD='/usr/lib/sockmend/$LIB/libsockmend.so' \
		SOCKMEND_POLICY=/etc/policy SOCKMEND_LOG=stderr "$@"
	has "$program" "$T/server.err" "idle-ended.* 127.0.0.1:5000"
	lacks "$program" "$T/server.err" 'ld.so'
	number "mended: package, $program-bit: nc by LD_PRELOAD with \$LIB"
done
