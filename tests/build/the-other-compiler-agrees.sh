#!/bin/sh
# The library builds with clang without a warning, and without optimisation. (The
# tool is built by clang for the fuzz targets, and for Debian 13.)
. "$(dirname "$0")/../lib/test.sh"
needs clang

built()
{
	built_as=$1
	shift
	nice make -C "$TOP" B="$T/$built_as" "$@" "$T/$built_as/libsockmend.so" \
		>"$T/$built_as.out" 2>&1 || fail "$built_as"
	lacks "$built_as: no warning" "$T/$built_as.out" 'warning:'
}

built clang CC=clang
built debug CFLAGS='-O0 -g'
