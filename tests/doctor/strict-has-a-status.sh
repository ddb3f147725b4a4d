#!/bin/sh
# Findings are no error, unless --strict asks whether there is a warning. JSON
# has every member for every finding.
. "$(dirname "$0")/../lib/doctor.sh"
needs_own_net "changes settings of the kernel"
sysctl -qw net.ipv4.tcp_abort_on_overflow=1
"$B/sockmendctl" doctor >/dev/null || fail "status $? with a warning"
"$B/sockmendctl" doctor --strict >/dev/null && fail "--strict: 0 with a warning"
same "--strict" 1 $?
sysctl -qw net.ipv4.tcp_abort_on_overflow=0
doctor --strict
lacks "no warning" "$T/found" '^warning'
"$PYTHON" - "$T/doctor.json" <<'END' || fail "members"
import json, sys
answer = json.load(open(sys.argv[1]))
assert answer["programs"] is None, answer["programs"]
for f in answer["findings"]:
    assert list(f) == ["severity", "story", "title", "subject", "value",
                       "meaning", "proof", "hint", "rule", "risk", "sysctl"], f
    assert f["severity"] in ("ok", "note", "warning", "unknown"), f
    assert all(isinstance(v, str) for v in f.values()), f
    assert f["meaning"] and f["subject"] and f["story"] and f["title"], f
END
