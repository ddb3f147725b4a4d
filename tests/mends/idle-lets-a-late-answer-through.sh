#!/bin/sh
# A server is ended as idle while it works, and answers all the same: by any
# descriptor and any process that has the socket, its client gets every byte.
. "$(dirname "$0")/../lib/alone.sh"
. "$(dirname "$0")/../lib/test.sh"
rules='rule "idle" { program = {"slow"} direction = accept
	idle { timeout = 200ms } }'

for how in close chunks dup dup2 fork spawn vfork fclose shutdown linger sendfile \
	inherited; do
	bare "$P/slow" answer $how >"$T/bare.out" 2>&1
	same "bare: $how" "$how: 300000 bytes, then the end" "$(cat "$T/bare.out")"
	mended "$rules" "$P/slow" answer $how >"$T/mended.out" 2>&1
	same "mended: $how" "ended as idle
$(cat "$T/bare.out")" "$(cat "$T/mended.out")"
done
