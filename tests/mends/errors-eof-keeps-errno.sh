#!/bin/sh
# errors = eof: a peer that probes found dead is an end of file in every
# reading call, and errno is what it was before the call. So it is when a
# policy with errors = eof came while the program ran.
. "$(dirname "$0")/../lib/alone.sh"
. "$(dirname "$0")/../lib/test.sh"
needs_own_net "eats packets"
needs nft
rules='rule "a" { direction = connect errors = eof }'
mkfifo "$T/go" || exit 1
start server sock tcp4 bind 127.0.0.1:5000 listen 50 stay
soon "the server listens" "$T/server.out" '^listen'

# reads NAME COMMAND…: what errors says, its peer silent.
reads()
{
	reads_name=$1
	shift
	nft flush ruleset
	(
		exec=exec
		"$@"
	) <"$T/go" >"$T/$reads_name.out" 2>"$T/$reads_name.err" &
	echo $! >"$T/$reads_name.pid"
	started="$started $!"
	exec 3>"$T/go"
	soon "$reads_name is connected" "$T/$reads_name.out" '^ready'
	nft -f - <<-END || exit 1
		table ip silent {
			chain in {
				type filter hook input priority 0
				tcp dport 5000 drop
			}
		}
	END
	echo >&3
	reap_within 60 "$reads_name" || fail "$reads_name"
	exec 3>&-
}

reads bare bare "$P/errors" 5000
same "bare: each call fails" 6 "$(grep -c '= -1 ETIMEDOUT$' "$T/bare.out")"

reads mended mended "$rules" "$P/errors" 5000
same "mended: the end, and errno as before" 12 \
	"$(grep -c ' = 0$' "$T/mended.out")"

cp "$(policy 'rule "a" { direction = connect eof { spin_limit = 100 } }')" "$T/policy"
cp "$(policy "$rules")" "$T/new"
reads renewed env LD_PRELOAD="$B/libsockmend.so" SOCKMEND_POLICY="$T/policy" \
	"$P/errors" 5000 "$T/policy" "$T/new"
same "under a policy that came later" 12 "$(grep -c ' = 0$' "$T/renewed.out")"
