#!/bin/sh
# A leak, a half-closed connection, a stuck writer, a full queue, a client kept
# out, a connection to itself, a server on a client's port, descriptors that run
# out: each is found with its program, its connection and the rule that helps.
. "$(dirname "$0")/../lib/doctor.sh"
start leaky sock tcp4 bind $HERE:5000 listen 5 accept stay
await_listener 5000
peer "$P/sock" tcp4 connect $HERE:5000 close >/dev/null
finds "a leak" "^note leak sock\[$(pid_of leaky)\], in CLOSE_WAIT = 1 \($HERE:5000 - $PEER:[0-9]+, silent for .*\) \| # close_wait \{"

start slow peer "$P/sock" tcp4 bind $PEER:5001 listen 5 accept stay
await_listener 5001 peer
start half sock tcp4 connect $PEER:5001 shutdown WR stay
finds "half closed" "^note leak sock\[$(pid_of half)\], in FIN_WAIT2 = 1 \($FROM:[0-9]+ - $PEER:5001" --silence 1s

port=$((WILD + 2)) # not the first program's
start writer bare "$B/examples/writer" $port
await_listener $port
start display peer "$P/sock" tcp4 connect $HERE:$port stay
finds "a slow reader gets no rule" "^note stuck-writer writer\[$(pid_of writer)\], with data to send = 1 .*\|  \|"

start full sock tcp4 bind $HERE:5003 listen 1 stay
await_listener 5003
for i in 1 2 3; do
	start caller$i peer "$P/sock" tcp4 connect $HERE:5003 stay
done
finds "full" "^warning queue sock\[$(pid_of full)\], with a full accept queue = 1 \($HERE:5003, 2 waiting, backlog 1\)"
finds "counted" '^warning queue TcpExtListenOverflows = [1-9][0-9]* so far'
counted=$(sed -n 's/.* TcpExtListenOverflows = \([0-9]*\) .*/\1/p' "$T/found")
between "as nstat has it" 1 \
	"$(nstat -asz TcpExtListenOverflows | awk '/^Tcp/ { print $2 }')" "$counted"

start self sock tcp4 bind $LO:7000 connect $LO:7000 stay
finds "to itself" "^warning self-connect sock\[$(pid_of self)\], connected to itself = 1 .*\| self_connect = refuse"

start ranged sock tcp4 bind $HERE:40000 listen 1 stay
finds "on a client's port" '^note self-connect .* clients are given = .*40000\).*\| net\.ipv4\.ip_local_reserved_ports=40000$'
if [ -n "$OWN_NET" ]; then
	sysctl -qw net.ipv4.ip_local_reserved_ports=39000,40000-40001
	doctor
	lacks "reserved is well" "$T/found" '^note .* clients are given'
fi

# shellcheck disable=SC2016,SC2046
start scarce sh -c 'ulimit -n 12; exec "$@"' ulimit "$P/sock" $(repeated 8 tcp4) stay
finds "descriptors" "^(note|warning) room sock\[$(pid_of scarce)\], open descriptors = 1[0-9] of 12 "
