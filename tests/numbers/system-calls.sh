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
within read-calls 0 "system calls over bare, every read, send, write, poll, epoll_wait"

bare=$(per_100 accept bare)
same "100 accepts" "accept 100" "$bare"
same "accept, keepalive" "$bare" \
	"$(per_100 accept mended 'rule "k" { keepalive { idle = 60s } }')"
same "accept, profile safe" "$bare" "$(per_100 accept mended "$rules_safe")"
same "accept, no rule" "$bare" "$(per_100 accept mended "$rules_other")"
within accept-calls-inherited 0 "system calls over bare, accept under keepalive or the profile safe"

watched=$(per_100 accept mended "$rules_watched")
same "accept, watched" "accept 100 getsockopt 100" "$(echo $watched)"
within accept-calls-watched 1 "system calls over bare, accept under a rule that watches: SO_COOKIE"

# added CALL RULES: what one call makes over bare, in $T/added.
added()
{
	[ -s "$T/bare.$1" ] || per_100 "$1" bare | sort >"$T/bare.$1"
	has "100 calls of $1" "$T/bare.$1" "^$1 100$"
	per_100 "$1" mended "$2" | sort >"$T/mended"
	join -a 2 -e 0 -o 0,1.2,2.2 "$T/bare.$1" "$T/mended" |
		awk '$3 != $2 { print $1, ($3 - $2) / 100 }' >"$T/added"
}

# count ONE-NAME | count -v ONE-NAME, of all others
count()
{
	grep "$@" "$T/added" | awk '{ n += $2 } END { print n + 0 }'
}

# One setsockopt for each option that a rule sets, whatever it sets.
while read -r options body; do
	for call in connect listen; do
		added $call "rule \"o\" { $body }"
		same "setsockopt at $call, options that { $body } sets" \
			"$options" "$(count '^setsockopt ')"
		[ "$options" != 6 ] || mv "$T/added" "$T/added.$call"
	done
done <<'END'
0 eof { }
2 keepalive { idle = 60s user_timeout = off }
6 keepalive { idle = 60s interval = 10s probes = 6 user_timeout = auto } set { tcp_nodelay = yes }
END
within option-calls 1 "setsockopt per option that a rule sets, connect and listen"

# What else they make under the last of these.
mv "$T/added.connect" "$T/added"
within connect-calls-beside-options "$(count -v '^setsockopt ')" \
	"system calls over bare, connect, beside the options"
mv "$T/added.listen" "$T/added"
binds='^process_vm_readv \|^getpid ' # before each listen
within bind-calls "$(count "$binds")" "system calls over bare, bind"
within listen-calls-beside-options "$(count -v "^setsockopt \|$binds")" \
	"system calls over bare, listen, beside the options"
all_within
