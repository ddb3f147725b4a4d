#!/bin/sh
# nc and socat with a half-close in use: what goes in comes out at the other
# end, both ways, mended on either side.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/neighbours.sh"
needs nc.openbsd nc.traditional socat busybox
head -c 2000000 /dev/urandom >"$T/question"
no_time_wait

# An answer that only comes after the end of the question.
cat >"$T/answer" <<'END'
#!/bin/sh
cksum
head -c 1000000 /dev/zero
END
chmod +x "$T/answer"
{ cksum <"$T/question"; head -c 1000000 /dev/zero; } >"$T/wanted"

# ask PORT CLIENT…
ask()
{
	port=$1
	shift
	await_listener "$port"
	"$@" <"$T/question" >"$T/got" || fail "$*: it failed"
	same "$*" "$(sum "$T/wanted")" "$(sum "$T/got")"
}

start socat sockmend socat -T 30 TCP-LISTEN:5000,reuseaddr,fork EXEC:"$T/answer"
ask 5000 peer nc.openbsd -N $HERE 5000
ask 5000 peer socat -t 30 - TCP:$HERE:5000
start bare socat -T 30 TCP-LISTEN:5001,reuseaddr,fork EXEC:"$T/answer"
ask 5001 sockmend nc.openbsd -N $HERE 5001
ask 5001 sockmend socat -t 30 - TCP:$HERE:5001
stop socat
start socat6 sockmend socat -T 30 TCP6-LISTEN:5002,reuseaddr,fork EXEC:"$T/answer"
ask 5002 peer socat -t 30 - "TCP6:[$HERE6]:5002"
ask 5002 peer nc.openbsd -N $HERE 5002

# Listening netcats, one connection after the other.
for listener in "nc.openbsd -l" "nc.traditional -l -p" "busybox nc -l -p"; do
	# shellcheck disable=SC2086
	start listener sockmend $listener 5003
	await_listener 5003
	peer nc.openbsd -N -w 10 $HERE 5003 <"$T/question" >/dev/null
	reap_within 20 listener
	same "$listener" "$(sum "$T/question")" "$(sum "$T/listener.out")"
	wait_until 20 no_socket 5003
done
no_event "no mend failed" mend-failed
