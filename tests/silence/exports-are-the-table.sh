#!/bin/sh
# The library exports the rows of calls.h and nothing else, resolves none of
# them at link time, and loads wherever glibc 2.17 or later is.
. "$(dirname "$0")/../lib/test.sh"
lib=$B/libsockmend.so

sed -n '/^#define FOR_EACH_CALL/,/^$/s/^\tX(\([A-Za-z_0-9]*\),.*/\1/p' \
	"$TOP/shim/preload/interpose/calls.h" | sort >"$T/rows"
[ "$(wc -l <"$T/rows")" -gt 20 ] || fail "no rows found in calls.h"
nm -D --defined-only "$lib" | awk '{ print $3 }' | sed 's/@.*//' | sort >"$T/exports"
same "exports and rows" "$(cat "$T/rows")" "$(cat "$T/exports")"

nm -D --undefined-only "$lib" | awk '{ print $2 }' >"$T/undefined"
sed 's/@.*//' "$T/undefined" | sort -u >"$T/names"
same "it calls nothing that it stands in front of" "" \
	"$(comm -12 "$T/rows" "$T/names")"
lacks "no fortified import: musl has none" "$T/names" '_chk$'
lacks "no malloc" "$T/names" '^(malloc|calloc|realloc|free|posix_memalign)$'
lacks "no stdio" "$T/names" '^(f?printf|f?puts|fopen|fwrite|fflush|snprintf|vsnprintf|perror|stderr|stdout)$'
lacks "never the end of its host" "$T/names" '^(exit|_exit|_Exit|abort|__assert_fail)$'
lacks "nor a thread that libc knows" "$T/names" '^pthread_'

objdump -T "$lib" | grep -oE 'GLIBC_[0-9.]+' | sort -Vu >"$T/versions"
same "the newest glibc it needs is not above 2.17" GLIBC_2.17 \
	"$( (cat "$T/versions"; echo GLIBC_2.17) | sort -V | tail -n 1)"
lacks "no private symbols" "$T/undefined" GLIBC_PRIVATE
same "no version of its own: they would switch interposing off" "" \
	"$(readelf -V "$lib" | grep 'Version definition')"
readelf -d "$lib" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort >"$T/needed"
same "it needs libc alone" "" "$(grep -v '^libc\.so\.6$\|^libdl\.so\.2$' "$T/needed")"
same "no text relocations" "" "$(readelf -d "$lib" | grep TEXTREL)"
same "no executable stack" "" "$(readelf -lW "$lib" | grep "GNU_STACK.*E ")"
