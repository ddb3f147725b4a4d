#!/bin/sh
# Everything builds with clang too, and without optimisation: a warning of
# either is an error.
. "$(dirname "$0")/../lib/test.sh"
needs clang

make -C "$TOP" CC=clang B="$T/clang" all >"$T/out" 2>&1 ||
	fail "clang: $(tail -n 20 "$T/out")"
make -C "$TOP" CFLAGS='-O0 -g' B="$T/debug" "$T/debug/libsockmend.so" \
	>"$T/out" 2>&1 || fail "-O0: $(tail -n 20 "$T/out")"
