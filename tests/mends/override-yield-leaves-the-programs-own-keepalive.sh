#!/bin/sh
# override = yield: a program that sets a keepalive option, whenever and by
# whatever means, has its connection as it is bare; one that sets none has the
# rule's values. override = no: the later one, and a derived user timeout
# follows the values in force.
. "$(dirname "$0")/../lib/net.sh"
section='keepalive { idle = 60s interval = 10s probes = 6 user_timeout = auto }'
yield="rule \"y\" { $section override = yield }"
no="rule \"n\" { $section }"
ours='1 60 10 6 120000'

bare() { "$P/ownalive" "$@"; }
under() { rules=$1; shift; mended "$rules" "$P/ownalive" "$@"; }

for when in before raw after copy child listener late-listener accepted; do
	same "$when: the program sets none" "$ours" "$(under "$yield" $when)"
	same "$when: under safe" '1 60 10 6 0' \
		"$("$B/sockmend" -p safe "$P/ownalive" $when)"
	for own in 'idle=3' 'interval=4 probes=2' 'timeout=5000' \
		'keepalive=1 idle=60 interval=10 probes=7' \
		'idle=60 interval=10 probes=6 timeout=9000 keepalive=1'; do
		# shellcheck disable=SC2086
		wanted=$(bare $when $own)
		# shellcheck disable=SC2086
		same "$when: $own" "$wanted" "$(under "$yield" $when $own)"
	done
	# The kernel has no other value before and after it.
	[ $when = raw ] || for own in 'keepalive=0' 'idle=7200'; do
		same "$when: $own" "$(bare $when $own)" \
			"$(under "$yield" $when $own)"
	done
	same "$when: SO_KEEPALIVE alone leaves the times to the rule" "$ours" \
		"$(under "$yield" $when keepalive=1)"
done
event "the rule's were set back" \
	"override-kept rule y .*: the program's own TCP_KEEPIDLE stands; set back: TCP_KEEPINTVL=75 TCP_KEEPCNT=9"
event "it was set before" "override-kept rule y .*the program's own keepalive values stand"
same "an interval of the program's own before the rule's" '1 60 10 6 120000' \
	"$(under "$no" before interval=4)"
same "the timeout follows" '1 3 10 6 63000' "$(under "$no" after idle=3)"
same "and follows" '1 3 1 2 5000' "$(under "$no" accepted idle=3 interval=1 probes=2)"
same "but not over the program's own" '1 3 10 6 77000' \
	"$(under "$no" after timeout=77000 idle=3)"
same "a timeout of the rule stays" '1 3 75 9 9000' \
	"$(under 'rule "t" { keepalive { user_timeout = 9s } }' after idle=3)"
same "observe changes nothing" "$(bare after idle=3)" \
	"$(under "mode = observe $yield" after idle=3)"
same "nor does a rule in mode observe" "$(bare after idle=3)" \
	"$(under "rule \"y\" { mode = observe $section override = yield }" after idle=3)"
same "nor one in mode off" "$(bare after)" \
	"$(under "rule \"y\" { mode = off $section } rule \"z\" { $section }" after)"

# Other defaults of the kernel are not the program's; those of `set` yield too.
if [ -n "$OWN_NET" ]; then
	sysctl -qw net.ipv4.tcp_keepalive_time=111
	same "another default" "$ours" "$(under "$yield" before)"
	same "and its own" '0 3 75 9 0' "$(under "$yield" before idle=3)"
fi
values() { sed -n 's/^get [A-Z0-9_]* \(.*\) = 0$/\1/p' | xargs; }
start there peer "$P/sock" tcp4 bind $PEER:80 listen 50 stay
await_listener 80 peer
rules='rule "s" { set { tcp_nodelay = yes ip_tos = 16 so_linger = 5s } override = yield }'
same "set: the program's own before and after" '1 8 9' \
	"$(mended_sock "$rules" tcp4 set IP_TOS 8 connect $PEER:80 set SO_LINGER 9 \
		get TCP_NODELAY get IP_TOS get SO_LINGER | values)"

# A socket that is connected again keeps what the rule set.
same "connected again" '1 60 120000' "$(mended_sock "$yield" tcp4 connect $PEER:81 \
	connect $PEER:80 get SO_KEEPALIVE get TCP_KEEPIDLE get TCP_USER_TIMEOUT | values)"
