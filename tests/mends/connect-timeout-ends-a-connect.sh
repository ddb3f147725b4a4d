#!/bin/sh
# A connect() to a host that is gone fails with ETIMEDOUT after connect_timeout,
# blocking or not, before the kernel's own time-out; one that is refused is no
# time-out; and a connection that was made has the user timeout it had before.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "soon" { connect_timeout = 1s }'

# The kernel's own, bare: 3 s and more.
sysctl -qw net.ipv4.tcp_syn_retries=1 2>/dev/null
sysctl -qw net.ipv4.tcp_syn_linear_timeouts=0 2>/dev/null

start server peer "$P/sock" tcp4 bind $PEER:5000 listen 5 accept accept stay
await_listener 5000 peer
same_with "$rules" tcp4 connect $PEER:5000 get TCP_USER_TIMEOUT close
same_with "$rules" tcp4 connect $PEER:5999
no_event "refused is not timed out" connect-timed-out

cut_cable
start bare sock tcp4 connect $PEER:5000
start blocking mended_sock "$rules" tcp4 connect $PEER:5000
start waiting mended_sock "$rules" tcp4 nonblock connect $PEER:5000 poll-out 60000 stay
reap_within 60 blocking
running bare || fail "the kernel's own time-out came first"
has "blocking" "$T/blocking.out" '^connect .* = -1 ETIMEDOUT'
event "blocking" "\[$(pid_of blocking)\] fd 3 connect-timed-out rule soon .* -> $PEER:5000: ETIMEDOUT"
event "not blocking" "\[$(pid_of waiting)\] fd 3 connect-timed-out rule soon .* -> $PEER:5000: not connected after 1000ms"
has "bare" "$T/bare.out" '^tcp4'
