#!/bin/sh
# systemd takes the unit file as make install puts it; it names a command line
# that the tool takes; removing sockmend removes it.
. "$(dirname "$0")/../lib/test.sh"
needs systemd-analyze
unit=lib/systemd/system/sockmend-collect.service
prefix=$T/usr

make -s -C "$TOP" B="$B" PREFIX="$prefix" CONFDIR="$T/etc" install >"$T/make" 2>&1 ||
	fail "make install: $(cat "$T/make")"
[ -f "$prefix/$unit" ] || fail "no unit file"
lacks "its places are filled in" "$prefix/$unit" '@[A-Z]+@'
SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no --recursive-errors=no \
	"$prefix/$unit" >"$T/verify" 2>&1
status=$?
grep -q 'Failed to \(initialize\|create\|setup\|connect\)' "$T/verify" &&
	skip "systemd-analyze cannot verify here: $(head -n 1 "$T/verify")"
same "verified: $(cat "$T/verify")" 0 "$status"
lacks "no word on it" "$T/verify" sockmend-collect
systemd-analyze security --offline=yes "$prefix/$unit" >"$T/security" 2>&1 &&
	number "$(grep -o 'Overall exposure.*' "$T/security" | tr -cd '[:print:]')"

# The command line in it, with a file for the journal that is not there.
command=$(sed -n 's/^ExecStart=//p' "$prefix/$unit")
same "the command" "$prefix/bin/sockmendctl collect --journald" "$command"
# shellcheck disable=SC2086
start collect bare $command --interval 50ms
wait_until 20 test -e "$T/run/collect.ledger.lock" || fail "it did not start"
running collect || fail "it ended: $(cat "$T/collect.err")"
stop collect

make -s -C "$TOP" B="$B" PREFIX="$prefix" CONFDIR="$T/etc" uninstall
[ ! -e "$prefix/$unit" ] || fail "the unit file is left"
