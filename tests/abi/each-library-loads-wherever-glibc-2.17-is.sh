#!/bin/sh
# For every ABI: nothing newer than glibc 2.17 is asked for, no fortified name,
# no library but libc, and it is small.
. "$(dirname "$0")/../lib/test.sh"
needs objdump readelf

# gate ABI
gate()
{
	library=$B/lib/$1/libsockmend.so
	[ -e "$library" ] || { number "library for $1: NOT BUILT, no compiler"; return; }
	readelf -V "$library" | grep -oE 'GLIBC_[0-9.]+' | sort -Vu >"$T/versions"
	same "$1: the newest glibc it needs is not above 2.17" GLIBC_2.17 \
		"$( (cat "$T/versions"; echo GLIBC_2.17) | sort -V | tail -n 1)"
	readelf -Ws --dyn-syms "$library" | awk '$7 == "UND" { print $8 }' >"$T/names"
	[ -s "$T/names" ] || fail "$1: it imports nothing at all"
	lacks "$1: no fortified import" "$T/names" '_chk(@|$)'
	lacks "$1: nothing private" "$T/names" GLIBC_PRIVATE
	same "$1: it needs libc alone" libc.so.6 "$(readelf -d "$library" |
		sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | xargs)"
	same "$1: no text relocations" "" "$(readelf -d "$library" | grep TEXTREL)"
	small "$1"
}

# Without debug information, which is what there is to load. The zeros (data.ld)
# are mostly room for a policy text, of which a program touches what it uses.
small()
{
	strip=strip
	[ "$1" != aarch64-linux-gnu ] || [ "$(uname -m)" = aarch64 ] ||
		strip=aarch64-linux-gnu-strip
	$strip -o "$T/stripped" "$library" || fail "$strip"
	zeros=$(readelf -SW "$library" | sed -n 's/.* \.zeroed *PROGBITS *[0-9a-f]* [0-9a-f]* \([0-9a-f]*\) .*/\1/p')
	bytes=$(($(wc -c <"$T/stripped") - 0x$zeros))
	number "library for $1: $bytes bytes stripped, and $((0x$zeros)) zeros (bound 145000, 100000)"
	between "$1: bytes, less the zeros" 1 145000 $bytes
	between "$1: zeros" 1 100000 $((0x$zeros))
}

for abi in x86_64-linux-gnu i386-linux-gnu aarch64-linux-gnu; do
	gate $abi
done
