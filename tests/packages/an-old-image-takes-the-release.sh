#!/bin/sh
# A release is copied into the root of an older Debian. There the library alone,
# with a compiled policy, mends programs of both word sizes, and the tool and
# the wrapper run although they were built for a newer libc.
. "$(dirname "$0")/../lib/releases.sh"
. "$(dirname "$0")/../lib/packages.sh"
. "$(dirname "$0")/../lib/abi.sh"
if [ -z "${IN_A_NAMESPACE:-}" ]; then
	build dist
	make_roots bullseye-amd64
	root bullseye-amd64 || skip "no root of bullseye: $(why_no_root)"
	copy_root "$T/root"
	export root="$T/root"
fi
. "$(dirname "$0")/../lib/net.sh"
needs ss nc.openbsd
ip link set lo up
tar -C "$T" -xzf "$B/dist/sockmend-$(version).tar.gz" || fail "unpacking"
release=$T/sockmend-$(version)

# Nothing but the libraries and the policy.
mkdir -p "$root/opt/sockmend"
(cd "$release" && cp -a lib lib32 lib64 "$root/opt/sockmend")
cp "$(policy "$SILENT")" "$root/opt/sockmend/policy"

# mends_there WORDS-OF-THE-ENVIRONMENT -- COMMAND…
mends_there()
{
	mends 5000 in_system SOCKMEND_POLICY=/opt/sockmend/policy \
		LD_PRELOAD='/opt/sockmend/$LIB/libsockmend.so' \
		SOCKMEND_LOG=stderr "$@"
	has "$1" "$T/server.err" 'idle-ended.* 127.0.0.1:5000'
	lacks "$1" "$T/server.err" 'ld.so'
}

mends_there nc.openbsd -d -l 127.0.0.1 5000
number "mended: bullseye from the release: nc, 64-bit, no tool there"
if ! runs_32; then
	number "mended: bullseye from the release: nc, 32-bit: NOT TRIED, $NO_32"
elif [ -e "$release/lib/i386-linux-gnu/libsockmend.so" ]; then
	mends_there nc.traditional -l -s 127.0.0.1 -p 5000
	number "mended: bullseye from the release: nc, 32-bit, no tool there"
else
	number "mended: bullseye from the release: nc, 32-bit: NOT TRIED, no compiler"
fi

# All of it, anywhere: the tool too.
cp -a "$release" "$root/opt/all"
mends 5000 in_system /opt/all/bin/sockmend -v -p leaky-server -r \
	'direction = accept idle { timeout = 400ms }' nc.openbsd -d -l 127.0.0.1 5000
has "the wrapper there" "$T/server.err" 'idle-ended.* 127.0.0.1:5000'
same "the profile it takes is the release's" 0 \
	"$(in_system /opt/all/bin/sockmendctl compile -p safe >"$T/safe"; echo $?)"
number "mended: bullseye from the release: nc by the wrapper"
