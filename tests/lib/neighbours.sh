# Programs we did not write, under a rule file with everything in it.
# Sourced after net.sh.
# shellcheck shell=sh
EVERYTHING='rule "clients" {
	direction = connect
	ephemeral_port = yes
	keepalive { idle = 30s interval = 5s probes = 3 }
	eof { spin_limit = 1000 }
	idle { timeout = 60s count = both escalate = 5s }
	close_wait { after = 20s reclaim = pressure }
	errors = eof
}
rule "servers" {
	reuse_address = yes
	keepalive { idle = 30s interval = 5s probes = 3 user_timeout = auto }
	eof { spin_limit = 1000 }
	idle { timeout = 60s escalate = 5s }
	close_wait { after = 20s half_close = respect reclaim = pressure }
	errors = eof
}'
printf '%s\n' "$EVERYTHING" >"$T/everything.conf"

# Through the real command, as a user would.
sockmend()
{
	$exec "$B/sockmend" -c "$T/everything.conf" -- "$@"
}

sum()
{
	cksum <"$1"
}
