#!/bin/sh
# A compiler that prints no multiarch name (Fedora, Arch, SUSE, Alpine) builds the
# library, in the directory of this machine's ABI; a header that is missing is
# named with its package, and BSD's make is told that it is the wrong one.
. "$(dirname "$0")/../lib/test.sh"

# compiler MACHINE: one that calls itself so.
compiler()
{
	cat >"$T/cc" <<-END
	#!/bin/sh
	case "\$*" in
	-print-multiarch) echo; exit ;;
	-dumpmachine) echo $1; exit ;;
	*'-include confuse.h'*) echo 'fatal error: confuse.h: No such file' >&2; exit 1 ;;
	esac
	exec ${CC:-cc} "\$@"
	END
	chmod 755 "$T/cc"
}

while read -r machine abi; do
	compiler "$machine"
	make -C "$TOP" CC="$T/cc" B="$T/none" -pn demo 2>/dev/null >"$T/database"
	has "$machine" "$T/database" "^ABI := $abi\$"
	[ -e "$TOP/shim/build/stub/libc.${abi%-*}-gnu.map" ] ||
		fail "$abi: no list of libc's names for it"
done <<END
x86_64-redhat-linux x86_64-linux-gnu
x86_64-pc-linux-gnu x86_64-linux-gnu
x86_64-suse-linux x86_64-linux-gnu
x86_64-alpine-linux-musl x86_64-linux-musl
i586-suse-linux i386-linux-gnu
i686-pc-linux-gnu i386-linux-gnu
aarch64-unknown-linux-gnu aarch64-linux-gnu
aarch64-alpine-linux-musl aarch64-linux-musl
END

native=$(${CC:-cc} -dumpmachine)
compiler "${native%%-*}-redhat-linux"
library=lib/${native%%-*}-linux-gnu/libsockmend.so
make -C "$TOP" CC="$T/cc" CFLAGS=-O0 B="$T/built" "$T/built/$library" \
	>"$T/make.out" 2>&1 || fail "make"
LD_PRELOAD=$T/built/$library cat /proc/self/maps >"$T/maps"
has "what it built is loaded" "$T/maps" "$T/built/libsockmend.so"

make -C "$TOP" CC="$T/cc" B="$T/built" "$T/built/sockmendctl" >"$T/absent" 2>&1 &&
	fail "an absent header is not noticed"
has "the header and its package" "$T/absent" \
	'^needed: confuse.h; in Debian: apt-get install libconfuse-dev'
make -C "$TOP" CC="$T/absent-cc" B="$T/without" >"$T/absent" 2>&1 &&
	fail "an absent compiler is not noticed"
has "and the packages" "$T/absent" 'apt-get install gcc libc6-dev'

command -v bmake >/dev/null || { number "BSD make: NOT TRIED, no bmake"; exit 0; }
(cd "$TOP" && bmake -n) >"$T/bmake" 2>&1 && fail "bmake goes on"
same "bmake's answer" 1 "$(grep -c . "$T/bmake")"
has "bmake's answer" "$T/bmake" 'sockmend needs GNU make'
