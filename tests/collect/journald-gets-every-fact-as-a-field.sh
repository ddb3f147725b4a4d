#!/bin/sh
# collect --journald hands each event to systemd's journal by its native
# protocol, every fact a field; a value with a newline cannot forge a field.
. "$(dirname "$0")/../lib/mounts.sh"
needs python3
export TZ=UTC
mkdir -p /run/systemd/journal
start witness "$PYTHON" "$TOP/tests/lib/witness.py" /run/systemd/journal/socket journald
soon "the witness" "$T/witness.out" listening
start collect bare "$B/sockmendctl" collect --journald --interval 50ms
"$P/journal" "$T/run" 4101 camsrv 40 1501 >/dev/null

# field N NAME: of the N-th message.
field()
{
	sed 1d "$T/witness.out" | sed -n "$1p" |
		"$PYTHON" -c 'import json, sys
print(json.load(sys.stdin).get(sys.argv[1], "(none)"))' "$2"
}

soon "both" "$T/witness.out" '1501'
for fact in MESSAGE='camsrv[4101] fd 7 idle-ended rule cameras 10.0.0.1:5000: 1501 (ECONNRESET)' \
	PRIORITY=6 SYSLOG_IDENTIFIER=sockmend SOCKMEND_EVENT=idle-ended \
	SOCKMEND_RULE=cameras SOCKMEND_PROGRAM=camsrv SOCKMEND_PID=4101 \
	SOCKMEND_FD=7 SOCKMEND_LOCAL=10.0.0.1:5000 SOCKMEND_MODE=mend \
	SOCKMEND_DETAIL=1501 ERRNO=104 SOCKMEND_UID="$(id -u)" \
	SOCKMEND_TIME=2001-01-01T00:00:01.501+00:00 'SOCKMEND_PEER=(none)'; do
	same "${fact%%=*}" "${fact#*=}" "$(field 2 "${fact%%=*}")"
done
same "no errno" '(none)' "$(field 1 ERRNO)"

"$P/journal" "$T/run" 4102 'evil
MESSAGE=forged
PRIORITY=0' event=mend-failed would 60 >/dev/null
soon "the third" "$T/witness.out" 'evil'
same "its program, newlines and all" 'evil
MESSAGE=forged
PRIORITY=0' "$(field 3 SOCKMEND_PROGRAM)"
same "what failed is a warning" 4 "$(field 3 PRIORITY)"
same "observed" observe "$(field 3 SOCKMEND_MODE)"
same "its message is one line" 1 "$(field 3 MESSAGE | wc -l)"

kill -TERM "$(pid_of collect)"
reap_within 20 collect || fail "it did not end well"
same "each once" 3 "$(sed 1d "$T/witness.out" | wc -l)"
lacks "no word" "$T/collect.err" .
