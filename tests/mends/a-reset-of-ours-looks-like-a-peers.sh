#!/bin/sh
# A connection that a rule resets: poll(), select() and every kind of epoll
# tell what they tell at a reset of the peer, and so do reads, writes and
# SO_ERROR after it. A loop that waits for POLLIN alone is told.
. "$(dirname "$0")/../lib/alone.sh"
. "$(dirname "$0")/../lib/test.sh"

# told NAME REASON SIDE COMMAND…: all that is told, one way after the other.
told()
{
	told_name=$1 told_by=$2 side=$3
	shift 3
	for how in poll poll-all poll-none select epoll epoll-edge epoll-oneshot \
		recv write so-error; do
		echo "$how:"
		"$@" "$P/polls" "$told_by" "$side" $how 2>&1
	done >"$T/$told_name.out"
}

for side in accept connect; do
	told bare peer $side bare
	told ours rule $side mended "rule \"a\" { direction = $side
		idle { timeout = 200ms action = reset } }"
	same "$side: action = reset" "" "$(diff "$T/bare.out" "$T/ours.out")"
done
has "a peer's reset" "$T/bare.out" '^revents 0x19$'
has "a peer's reset" "$T/bare.out" '^recv = -1 ECONNRESET$'
