#!/bin/sh
# A mended process whose journal is gone, garbage, cut short or somebody
# else's is shown all the same, without mends; ten thousand stale journals
# are not even looked at.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/status.sh"
needs valgrind strace
start server mended_sock 'rule "r" { keepalive { idle = 1h } eof { } }' \
	tcp4 bind $HERE:5000 listen 9 accept touch "$T/1" stay
await_listener 5000
start one peer "$P/sock" tcp4 bind $PEER:7001 connect $HERE:5000 stay
wait_until 20 test -e "$T/1" || fail "not accepted"
pid=$(pid_of server)
journal=$(echo "$T/run/$pid-"*.journal)
status "$pid"
cell "well" MENDS options-set "listen"

i=0
while [ $i -lt 10000 ]; do
	echo "$T/run/$((i + 100000))-1.journal"
	i=$((i + 1))
done | xargs touch
start traced strace -f -qq -e trace=openat,open -o "$T/trace" \
	"$B/sockmendctl" status "$pid"
reap_within 60 traced
same "stale journals opened" 0 "$(grep -c '/run/1[0-9]*-1\.journal' "$T/trace")"
rm -f "$T"/run/1*-1.journal

cp "$journal" "$T/kept"
size=$(wc -c <"$T/kept")
shown()
{
	valgrind -q --error-exitcode=9 "$B/sockmendctl" status "$pid" \
		>"$T/status" 2>"$T/status.err" || fail "$1: $?: $(cat "$T/status.err")"
	cell "$1" RULE r "$PEER:7001"
	cell "$1" STATE established "$PEER:7001"
}
head -c "$size" /dev/urandom | dd of="$journal" conv=notrunc 2>/dev/null
shown "garbage"
cell "garbage" MENDS - "$PEER:7001"
cp "$T/kept" "$T/forged"
# Its head is right, its events are noise.
head -c "$((size - 256))" /dev/urandom | dd of="$T/forged" bs=256 seek=1 conv=notrunc 2>/dev/null
dd if="$T/forged" of="$journal" conv=notrunc 2>/dev/null
shown "noise for events"
# A forged event about this very connection: its texts are made harmless.
status --json "$pid"
cookie=$(ask_json '[c["cookie"] for c in connections if c["peer"]][0]')
"$PYTHON" - "$T/kept" "$cookie" >"$T/forged" <<-'END'
	import struct, sys
	bytes = bytearray(open(sys.argv[1], "rb").read())
	at = 256
	bytes[at:at + 256] = struct.pack("=QqQiiHHi20s20s32s112s32s", 1, 1 << 62,
	    int(sys.argv[2]), 1, 1, 4, 2, 0, b"\xff" * 20, b"\x01" * 20,
	    b"\x1b[31mevil\x07" + b"x" * 22, b"\x1b" * 112, b"")
	sys.stdout.buffer.write(bytes)
END
dd if="$T/forged" of="$journal" conv=notrunc 2>/dev/null
valgrind -q --error-exitcode=9 "$B/sockmendctl" status "$pid" >"$T/status" \
	2>"$T/status.err" || fail "forged: $(cat "$T/status.err")"
! grep -q "$(printf '[\033\007]')" "$T/status" "$T/status.err" || fail "control bytes get through"
cell "forged" STATE established "$PEER:7001"
status --json "$pid"
ask_json 1 >/dev/null || fail "JSON of a forged journal"
rm "$journal"
shown "removed"
cell "removed" MENDS - "$PEER:7001"
ln -s "$T/kept" "$journal"
shown "a link in its place"
cell "a link in its place" MENDS - "$PEER:7001"
