#!/bin/sh
# A client walks a list of addresses with one socket: the first peer refuses,
# at once or later, does not answer, or is left by connect(AF_UNSPEC). The rule
# that governs is that of the peer it has in the end.
. "$(dirname "$0")/../lib/alone.sh"
. "$(dirname "$0")/../lib/test.sh"
needs_own_net "eats packets"
needs nft
first=127.0.0.1:7001 second=127.0.0.2:7002
nft -f - <<-END || exit 1
	table ip silent {
		chain in {
			type filter hook input priority 0
			tcp dport 2 drop
		}
	}
END
listening_on()
{
	ss -Hltn "sport = :$1" | grep -q .
}

start servers sock tcp4 bind $first listen 20 tcp4 bind $second listen 20 stay
wait_until 20 listening_on 7002 || fail "no server"
rule()
{
	echo "rule \"one\" { direction = connect peer = {\"$1\"} idle { timeout = 300ms } }"
}

bare "$P/reuse" again $first $second >"$T/bare.out" 2>&1 || fail "bare"
same "bare" 4 "$(grep -c 'goes on' "$T/bare.out")"

# Only the first peer's rule has a deadline.
mended "$(rule 127.0.0.1)" "$P/reuse" again $first $second >"$T/first.out" 2>&1 ||
	fail "a rule for the first peer"
same "a rule for the first peer ends none" "$(cat "$T/bare.out")" \
	"$(cat "$T/first.out")"

# Only the second's.
mended "$(rule 127.0.0.2)" "$P/reuse" again $first $second >"$T/second.out" 2>&1 ||
	fail "a rule for the second peer"
same "a rule for the second peer ends all" 4 "$(grep -c ': ended' "$T/second.out")"
