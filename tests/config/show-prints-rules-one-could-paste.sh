#!/bin/sh
# show: the effective rules with the place of each value, defaults spelt out;
# what it prints means the same when it is read again.
. "$(dirname "$0")/../lib/system.sh"

cat >some.conf <<-'END'
	mode = observe
	rule "quotes \" and \\ too" {
		program = {"srv", "/opt/\"x\"/*", 'it\'s'}
		direction = accept
		local = "*:80-90"
		peer = {"10.0.0.0/8", "[2001:db8::]/32:1"}
		reuse_address = no
		idle { timeout = 90s }
	}

	rule "all" {
		mode = observe
		keepalive { idle = 90 }
		close_wait { after = 1500ms  reclaim = yes }
		eof { }
		errors = eof
		supersede { after = 3 }
		set { tcp_congestion = "bbr" so_linger = 0 tcp_syncnt = 3 tcp_nodelay = on
			so_bindtodevice = 'veth@x' so_sndtimeo = 90s }
		self_connect = refuse
		connect_timeout = 10s
		dead { after = 1m }
		override = yield
	}
END
# values FILE: what is shown, without where it is from
values()
{
	sed 's/ *# [a-z.0-9:]*$//' "$1"
}

"$CTL" show -c some.conf >shown.conf || fail "show"
values shown.conf >values
for line in 'mode = observe' 'log = none' \
	'	direction = accept' '	local = \{"\*:80-90"\}' \
	'	peer = \{"10.0.0.0/8", "\[2001:db8::\]/32:1"\}' \
	'		timeout = 90s' '		action = eof' \
	'	mode = observe' '		user_timeout = off' '		ack_timeout = off' '		after = 1500ms' \
	'		spin_limit = 100' '	errors = eof' '		when = same_peer' '		after = 3s' \
	'		tcp_congestion = "bbr"' '		so_linger = 0s' '		tcp_syncnt = 3' \
	'		so_bindtodevice = "veth@x"' '		so_sndtimeo = 90s' '		tcp_nodelay = yes' \
	'	self_connect = refuse' '	connect_timeout = 10s' '		action = log' '	override = yield'; do
	has "what is shown" values "^$line\$"
done
"$CTL" show -c shown.conf >shown-again.conf
values shown-again.conf | cmp - values || fail "what is read again differs"

for line in 'mode = observe  *# some.conf:1' 'log = none  *# default' \
	'# some.conf:2' '# some.conf:11' '	program = .*\}  *# some.conf:3' \
	'	direction = accept  *# some.conf:4' '	local = .*\}  *# some.conf:5' \
	'	peer = .*\}  *# some.conf:6' '	reuse_address = no  *# some.conf:7' \
	'		timeout = 90s  *# some.conf:8' '		action = eof  *# default' \
	'	mode = observe  *# some.conf:12' \
	'		reclaim = yes  *# some.conf:14' '		spin_limit = 100  *# default' \
	'		user_timeout = off  *# default' '		after = 3s  *# some.conf:17' \
	'		so_bindtodevice = "veth@x"  *# some.conf:19' '	override = yield  *# some.conf:23'; do
	has "where it is from" shown.conf "^$line\$"
done
echo 'include("included.conf") rule "b" { eof { answer = eof } }' >outer.conf
printf '\nlog = stderr\nrule "a" {\n errors = keep }' >included.conf
"$CTL" show -c outer.conf -r 'override = yes' >outer.out || fail "show outer.conf"
for line in 'log = stderr  *# included.conf:2' '	errors = keep  *# included.conf:4' \
	'		answer = eof  *# outer.conf:1' '	override = yes  *# -r 1:1'; do
	has "where it is from" outer.out "^$line\$"
done
name=$(printf 'x\nmode = off #.conf')
echo 'log = none' >"$name"
has "a newline ends no comment" "$("$CTL" show -c "$name" >odd.out; echo odd.out)" \
	'^log = none  *# x[?]mode = off #.conf:1$'

names()
{
	"$CTL" show -c some.conf "$@" | sed -n 's/^rule "\(.*\)" {/\1/p' | xargs -d '\n'
}
same "rules of a program" 'quotes \" and \\ too all' "$(names srv)"
same "by its path" 'quotes \" and \\ too all' "$(names /usr/sbin/srv)"
same "of another" 'all' "$(names ls)"

"$CTL" show --json -c some.conf >shown.json || fail "show --json"
"$PYTHON" - shown.json <<-'END' || fail "$(cat shown.json)"
	import json, sys
	shown = json.load(open(sys.argv[1]))
	assert shown["mode"] == "observe" and shown["log"] == "none", shown
	first, second = shown["rules"]
	assert first["name"] == 'quotes " and \\ too', first
	assert first["from"] == "some.conf:2", first
	assert first["program"] == ["srv", '/opt/"x"/*', "it's"], first
	assert first["idle"]["timeout"] == "90s", first
	assert (first["file"], first["line"]) == ("some.conf", 2), first
	assert shown["origins"] == {"mode": {"file": "some.conf", "line": 1}, "log": None}, shown
	assert first["origins"] == {"program": {"file": "some.conf", "line": 3},
		"direction": {"file": "some.conf", "line": 4}, "local": {"file": "some.conf", "line": 5},
		"peer": {"file": "some.conf", "line": 6}, "reuse_address": {"file": "some.conf", "line": 7},
		"idle.timeout": {"file": "some.conf", "line": 8}, "idle.count": None,
		"idle.action": None, "idle.escalate": None}, first
	assert second["set"] == {"so_linger": "0s", "so_sndtimeo": "90s", "tcp_nodelay": "yes",
		"so_bindtodevice": "veth@x", "tcp_congestion": "bbr", "tcp_syncnt": 3}, second
	assert second["supersede"] == {"when": "same_peer", "after": "3s"}, second
	assert second["self_connect"] == "refuse" and second["override"] == "yield", second
	assert second["eof"] == {"spin_limit": 100, "answer": "eof"}, second
END
"$CTL" show >safe.out
has "where nothing is configured" safe.out '^# built-in profile safe$'
has "its values" safe.out '^	reuse_address = yes  *# built-in profile safe$'
echo 'rule "a" { errors = eof }' >etc/sockmend/apps.d/srv.conf
"$CTL" show >apps.out
has "a program from the file's name" apps.out '^	program = \{"srv"\}  *# etc/sockmend/apps.d/srv.conf$'
has "line and all" apps.out '^	errors = eof  *# etc/sockmend/apps.d/srv.conf:1$'
