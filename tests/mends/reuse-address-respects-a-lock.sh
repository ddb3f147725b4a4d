#!/bin/sh
# reuse_address: a bind that fails bare because a process has the port fails
# mended: where the port is a lock, where a server has closed its listener while
# it serves, and where two start at once over a TIME_WAIT. The program's own
# getsockopt() shows no option before its listen().
. "$(dirname "$0")/../lib/net.sh"
keep_time_wait
rules='rule "restart" { reuse_address = yes }'
port=5000

# A bound port that is no server.
for run in sock "mended_sock $rules"; do
	port=$((port + 1))
	set -- "${run#mended_sock }"
	[ "$run" != sock ] || shift
	start holder ${run%% *} "$@" tcp4 bind $HERE:$port get SO_REUSEADDR stay
	soon "bound" "$T/holder.out" '^get SO_REUSEADDR 0 = 0'
	has "a lock, $run" "$(${run%% *} "$@" tcp4 bind $HERE:$port listen 5 >"$T/second"; echo "$T/second")" \
		"^bind $HERE:$port = -1 EADDRINUSE"
	stop holder

	# It serves one client and has closed its listener.
	port=$((port + 1))
	start server ${run%% *} "$@" tcp4 bind $HERE:$port listen 5 accept use 0 close \
		use 1 send hello stay
	await_listener $port
	start client peer "$P/sock" tcp4 connect $HERE:$port recv 5 stay
	soon "served" "$T/client.out" hello
	${run%% *} "$@" tcp4 bind $HERE:$port listen 5 >"$T/second"
	has "a server without a listener, $run" "$T/second" "^bind $HERE:$port = -1 EADDRINUSE"
	# Its end leaves the connection to the kernel.
	stop server
	wait_until 20 socket_is fin-wait-2 $port || fail "no FIN_WAIT2 on $port"
	${run%% *} "$@" tcp4 bind $HERE:$port get SO_REUSEADDR listen 5 >"$T/second"
	if [ "$run" = sock ]; then
		has "bare: not yet" "$T/second" '^bind .* = -1 EADDRINUSE'
	else
		has "mended: at once" "$T/second" "^bind $HERE:$port = 0"
		has "the option is not to be seen" "$T/second" '^get SO_REUSEADDR 0 = 0'
		has "and it listens" "$T/second" '^listen 5 = 0'
	fi
	stop client
done

# Two start over the same TIME_WAIT: one gets the port.
port=$((port + 1))
start first mended_sock "$rules" tcp4 bind $HERE:$port listen 5 accept close
await_listener $port
peer "$P/sock" tcp4 connect $HERE:$port recv 5 close >"$T/client.out"
reap_within 20 first
wait_until 20 socket_is time-wait $port || fail "no TIME_WAIT"
start first mended_sock "$rules" tcp4 bind $HERE:$port await "$T/go" listen 5 stay
soon "bound" "$T/first.out" "^bind $HERE:$port = 0"
mended_sock "$rules" tcp4 bind $HERE:$port listen 5 >"$T/second"
has "the second is refused at its bind" "$T/second" "^bind $HERE:$port = -1 EADDRINUSE"
touch "$T/go"
soon "the first one serves" "$T/first.out" '^listen 5 = 0'
event "recorded" "options-set rule restart $HERE:$port: bound again with SO_REUSEADDR=1"
