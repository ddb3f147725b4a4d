#!/bin/sh
# Listeners, connections still being made, those of other rules, and the next
# connection on the same descriptor number are not ended.
. "$(dirname "$0")/../lib/net.sh"
rules="rule \"not him\" { peer = {\"$LO\"} errors = keep }
rule \"quiet\" { idle { timeout = $(after 400)ms } }"

start server mended_sock "$rules" tcp4 bind $ANY:5000 listen 5 \
	accept recv 64 close use 0 accept recv 64 stay
await_listener 5000
start other mended_sock "$rules" tcp4 bind $LO:5001 listen 5 accept recv 64 stay
await_listener 5001
start other.client sock tcp4 bind $LO:0 connect $LO:5001 await "$T/late" send hello stay
soon "the other is connected" "$T/other.out" '^accept'
pause 1500 # longer than the listener may be silent

# Ended by its peer just before its deadline; the next one takes its number.
start client peer "$P/sock" tcp4 connect $HERE:5000 sleep $(after 300) close
start next peer "$P/sock" tcp4 connect $HERE:5000 sleep $(after 350) stamp send hello stay
soon "the next one is heard" "$T/server.out" '^recv 64 "hello" = 5'
same "the same number" 2 "$(grep -c '^accept = 4' "$T/server.out")"
touch "$T/late"
soon "another rule: not ended" "$T/other.out" '^recv 64 "hello" = 5'
no_event "nobody was ended early" 'fd 3 idle|:5001 <- '

# A SYN that nobody answers stays the kernel's business.
cut_cable
start dialing mended_sock "$rules" tcp4 set SO_SNDTIMEO 3000 connect $PEER:80
reap_within 20 dialing
has "connect took its own time" "$T/dialing.out" '^connect .* = -1 (EINPROGRESS|EHOSTUNREACH)'
no_event "no end of it" "\[$(pid_of dialing)\].* idle"
