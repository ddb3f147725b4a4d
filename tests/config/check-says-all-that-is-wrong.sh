#!/bin/sh
# check: every problem of a file in one run, by line, and how many there are;
# what is wrong in one statement hides nothing in the next.
. "$(dirname "$0")/../lib/system.sh"

cat >bad.conf <<-'EOF'
	mode = fast
	lgo = none
	log = none
	log = stderr
	rule "cameras" {
		program = {"camsrv"
		direction = accept
		idle { timeout = 5ms action = maybe
			foo { bar = 1 baz = {1,2} }
			count = sent
		}
		peer = {"10.0.0.0/33", *:6379, "10.0.0.1:0" "10.2.0.0/16"}
		keepalive idle = 5s
		eof { spin_limit = 0 answer = }
	}
	rule { keepalive { idle = 5ms } }
	rule "open {
		close_wait { reclaim = yes }
	}
	rule "cameras" { supersede { wen = any } }
	}
	include("more.conf")
	rule "never closed" {
		idle { timeout = 3
	rule "last" {
		direction = in
		set { so_linger = off tcp_congestion = "a b" }
	}
	/* a comment
	rule "unread" { }
EOF
printf 'rule "m" { override = maybe }\nrule "cameras" { }\n' >more.conf
cat >wanted <<-'EOF'
	bad.conf:1: mode = fast: want mend|observe|off
	bad.conf:2: lgo = none: no such option: want one of mode, log, include, rule
	bad.conf:4: log = stderr: want it once: line 3 has it already
	bad.conf:7: program = direction: want ',' or '}'
	bad.conf:8: idle.timeout = 5ms: want 10ms-30d or off
	bad.conf:8: idle.action = maybe: want eof|reset|log
	bad.conf:9: idle.foo = {: no such option: want one of timeout, count, action, escalate
	bad.conf:12: peer = 10.0.0.0/33: want a prefix length of 0-32
	bad.conf:12: peer = *:6379: want quotes around it
	bad.conf:12: peer = 10.0.0.1:0: want a port of 1-65535
	bad.conf:12: peer = "10.2.0.0/16": want ',' or '}'
	bad.conf:13: keepalive = idle: want keepalive { ... }
	bad.conf:14: eof.spin_limit = 0: want 1-65535
	bad.conf:14: eof.answer = }: want eof|reset
	bad.conf:16: rule = {: want rule "NAME" { ... }
	bad.conf:16: keepalive.idle = 5ms: want whole seconds, 1s-32767s or off
	bad.conf:17: rule = "open {: want a closing quote in the same line
	bad.conf:18: close_wait = { }: want after = 10ms-30d or off
	bad.conf:20: supersede.wen = any: no such option: want one of when, after
	bad.conf:20: rule = "cameras": want a name of its own: bad.conf:5 has this one
	bad.conf:21: }: want none: nothing is open
	bad.conf:24: idle = {: want a } that closes it before line 25
	bad.conf:26: direction = in: want any|accept|connect
	bad.conf:27: set.so_linger = off: want whole seconds, 0s-65535s
	bad.conf:27: set.tcp_congestion = a b: want 1-15 letters, digits and ._:@-
	bad.conf:29: /*: the comment is never closed: want */; nothing from here on was read
	more.conf:1: override = maybe: want no|yes|yield
	more.conf:2: rule = "cameras": want a name of its own: bad.conf:5 has this one
	bad.conf: 28 problems
EOF
"$CTL" check bad.conf >check.out 2>check.err
same "exit status" 1 $?
same "what is wrong" "$(cat wanted)" "$(cat check.err)"
lacks "nothing is well" check.out .

# The wrapper's `compile` says one of them.
says 'bad.conf:29: /*: the comment is never closed: want */' "$CTL" compile -c bad.conf

# All that apply would read, and no policy.
cp bad.conf etc/sockmend/apps.d/a.conf
echo 'mode = off' >etc/sockmend/apps.d/b.conf
echo 'rule "c" { idle { } eof { answer = 1 } }' >etc/sockmend/sockmend.conf
for command in check apply; do
	"$CTL" $command >all.out 2>all.err
	same "exit status of $command" 1 $?
	has "$command: the first file" all.err '^etc/sockmend/apps.d/a.conf:1: mode = fast'
	has "$command: the second" all.err '^etc/sockmend/apps.d/b.conf:1: mode = off: want it in sockmend.conf'
	has "$command: the last" all.err '^etc/sockmend/sockmend.conf:1: idle = \{ \}: want timeout'
	has "$command: both of its problems" all.err '^etc/sockmend/sockmend.conf:1: eof.answer = 1: want eof\|reset'
	has "$command: how many" all.err '^31 problems$'
done
[ ! -e etc/sockmend/policy ] || fail "a policy was written"

# As many problems as a file can hold: said, counted, soon over.
"$PYTHON" -c 'print("rule a {\n" + "x = 1\n" * 10900)' >many.conf
timeout $((20 * PATIENCE)) "$CTL" check many.conf 2>many.err
same "exit status of many" 1 $?
has "the last line" many.err '^many.conf: 10901 problems, the first 1000 of which were shown$'
same "lines" 1001 "$(wc -l <many.err)"
