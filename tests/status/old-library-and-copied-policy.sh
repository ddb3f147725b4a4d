#!/bin/sh
# status names a process whose library was replaced since it was started, and
# one whose rules are a copy that enable made.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/status.sh"
mkdir -p "$T/lib" "$T/sockmend/units"
cp "$B/libsockmend.so" "$T/lib"
cp "$(policy 'rule "r" { eof { } }')" "$T/sockmend/units/gpsd.service.policy"

start gpsd bare env LD_PRELOAD="$T/lib/libsockmend.so" \
	SOCKMEND_POLICY="$T/sockmend/units/gpsd.service.policy" \
	"$P/sock" tcp4 bind $HERE:2947 listen 5 stay
await_listener 2947
status "$(pid_of gpsd)"
has "the copy" "$T/status.err" "gpsd.service.policy: changes of the configuration do not"
lacks "the library is in place" "$T/status.err" 'library'
cp "$B/libsockmend.so" "$T/lib/new" && mv "$T/lib/new" "$T/lib/libsockmend.so"
status "$(pid_of gpsd)"
has "the library" "$T/status.err" "\\[$(pid_of gpsd)\\]: runs a library that was replaced"
cell "it is still shown" RULE r "$HERE:2947"
