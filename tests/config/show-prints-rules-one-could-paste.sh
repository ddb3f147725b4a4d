#!/bin/sh
# show: the effective rules with the place of each, defaults spelt out; what
# it prints means the same when it is read again.
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
		keepalive { idle = 90 }
		close_wait { after = 1500ms  reclaim = yes }
		eof { }
		errors = eof
		supersede { after = 3 }
		set { tcp_congestion = "bbr" so_linger = 0 tcp_syncnt = 3 tcp_nodelay = on
			so_bindtodevice = 'veth@x' so_sndtimeo = 90s }
		self_connect = refuse
		override = no
	}
END
"$CTL" show -c some.conf >shown.conf || fail "show"
for line in 'mode = observe' 'log = none' '# some.conf:2' '# some.conf:11' \
	'	direction = accept' '	local = \{"\*:80-90"\}' \
	'	peer = \{"10.0.0.0/8", "\[2001:db8::\]/32:1"\}' \
	'		timeout = 90s' '		action = eof' \
	'		user_timeout = auto' '		after = 1500ms' \
	'		spin_limit = 100' '	errors = eof' '		when = same_peer' '		after = 3s' \
	'		tcp_congestion = "bbr"' '		so_linger = 0s' '		tcp_syncnt = 3' \
	'		so_bindtodevice = "veth@x"' '		so_sndtimeo = 90s' '		tcp_nodelay = yes' \
	'	self_connect = refuse' '	override = no'; do
	has "what is shown" shown.conf "^$line\$"
done
"$CTL" show -c shown.conf | grep -v '^#' >again
grep -v '^#' shown.conf | cmp - again || fail "what is read again differs"

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
	assert second["set"] == {"so_linger": "0s", "so_sndtimeo": "90s", "tcp_nodelay": "yes",
		"so_bindtodevice": "veth@x", "tcp_congestion": "bbr", "tcp_syncnt": 3}, second
	assert second["supersede"] == {"when": "same_peer", "after": "3s"}, second
	assert second["self_connect"] == "refuse" and second["override"] == "no", second
	assert second["eof"] == {"spin_limit": 100, "answer": "eof"}, second
END
"$CTL" show >safe.out
has "where nothing is configured" safe.out '^# built-in profile safe$'
