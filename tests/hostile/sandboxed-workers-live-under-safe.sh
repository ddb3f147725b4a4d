#!/bin/sh
# Under the profile safe a worker in seccomp's strict mode, or under a list
# that kills at any call but read, write, close and exit, reads its end of file
# as bare: made by fork(), by a clone(2) past libc, or sharing our memory.
. "$(dirname "$0")/../lib/alone.sh"
. "$(dirname "$0")/../lib/test.sh"
safe=$(cat "$TOP/conf/profiles/safe.conf")

for how in fork clone vfork; do
	for sandbox in strict filter; do
		bare timeout $((60 * PATIENCE)) "$P/sandbox" $how $sandbox \
			>"$T/bare.out" 2>&1 || fail "bare: $how, $sandbox"
		same "bare: $how, $sandbox" 3 \
			"$(grep -c '^exit 0, the client got 7 bytes$' "$T/bare.out")"
		mended "$safe" timeout $((60 * PATIENCE)) "$P/sandbox" \
			$how $sandbox >"$T/safe.out" 2>&1
		same "safe: $how, $sandbox" "$(cat "$T/bare.out")" \
			"$(cat "$T/safe.out")"
	done
done
