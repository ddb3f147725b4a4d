#!/bin/sh
# check, show, explain, doctor and apply -n say when the policy that programs have is
# missing or is not made from the configuration, and are silent when it is.
. "$(dirname "$0")/../lib/system.sh"

# noted REGEX|-: what each says on standard error, with status 0.
noted()
{
	for command in check show "explain accept 10.0.0.1:1 10.0.0.2:2" doctor; do
		# shellcheck disable=SC2086
		"$CTL" $command >out 2>err || fail "$command: $(cat err)"
		[ "$1" != - ] || same "$command is silent" "" "$(cat err)"
		[ "$1" = - ] || has "$command" err "etc/sockmend/policy $1"
	done
}
noted -
echo 'rule "a" { program = "x" idle { timeout = 5s } }' >etc/sockmend/sockmend.conf
noted 'is missing: .*profile safe.*sockmendctl apply'
"$CTL" doctor --json >doctor.json || fail "doctor --json"
has "doctor --json" doctor.json '"policy_note":"etc/sockmend/policy is missing'
same "apply -n" "etc/sockmend/policy: 1 rule: would be replaced" "$("$CTL" apply -n)"
[ ! -e etc/sockmend/policy ] || fail "-n wrote it"
"$CTL" apply >/dev/null || fail "apply"
noted -
"$CTL" doctor --json >doctor.json || fail "doctor --json"
has "doctor --json" doctor.json '"policy_note":null'
same "apply --dry-run" "etc/sockmend/policy: 1 rule: would not change" \
	"$("$CTL" apply --dry-run)"

echo 'rule "b" { program = "y" eof { } }' >etc/sockmend/apps.d/late.conf
noted 'is not made from this configuration: .*sockmendctl apply'
rm etc/sockmend/apps.d/late.conf
noted -
sed -i 's/5s/6s/' etc/sockmend/sockmend.conf
noted 'is not made from this configuration'
rm etc/sockmend/policy
echo 'sockmend' >etc/sockmend/policy
noted 'is not made from this configuration'

# Other rules than the system's are not compared.
for choice in '-c etc/sockmend/sockmend.conf' '-p safe' '-r eof{}'; do
	# shellcheck disable=SC2086
	"$CTL" explain $choice accept 10.0.0.1:1 10.0.0.2:2 >out 2>err || fail "$choice"
	same "explain $choice" "" "$(cat err)"
done
"$CTL" check etc/sockmend/sockmend.conf >out 2>err
same "a file that is named" "" "$(cat err)"
