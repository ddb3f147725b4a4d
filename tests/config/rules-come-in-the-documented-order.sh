#!/bin/sh
# -r, then apps.d by name, then sockmend.conf; -c and -p stand for both.
. "$(dirname "$0")/../lib/system.sh"

same "nothing is configured: safe" safe "$(rules)"
same "-r comes before safe" "-r%201 safe" "$(rules -r 'eof { }')"
same "the built-in safe is the profile" "$("$CTL" compile -p safe)" \
	"$("$CTL" compile)"

cd etc/sockmend || exit 1
echo 'rule "own" { }  rule "other" { program = {"other"} }' >apps.d/zsrv.conf
echo 'rule "ten" { }' >apps.d/10.conf
echo 'broken {' >apps.d/old.conf~
echo 'broken {' >apps.d/.hidden.conf
echo 'broken {' >apps.d/.conf
cd "$T" || exit 1
same "apps.d alone" "ten own other" "$(rules)"
echo 'rule "all" { }' >etc/sockmend/sockmend.conf
same "the order" "-r%201 -r%202 ten own other all" \
	"$(rules -r 'eof { }' -r 'errors = keep')"
"$CTL" compile >policy.out
has "a rule of apps.d means its program" policy.out \
	'^rule name=own program=zsrv$'
has "unless it says so" policy.out '^rule name=other program=other$'
has "as a rule of sockmend.conf does not" policy.out '^rule name=all$'

echo 'rule "alone" { }' >alone.conf
same "-c and nothing else" "-r%201 alone" "$(rules -c alone.conf -r 'eof { }')"
same "-p and nothing else" safe "$(rules -p safe)"

says 'etc/sockmend/sockmend.conf:1: rule = "own": want a name of its own: etc/sockmend/apps.d/zsrv.conf:1 has this one' \
	sh -c 'echo "rule \"own\" { }" >etc/sockmend/sockmend.conf
		exec "$0" compile' "$CTL"
echo >etc/sockmend/sockmend.conf
printf 'rule "a" { }\nmode = off' >etc/sockmend/apps.d/zz.conf
says 'etc/sockmend/apps.d/zz.conf:2: mode = off: want it in sockmend.conf: it is for all programs' \
	"$CTL" compile
