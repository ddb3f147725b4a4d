#!/bin/sh
# Memory a tracked descriptor costs, in pages touched only where used: private
# dirty memory of a process with many watched connections, mended and bare.
. "$(dirname "$0")/../lib/cost.sh"
# Every one is looked at once while the program waits, and then is still
# watched: all there is to remember of it is in memory.
rules='rule "all" { idle { timeout = 1s action = log } close_wait { after = 1h } }'

# per_descriptor CONNECTIONS: tenths of bytes over bare.
per_descriptor()
{
	bare "$P/crowd" memory "$1" 4000 >"$T/bare.out" || fail "crowd, bare"
	mended "$rules" "$P/crowd" memory "$1" 4000 >"$T/mended.out" ||
		fail "crowd, mended"
	read -r _ descriptors _ bytes_bare <"$T/bare.out"
	read -r _ descriptors _ bytes <"$T/mended.out"
	over=$(((bytes - bytes_bare) * 10 / descriptors))
}

# Pages are whole: with few descriptors the last ones weigh.
per_descriptor 1000
number "memory per watched descriptor, $descriptors of them: $(tenths $over) bytes"
room=$(($(ulimit -Hn 2>/dev/null || ulimit -n) / 2 - 100))
[ "$room" -le 20000 ] || room=20000
per_descriptor "$room"
within bytes-per-descriptor "$(tenths $over)" "memory per watched descriptor, $descriptors of them, bytes"
all_within
