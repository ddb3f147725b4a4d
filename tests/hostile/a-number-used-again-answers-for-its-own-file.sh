#!/bin/sh
# A connection is read to its end past the limit of eof, then its number means
# another file: by SYS_close, freopen(), fclose() and others, a file, a pipe,
# an eventfd, a datagram or another connection. Every read of it answers as
# bare, and an error of it stays its own.
. "$(dirname "$0")/../lib/alone.sh"
. "$(dirname "$0")/../lib/test.sh"
needs_own_net "refuses packets as a router does"
needs nft
rules='rule "spin" { direction = accept eof { spin_limit = 5 answer = reset }
	errors = eof }'
# What goes to port 9 is answered: no route to the host.
nft -f - <<-END || exit 1
	table ip router {
		chain in {
			type filter hook input priority 0
			tcp dport 9 reject with icmp type host-unreachable
		}
	}
END

for kind in ends 'errors 127.0.0.1:9'; do
	# shellcheck disable=SC2086
	bare "$P/reuse" $kind >"$T/bare.out" 2>&1 || fail "bare: $kind"
	# shellcheck disable=SC2086
	mended "$rules" "$P/reuse" $kind >"$T/mended.out" 2>&1 ||
		fail "mended: $kind"
	same "$kind" "" "$(diff "$T/bare.out" "$T/mended.out")"
done
has "the router's word is what was read" "$T/bare.out" 'EHOSTUNREACH'

# The limit itself holds on the connection.
event "the connection spun" 'eof-spin'
