#!/bin/sh
# check: one line for each file that is well, status 1 and why for others; it
# looks at all that apply would read, and changes nothing.
. "$(dirname "$0")/../lib/system.sh"

same "nothing is configured" "built-in profile safe: ok, 1 rule" \
	"$("$CTL" check)"
echo 'rule "a" { }' >etc/sockmend/apps.d/srv.conf
echo 'rule "b" { program = "b" } rule "c" { }' >etc/sockmend/sockmend.conf
same "all of it" "etc/sockmend/apps.d/srv.conf: ok, 1 rule
etc/sockmend/sockmend.conf: ok, 2 rules" "$("$CTL" check)"
[ ! -e etc/sockmend/policy ] || fail "check wrote a policy"

echo 'mode = fast' >bad.conf
: >empty.conf
"$CTL" check empty.conf bad.conf etc/sockmend/sockmend.conf \
	>check.out 2>check.err
same "exit status" 1 $?
same "those that are well" "empty.conf: ok, 0 rules
etc/sockmend/sockmend.conf: ok, 2 rules" "$(cat check.out)"
same "the one that is not" "bad.conf:1: mode = fast: want mend|observe|off" \
	"$(cat check.err)"

echo 'rule "d" {' >>etc/sockmend/apps.d/srv.conf
"$CTL" check >check.out 2>check.err
same "exit status" 1 $?
same "the other one is still well" "etc/sockmend/sockmend.conf: ok, 2 rules" "$(cat check.out)"
same "the one that is not" 'etc/sockmend/apps.d/srv.conf:2: rule = {: want a } that closes it' \
	"$(cat check.err)"
