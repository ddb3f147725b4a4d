#!/bin/sh
# explain: the rule that governs with what it does, and of each earlier one the
# first thing that does not match; what is not known may match.
. "$(dirname "$0")/../lib/system.sh"

cat >site.conf <<-'EOF'
	rule "terminal" { program = {"term"} direction = connect ephemeral_port = yes }
	rule "gauges" {
		program = {"gauged", "cam*"}
		direction = accept
		peer = {"192.168.7.0/24"}
	}
	rule "out" { direction = connect }
	rule "v6" { local = {"[2001:db8::]/32"} }
	rule "cameras" {
		program = "cam*"
		local = "10.9.0.0/16:5000"
		idle { timeout = 30s }
		ephemeral_port = yes
	}
	rule "rest" { }
EOF

# explained WANTED OPTION…
explained()
{
	wanted=$1
	shift
	"$CTL" explain -c site.conf "$@" >explained || fail "explain $*"
	same "explain $*" "$wanted" "$(grep -v '^ ' explained | sed 's/^site.conf://')"
}

terminal='1: rule "terminal" does not match: program = {"term"}, asked camsrv'
out='7: rule "out" does not match: direction = connect, asked accept'
v6='8: rule "v6" does not match: local = {"[2001:db8::]/32"}, asked 10.9.0.1:5000'
explained "$terminal
2: rule \"gauges\" does not match: peer = {\"192.168.7.0/24\"}, asked 10.8.0.2:1025
$out
$v6
9: rule \"cameras\" governs it:" -P camsrv accept 10.9.0.1:5000 10.8.0.2:1025
has "what it does" explained '^  idle\.timeout = 30s  +the silence that ends'
has "what it means by default" explained '^  idle\.action = eof  '
has "what it does not" explained '^  ephemeral_port = yes  +nothing here: it is for connect'
explained "$terminal
2: rule \"gauges\" governs it:" -P camsrv accept 10.9.0.1:5000 192.168.7.1:99
has "a rule that does nothing" explained '^  it changes nothing$'
explained '1: rule "terminal" governs it:' -P /usr/bin/term connect - 10.0.0.1:80
has "the other direction" explained '^  ephemeral_port = yes  +connect from a port'

# What is not known.
explained "$terminal
2: rule \"gauges\" may match: peer = {\"192.168.7.0/24\"}, and the peer is not known
$out
8: rule \"v6\" may match: local = {\"[2001:db8::]/32\"}, and the local is not known
9: rule \"cameras\" may match: local = {\"10.9.0.0/16:5000\"}, and the local is not known
15: rule \"rest\" governs it, unless one above does:" -P camsrv accept '*' -
explained "1: rule \"terminal\" does not match: direction = connect, asked accept
2: rule \"gauges\" may match: program = {\"gauged\", \"cam*\"}, and the program is not known
$out
$v6
9: rule \"cameras\" may match: program = {\"cam*\"}, and the program is not known
15: rule \"rest\" governs it, unless one above does:" accept 10.9.0.1:5000 192.168.7.1
explained "$terminal
2: rule \"gauges\" may match: peer = {\"192.168.7.0/24\"}, and the peer is not known
$out
8: rule \"v6\" does not match: local = {\"[2001:db8::]/32\"}, asked 0.0.0.0:5000
9: rule \"cameras\" may match: local = {\"10.9.0.0/16:5000\"}, asked 0.0.0.0:5000
15: rule \"rest\" governs it, unless one above does:" -P camsrv accept 0.0.0.0:5000 '*'

# Nobody, and nothing.
printf 'mode = observe\nrule "a" { program = "x" errors = eof }\n' >one.conf
same "no rule" 'one.conf:2: rule "a" does not match: program = {"x"}, asked y
no rule matches: it is left alone' "$("$CTL" explain -c one.conf -P y accept '*' '*')"
"$CTL" explain -c one.conf -P x accept '*' '*' >observed
has "observed" observed '^  mode = observe: all this is recorded and not done$'
same "no rule is sure" 'one.conf:2: rule "a" may match: program = {"x"}, and the program is not known
no other rule matches: else it is left alone' "$("$CTL" explain -c one.conf accept '*' '*')"
"$CTL" explain -r 'peer = "10.0.0.1"' --profile silent-nat connect '*' '[::1]:80' >rule
has "a rule of the command line" rule '^-r 1:1: rule "-r 1" does not match: peer = .*, asked \[::1\]:80$'
has "a profile" rule 'silent-nat.conf:[0-9]+: rule "through-nat" governs it:'
"$CTL" explain accept '*' '*' >system
has "nothing configured" system '^built-in profile safe: rule "safe" governs it:$'

# Programs and titles are no place for control bytes.
printf 'rule "\303\244" { program = "a\303\244*" }\n' >odd.conf
"$CTL" explain -c odd.conf -P x accept '*' '*' >odd
LC_ALL=C grep -q '[^[:print:]]' odd && fail "bytes got through"

for bad in 'in * *' 'any * *' 'accept *:80 *' 'accept 10.0.0.0/8 *' \
	'accept * 10.0.0.1:0' 'accept * host' 'accept * 10.0.0.1:1-2' 'accept *' \
	'accept * * *' '-P a -P b accept * *' '--profile safe -c x accept * *'; do
	set -f
	# shellcheck disable=SC2086
	"$CTL" explain $bad >bad.out 2>bad.err
	same "status of explain $bad" 2 $?
	has "explain $bad" bad.err 'want|^usage'
	lacks "stdout of explain $bad" bad.out .
	set +f
done
says 'nowhere: want a readable file: No such file or directory' \
	"$CTL" explain -c nowhere accept '*' '*'

"$CTL" explain --json -c site.conf -P camsrv accept 10.9.0.1:5000 - >explained.json ||
	fail "--json"
"$PYTHON" - explained.json <<-'EOF' || fail "$(cat explained.json)"
	import json, sys
	e = json.load(open(sys.argv[1]))
	assert (e["program"], e["direction"], e["local"], e["peer"]) == (
		"camsrv", "accept", "10.9.0.1:5000", None), e
	rules = e["rules"]
	assert [r["match"] for r in rules] == ["no", "maybe", "no", "no", "yes"], e
	assert rules[0] == {"name": "terminal", "file": "site.conf", "line": 1, "match": "no",
		"part": "program", "wants": '{"term"}', "asked": "camsrv"}, e
	assert rules[1]["part"] == "peer" and rules[1]["asked"] is None, e
	assert e["sure"] is False and e["governs"]["name"] == "cameras", e
	assert e["governs"]["idle"]["timeout"] == "30s", e
EOF
