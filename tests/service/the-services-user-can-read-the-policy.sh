#!/bin/sh
# Whatever umask enable is run with, the service's user can read the policy and
# pass the directories above it. Where an existing directory is closed, enable
# says so and writes nothing.
. "$(dirname "$0")/../lib/service.sh"
rmdir "$R/etc/sockmend"
unit gpsd User=nobody
unit upsd DynamicUser=yes
unit ser2net

# modes UMASK UNIT: of all that enable made for it.
modes()
{
	(umask "$1" && ctl enable -y --force -r 'eof { }' "$2" >"$T/enable.out" 2>&1) ||
		fail "enable: $(cat "$T/enable.out")"
	(cd "$R" && stat -c '%n %a' etc/sockmend etc/sockmend/units \
		"etc/sockmend/units/$2.service.policy" \
		"etc/systemd/system/$2.service.d") >"$T/modes"
	ctl disable --force "$2" >/dev/null || fail "disable"
}
for mask in 022 027 077 0177 0777; do
	for service in gpsd upsd ser2net; do
		modes $mask $service
		same "umask $mask, $service" "755 755 644 755" \
			"$(sed 's/.* //' "$T/modes" | xargs)"
	done
done

# A closed directory that was there before.
closed()
{
	ctl enable -y -r 'eof { }' "$1" >"$T/enable.out" 2>"$T/enable.err"
	grep -q 'cannot read the policy' "$T/enable.err"
}
mkdir -p "$R/etc/sockmend/units"
for mode in 700 750 754; do
	chmod $mode "$R/etc/sockmend/units"
	closed gpsd || fail "a directory of mode $mode is not noticed"
	has "which one" "$T/enable.err" 'no access to /etc/sockmend/units; chmod o\+x'
	[ ! -e "$R/etc/sockmend/units/gpsd.service.policy" ] || fail "it is written"
	! closed ser2net || fail "root may pass mode $mode"
	ctl disable --force ser2net >/dev/null
done
chmod 755 "$R/etc/sockmend/units"
! closed gpsd || fail "mode 755 is refused"
ctl disable --force gpsd >/dev/null

# The system's own policy is used where none is given.
echo 'sockmend 1' >"$R/etc/sockmend/policy"
chmod 600 "$R/etc/sockmend/policy"
ctl enable -y gpsd >"$T/enable.out" 2>"$T/enable.err"
has "the system's policy" "$T/enable.err" \
	'cannot read the policy, /etc/sockmend/policy: .*chmod o\+r'
