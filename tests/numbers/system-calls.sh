#!/bin/sh
# No read, write or wait makes a system call more, and no accept under options
# that are inherited; an accept under a rule that watches makes one.
. "$(dirname "$0")/../lib/cost.sh"
needs strace
rules_safe=$(cat "$TOP/conf/profiles/safe.conf")

# per_100 CALL bare|mended…: system calls a hundred calls make, "NAME COUNT".
per_100()
{
	per_call=$1
	shift
	system_calls "$@" "$P/cost" "$per_call" 10 >"$T/few"
	system_calls "$@" "$P/cost" "$per_call" 110 >"$T/many"
	join -a 2 -e 0 -o 0,1.2,2.2 "$T/few" "$T/many" |
		awk '$3 != $2 { print $1, $3 - $2 }'
}

for call in read recv recvfrom readv recvmsg recvmmsg send write poll epoll_wait; do
	bare=$(per_100 $call bare)
	has_100=${bare##* }
	same "100 calls of $call" 100 "$has_100"
	same "$call, watched" "$bare" "$(per_100 $call mended "$rules_watched")"
	same "$call, unwatched" "$bare" "$(per_100 $call mended "$rules_other")"
done
number "system calls over bare, every read, send, write, poll, epoll_wait: 0 (bound 0)"

bare=$(per_100 accept bare)
same "100 accepts" "accept 100" "$bare"
same "accept, keepalive" "$bare" \
	"$(per_100 accept mended 'rule "k" { keepalive { idle = 60s } }')"
same "accept, profile safe" "$bare" "$(per_100 accept mended "$rules_safe")"
same "accept, no rule" "$bare" "$(per_100 accept mended "$rules_other")"
number "system calls over bare, accept under keepalive or the profile safe: 0 (bound 0)"

watched=$(per_100 accept mended "$rules_watched")
same "accept, watched" "accept 100 getsockopt 100" "$(echo $watched)"
number "system calls over bare, accept under a rule that watches: 1, SO_COOKIE (bound 1)"
