#!/bin/sh
# check: an option that stands in the wrong place is answered with its place.
. "$(dirname "$0")/../lib/system.sh"

cat >bad.conf <<-'EOF'
	idle { timeout = 5s }
	ephemeral_port = yes
	program = {"a", "b"}
	tcp_nodelay = yes
	rule "a" {
		timeout = 5s
		after = 3s
		eof { idle { timeout = 1s } }
		log = none
	}
	idel { timeout = 5s }
EOF
cat >wanted <<-'EOF'
	bad.conf:1: idle = {: belongs inside a rule
	bad.conf:2: ephemeral_port = yes: belongs inside a rule
	bad.conf:3: program = {: belongs inside a rule
	bad.conf:4: tcp_nodelay = yes: belongs inside set
	bad.conf:6: timeout = 5s: belongs inside idle
	bad.conf:7: after = 3s: belongs inside close_wait or supersede or dead
	bad.conf:8: eof.idle = {: belongs inside a rule
EOF
"$CTL" check bad.conf >said 2>&1
same "exit status" 1 $?
same "the places" "$(cat wanted)" "$(grep belongs said)"
has "an option of the top level alone" said '^bad.conf:9: log = none: no such option'
has "no option at all" said '^bad.conf:11: idel = \{: no such option'
