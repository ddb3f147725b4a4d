#!/bin/sh
# A program without sockets pays for the load of one library and nothing else.
. "$(dirname "$0")/../lib/cost.sh"
needs valgrind strace cc
true=/bin/true

echo 'int nothing_at_all;' >"$T/empty.c"
cc -shared -fPIC -O2 -o "$T/empty.so" "$T/empty.c" || fail "cc"
policy=$(policy "$rules_watched")

# preloaded LIBRARY PROGRAM
preloaded()
{
	library=$1
	shift
	env LD_PRELOAD="$library" SOCKMEND_POLICY="$policy" $tracer "$@"
}

bare=$(instructions bare $true)
empty=$(instructions preloaded "$T/empty.so" $true)
mended=$(instructions preloaded "$B/libsockmend.so" $true)
number "instructions of /bin/true: $bare bare, +$((empty - bare)) with an empty library," \
	"+$((mended - bare)) with ours"

# What ours does after the loader is done: nothing. Everything it opens is
# itself and what it needs.
traced_start()
{
	strace -f -qq -o "$T/started" -E LD_PRELOAD="$1" -E SOCKMEND_POLICY="$policy" $true
	sed -i 's/^[0-9]* *//; s/0x[0-9a-f]*/ADDRESS/g' "$T/started"
}

LD_PRELOAD='' strace -f -qq -o "$T/started" $true
calls_bare=$(wc -l <"$T/started")
traced_start "$T/empty.so"
calls_empty=$(wc -l <"$T/started")
traced_start "$B/libsockmend.so"
calls_mended=$(wc -l <"$T/started")
number "system calls of /bin/true: $calls_bare bare, +$((calls_empty - calls_bare)) with an" \
	"empty library, +$((calls_mended - calls_bare)) with ours"
sed -n 's/^open.*"\(.*\)".*/\1/p' "$T/started" | grep -v 'ld.so\|/libc\.' >"$T/opened"
same "files opened" libsockmend.so "$(sed 's|.*/||' "$T/opened" | sort)"
within start-calls-without-sockets $((calls_mended - calls_empty)) \
	"start without sockets, system calls over an empty library"

# The loader's last act is to unmap its cache.
sed '1,/^munmap/d' "$T/started" >"$T/after"
same "after loading" exit_group "$(sed 's/(.*//' "$T/after" | head -n 1)"
within start-instructions-without-sockets $((mended - empty)) \
	"start without sockets, instructions over an empty library"
all_within
