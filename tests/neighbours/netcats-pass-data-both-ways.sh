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

start socat sockmend socat -T 30 TCP-LISTEN:$WILD,reuseaddr,fork EXEC:"$T/answer"
ask $WILD peer nc.openbsd -N $HERE $WILD
ask $WILD peer socat -t 30 - TCP:$HERE:$WILD
start bare socat -T 30 TCP-LISTEN:$((WILD + 1)),reuseaddr,fork EXEC:"$T/answer"
ask $((WILD + 1)) sockmend nc.openbsd -N $HERE $((WILD + 1))
ask $((WILD + 1)) sockmend socat -t 30 - TCP:$HERE:$((WILD + 1))
stop socat
start socat6 sockmend socat -T 30 TCP6-LISTEN:$((WILD + 2)),reuseaddr,fork EXEC:"$T/answer"
ask $((WILD + 2)) peer socat -t 30 - "TCP6:[$HERE6]:$((WILD + 2))"
ask $((WILD + 2)) peer nc.openbsd -N $HERE $((WILD + 2))

# Listening netcats, one connection after the other.
for listener in "nc.openbsd -l" "nc.traditional -l -p" "busybox nc -l -p"; do
	# shellcheck disable=SC2086
	start listener sockmend $listener $((WILD + 3))
	await_listener $((WILD + 3))
	peer nc.openbsd -N -w 10 $HERE $((WILD + 3)) <"$T/question" >/dev/null
	reap_within 20 listener
	same "$listener" "$(sum "$T/question")" "$(sum "$T/listener.out")"
	wait_until 20 no_socket $((WILD + 3))
done
no_event "no mend failed" mend-failed
