#!/bin/sh
# `make dist`, in two directories, with two umasks, time zones and languages:
# the same bytes. What is in it is what its sums say, and fits in a megabyte.
. "$(dirname "$0")/../lib/test.sh"
. "$(dirname "$0")/../lib/packages.sh"
build dist
name=sockmend-$(version)
first=$B/dist/$name.tar.gz
export SOURCE_DATE_EPOCH
SOURCE_DATE_EPOCH=$(tar -tvf "$first" --full-time --utc "$name/LICENSE" |
	awk '{ print $4, $5 }' | xargs -I@ date -ud @ +%s)

# Copied elsewhere, later.
elsewhere=$T/another/way/to/it
mkdir -p "$elsewhere"
(cd "$TOP" && cp -R Makefile LICENSE README.md CHANGELOG.md shim examples conf "$elsewhere")
umask 077
TZ=Asia/Kathmandu LANG=C.UTF-8 nice make -s -C "$elsewhere" B="$elsewhere/built" \
	"$elsewhere/built/dist/built" >"$T/dist.out" 2>&1 || fail "make dist elsewhere"
cmp "$first" "$elsewhere/built/dist/$name.tar.gz" >"$T/cmp.out" 2>&1 ||
	fail "another release"

size=$(stat -c %s "$first")
between "bytes of the release" 1 1000000 "$size"
number "release: $size bytes (bound 1000000), the same when built again"

tar -C "$T" -xzf "$first" || fail "unpacking"
cd "$T/$name" || exit 1
sha256sum --strict --quiet -c SHA256SUMS >"$T/sums.out" 2>&1 || fail "sums"
same "files without a sum" ./SHA256SUMS \
	"$(find . -type f | while read -r file; do
		grep -qF "  ${file#./}" SHA256SUMS || echo "$file"
	done)"
same "files that belong to somebody" '' \
	"$(tar -tvf "$first" | awk '$2 != "0/0"')"

# What each asks of a libc: the library 2.17, the tool nothing.
for library in lib/*/libsockmend.so; do
	floor=$(readelf -VW "$library" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1)
	same "$library: the newest of 2.17 and what it needs" GLIBC_2.17 \
		"$(printf '%s\n' GLIBC_2.17 "$floor" | sort -V | tail -n 1)"
	number "release: $library: $(stat -c %s "$library") bytes, needs $floor"
done
same "libraries the tool needs" '' \
	"$(readelf -dW bin/sockmendctl | grep NEEDED)"
number "release: bin/sockmendctl: $(stat -c %s bin/sockmendctl) bytes," \
	"needs no libc, Linux $(readelf -nW bin/sockmendctl |
		sed -n 's/.*ABI: //p')"
