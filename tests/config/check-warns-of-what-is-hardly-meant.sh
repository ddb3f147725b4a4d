#!/bin/sh
# check and apply warn, with status 0, of rules that can never match and of
# mends that endanger a program; of nothing in a configuration that is sound.
. "$(dirname "$0")/../lib/system.sh"

# warns CONFIGURATION WARNING…: these lines, in this order, and no more.
warns()
{
	printf '%s\n' "$1" >warn.conf
	shift
	"$CTL" check warn.conf >warn.out 2>warn.err ||
		fail "check: $(cat warn.conf warn.err)"
	has "it is ok all the same" warn.out '^warn.conf: ok, [0-9]+ rules?$'
	sed 's/^warn.conf:\([0-9]*\): warning: rule/\1/; s/: it .*//
		s/: \(a client\|the servers\|every close\|in every\|no effect\|the address\).*//' warn.err >warn.short
	same "warnings of: $(cat warn.conf)" "$(printf '%s\n' "$@")" "$(cat warn.short)"
}

shadowed()
{
	warns "rule \"a\" { $1 }
rule \"b\" { $2 }" '2 "b" can never match: rule "a" at warn.conf:1 matches first'
}

# Not shadowed in the order given.
free()
{
	warns "rule \"a\" { $1 }
rule \"b\" { $2 }" ''
}

shadowed '' ''
shadowed 'program = "*"' 'program = {"x", "/opt/*"}'
shadowed 'program = {"a*", "/o/*"}' 'program = {"ab", "/o/p"}'
free 'program = "a*"' 'program = {"ab", "b"}'
free 'program = "a*"' 'program = "/a"'
free 'program = "a*"' 'program = "a?"'
shadowed 'program = "a*"' 'program = "a*"'
free 'program = "x"' ''
shadowed 'direction = accept' 'direction = accept'
free 'direction = accept' ''
free 'direction = accept' 'direction = connect'
shadowed 'peer = "10.0.0.0/8"' 'peer = {"10.1.0.0/16:80", "10.2.3.4"}'
free 'peer = "10.0.0.0/8"' 'peer = {"10.1.0.0/16:80", "11.0.0.0/8"}'
free 'peer = "10.1.0.0/16"' 'peer = "10.0.0.0/8"'
free 'peer = "10.0.0.0/8:80"' 'peer = "10.0.0.1"'
shadowed 'peer = "*:1-99"' 'peer = "[::1]:80-90"'
free 'peer = "0.0.0.0/0"' 'peer = "[::1]"'
free 'peer = "[::]/0"' 'peer = "10.0.0.1"'
shadowed 'local = "*"' ''
free 'local = "0.0.0.0/0"' ''

warns 'rule "a" { idle { timeout = 5m } }' '1 "a": idle.timeout = 5m'
warns 'rule "a" { idle { timeout = off } }' ''
warns 'rule "a" { idle { timeout = 5m action = log } }' ''
warns 'rule "a" { program = "p" idle { timeout = 5m } }' ''
warns 'mode = observe rule "a" { idle { timeout = 5m } }' ''
warns 'rule "a" {
	eof { answer = reset }
	supersede { when = any }
	close_wait { after = 60 reclaim = yes half_close = ignore }
	ephemeral_port = yes
	set { so_linger = 0 }
}' '2 "a": eof.answer = reset' '3 "a": supersede.when = any' \
	'4 "a": close_wait.half_close = ignore' '4 "a": close_wait.reclaim = yes' \
	'5 "a": ephemeral_port = yes' '6 "a": set.so_linger = 0s'
warns 'rule "a" { program = "term" ephemeral_port = yes }' ''
warns 'rule "a" { program = "term" ephemeral_port = yes local = "*:512-1023" }' \
	'1 "a": ephemeral_port = yes'
for program in rsh '/usr/bin/rlogin' '/sbin/mount.nf*'; do
	warns "rule \"a\" { program = \"$program\" ephemeral_port = yes }" \
		'1 "a": ephemeral_port = yes'
done
warns 'rule "a" { keepalive { idle = 10 interval = 5 probes = 3 user_timeout = 20s } }' \
	'1 "a": keepalive.user_timeout = 20s' '1 "a": keepalive.user_timeout = 20s'
# It bounds a connect() too.
for timeout in 25s auto; do
	warns "rule \"a\" { keepalive { idle = 10 interval = 5 probes = 3 user_timeout = $timeout } }" \
		"1 \"a\": keepalive.user_timeout = $timeout"
	has "what it bounds" warn.err 'it also ends a connect\(\) after 25s'
	warns "rule \"a\" { direction = accept
		keepalive { idle = 10 interval = 5 probes = 3 user_timeout = $timeout } }" ''
done
warns 'rule "a" { keepalive { idle = 10 user_timeout = auto } }' ''
warns 'rule "a" { keepalive { idle = 10 interval = 5 probes = 3 ack_timeout = 9s } }' ''
warns 'rule "a" { keepalive { user_timeout = 3m } connect_timeout = 2m }' ''
warns 'rule "a" { set { tcp_user_timeout = 9s } }' '1 "a": set.tcp_user_timeout = 9s'
warns 'rule "a" { connect_timeout = 127s }' '1 "a": connect_timeout = 127s'
warns 'rule "a" { connect_timeout = 15s set { tcp_syncnt = 3 } }' '1 "a": connect_timeout = 15s'

# Options that have no effect in the direction of their rule.
warns 'rule "a" { direction = accept ephemeral_port = yes self_connect = refuse
	connect_timeout = 5s set { tcp_syncnt = 9 tcp_nodelay = yes } }' \
	'1 "a": ephemeral_port = yes' '1 "a": self_connect = refuse' \
	'2 "a": connect_timeout = 5s' '2 "a": set.tcp_syncnt = 9'
warns 'rule "a" { direction = connect reuse_address = yes supersede { }
	set { tcp_defer_accept = 5s } }' '1 "a": reuse_address = yes' \
	'2 "a": set.tcp_defer_accept = 5s'
warns 'rule "a" { direction = connect reuse_address = no
	supersede { when = same_peer } }' '2 "a": supersede.when = same_peer'
warns 'rule "a" { direction = accept ephemeral_port = no self_connect = allow
	connect_timeout = off }' ''

warns 'rule "a" { program = "p" set { so_linger = 0s } }' '1 "a": set.so_linger = 0s'
warns 'rule "a" { program = "p" set { so_linger = 1s } }' ''
warns 'rule "a" { mode = observe set { so_linger = 0s } idle { timeout = 1m } }' ''
warns 'rule "a" { local = "10.0.0.0/8:80"
	peer = {"10.1.2.0/24", "10.1.2.3/24:80"} }' '2 "a": 10.1.2.3/24:80'
warns 'rule "a" { peer = {"[2001:db8::1]/32", "[::1]", "*:80", "10.1.2.3/32"} }' \
	'1 "a": [2001:db8::1]/32'

for sound in "$TOP"/conf/sockmend.conf "$TOP"/conf/profiles/safe.conf \
	"$TOP"/conf/profiles/observe.conf "$TOP"/conf/profiles/silent-nat.conf \
	"$TOP"/examples/*.conf; do
	same "of $sound" '' "$("$CTL" check "$sound" 2>&1 >sound.out)"
done

# apply says so too, and does it; the wrapper's compile says nothing.
echo 'rule "a" { idle { timeout = 5m } }' >etc/sockmend/sockmend.conf
"$CTL" apply >apply.out 2>apply.err || fail "apply"
has "apply warns" apply.err '^etc/sockmend/sockmend.conf:1: warning: rule "a": idle.timeout = 5m: it ends'
[ -s etc/sockmend/policy ] || fail "no policy"
same "compile is silent" '' "$("$CTL" compile 2>&1 >policy)"
