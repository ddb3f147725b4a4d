#!/bin/sh
# mode = observe: what would be mended is recorded, and nothing is: the peer
# sees the port, and the system calls on the socket are the program's own.
. "$(dirname "$0")/../lib/net.sh"
rules='mode = observe rule "free" { ephemeral_port = yes reuse_address = yes
	keepalive { idle = 7s } }'

start server peer "$P/sock" tcp4 bind $PEER:80 listen 5 accept-from accept-from stay
await_listener 80 peer

changes=bind,connect,listen,setsockopt,accept,shutdown
# Another port than the bare run, whose connection is in TIME_WAIT.
wanted=$(calls_of $changes sock tcp4 bind $HERE:1025 connect $PEER:80 getsockname |
	sed 's/(1025)/(1026)/')
same "the same calls" "$wanted" "$(calls_of $changes mended_sock "$rules" \
	tcp4 bind $HERE:1026 connect $PEER:80 getsockname)"
soon "the peer saw the port, too" "$T/server.out" "^accept-from $HERE:1026 = 5"
event "it would" 'would port-freed rule free'
event "it would" 'would options-set rule free'
no_event "and did not" '\] fd [0-9]+ (port-freed|options-set)'
same "the same calls of a server" "$(calls_of $changes sock tcp4 bind $HERE:5000 listen 5)" \
	"$(calls_of $changes mended_sock "$rules" tcp4 bind $HERE:5000 listen 5)"
