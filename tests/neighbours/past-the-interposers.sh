#!/bin/sh
# Reads we never see, by stdio and by a library that was opened with
# RTLD_DEEPBIND, still end: the kernel's clock is asked, not our calls. What
# is closed past us is not mistaken for what comes next on its number.
. "$(dirname "$0")/../lib/net.sh"
needs cc
rules='rule "quiet" { keepalive { idle = 7s } idle { timeout = 500ms } eof { } }'

cc -shared -fPIC -w -o "$T/plugin.so" "$TOP/tests/neighbours/plugin.c" &&
	cc -w -o "$T/host" "$TOP/tests/neighbours/host.c" -ldl || fail "cc"

# host MODE PORT: serves one client by a way that does not come past us.
port=5000
for mode in stdio deepbind deepbind-close; do
	port=$((port + 1))
	start bare.$mode "$T/host" $mode $port "$T/plugin.so"
	await_listener $port
	start bare.$mode.client peer "$P/sock" tcp4 connect $HERE:$port send first stay
	port=$((port + 1))
	start $mode mended "$rules" "$T/host" $mode $port "$T/plugin.so"
	await_listener $port
	start $mode.client peer "$P/sock" tcp4 connect $HERE:$port send first stay
done
for mode in stdio deepbind; do
	reap_within 20 $mode
	has "$mode: data" "$T/$mode.out" '^read first$'
	has "$mode: the end" "$T/$mode.out" '^read nothing$'
	has "bare: data" "$T/bare.$mode.out" '^read first$'
	lacks "bare: no end" "$T/bare.$mode.out" nothing
done
same "both were ended" 2 "$(events | grep -c ' idle-ended ')"

# The first was closed by the plugin, and the next on its number talks.
soon "the next is accepted" "$T/deepbind-close.out" '^accepted the same number'
soon "and was not ended" "$T/deepbind-close.out" '^the next is as it was$'
