#!/bin/sh
# In the oldest image there is, a program without sockets pays for the library
# what it would pay for an empty one, or half as much again at most.
. "$(dirname "$0")/../lib/releases.sh"
. "$(dirname "$0")/../lib/cost.sh"
needs valgrind strace cc
make_roots bullseye-amd64
root bullseye-amd64 || skip "no root of bullseye: $(why_no_root)"

echo 'int nothing_at_all;' >"$T/empty.c"
cc -shared -fPIC -O2 -o "$T/empty.so" "$T/empty.c" || fail "cc"
policy=$(policy "$rules_watched")
libraries=$root/lib/x86_64-linux-gnu:$root/usr/lib/x86_64-linux-gnu

# The image's own loader, libc and program; LIBRARY may be empty.
old()
{
	env LD_PRELOAD="$1" SOCKMEND_POLICY="$policy" $tracer \
		"$root"/lib/x86_64-linux-gnu/ld-2.31.so --library-path "$libraries" \
		"$root/bin/nc.openbsd" -h
}

calls()
{
	strace -f -qq -o "$T/calls" -E LD_PRELOAD="$1" -E SOCKMEND_POLICY="$policy" \
		"$root"/lib/x86_64-linux-gnu/ld-2.31.so --library-path "$libraries" \
		"$root/bin/nc.openbsd" -h >/dev/null 2>&1
	wc -l <"$T/calls"
}

# costs WHAT COUNT-BARE COUNT-EMPTY COUNT-OURS
percent=$(bound start-in-old-image-percent) || fail "$percent"
costs()
{
	most=$((($3 - $2) * percent / 100))
	number "start-up in bullseye, $1: $2 bare, +$(($3 - $2)) with an empty library," \
		"+$(($4 - $2)) with ours (bound $most)"
	[ $(($4 - $2)) -le $most ] || fail "$(cat "$T/numbers")"
}

costs "system calls" "$(calls '')" "$(calls "$T/empty.so")" "$(calls "$B/libsockmend.so")"
costs instructions "$(instructions old '')" "$(instructions old "$T/empty.so")" \
	"$(instructions old "$B/libsockmend.so")"
