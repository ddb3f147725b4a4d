#!/bin/sh
# What doctor advises to put into a rule, check accepts.
. "$(dirname "$0")/../lib/doctor.sh"
doctor
"$PYTHON" -c 'import json, sys
print("\n".join({f["rule"].removeprefix("# ") for f in json.load(sys.stdin)["findings"]} - {""}))' \
	<"$T/doctor.json" >"$T/rules"
between "rules" 5 50 "$(wc -l <"$T/rules")"
while read -r rule; do
	printf 'rule "r" { program = "p" %s }\n' "$rule" >"$T/rule.conf"
	"$B/sockmendctl" check "$T/rule.conf" >"$T/check.out" 2>&1 ||
		fail "$rule: $(cat "$T/check.out")"
done <"$T/rules"
