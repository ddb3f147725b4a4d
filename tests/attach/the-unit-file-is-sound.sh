#!/bin/sh
# systemd takes the example unit for a service, its command line is one the
# tool takes, and with the powers it leaves to root attach still does its work.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/attach.sh"
needs systemd-analyze setpriv
mkdir "$T/units"
unit=$T/units/sockmend-attach@camsrv.service
cp "$TOP/examples/attach/sockmend-attach@.service" "$T/units/sockmend-attach@.service"
sed -i "s|/usr/local/bin/sockmendctl|$B/sockmendctl|" "$T/units/sockmend-attach@.service"
ln -s sockmend-attach@.service "$unit"
printf '%s\n' '[Service]' 'ExecStart=/bin/true' >"$T/units/camsrv.service"
SYSTEMD_LOG_LEVEL=warning SYSTEMD_UNIT_PATH="$T/units:" systemd-analyze verify --man=no \
	--recursive-errors=no "$unit" >"$T/verify" 2>&1
status=$?
grep -q 'Failed to \(initialize\|create\|setup\|connect\)' "$T/verify" &&
	skip "systemd-analyze cannot verify here: $(head -n 1 "$T/verify")"
same "verified: $(cat "$T/verify")" 0 "$status"
lacks "no word on it" "$T/verify" sockmend-attach

# What it says to the shell, with the service's number as systemctl tells it.
start server sock tcp4 bind $HERE:5000 listen 5 accept touch "$T/accepted" recv 64 close stay
await_listener 5000
start client peer "$P/sock" tcp4 connect $HERE:5000 stay
wait_until 20 test -e "$T/accepted" || fail "not accepted"
mkdir "$T/bin"
printf '#!/bin/sh\necho "$*" >&2\necho %s\n' "$(pid_of server)" >"$T/bin/systemctl"
chmod +x "$T/bin/systemctl"
sed -n "s/^ExecStart=\/bin\/sh -c '\(.*\)'\$/\1/p" "$unit" |
	sed 's/\$\$/$/g; s/%i/camsrv/g; s|attach --watch|attach --watch -r "idle { timeout = 500ms } set { so_mark = 7 }"|' >"$T/command"
has "a command" "$T/command" '^exec .*sockmendctl attach --watch'
powers=$(sed -n 's/^CapabilityBoundingSet=//p' "$unit" |
	sed 's/CAP_/+/g; s/ /,/g' | tr A-Z a-z)
PATH=$T/bin:$PATH start attach setpriv --no-new-privs --inh-caps=-all \
	--bounding-set="-all,$powers" sh "$T/command"
event "it does its work" 'fd 4 idle-ended rule -r 1'
soon "which the program reads" "$T/server.out" 'recv 64 = 0'
event "so_mark as well" 'options-set rule -r 1 .*SO_MARK=7'
has "of that service" "$T/attach.err" '^show --property MainPID --value camsrv.service$'
has "without more powers" "/proc/$(pid_of attach)/status" '^CapEff:	0000000000281000$'
