#!/bin/sh
# fclose, dup2, close_range and a child that closes everything: each
# connection keeps its own deadline, on whatever number it lives.
. "$(dirname "$0")/../lib/net.sh"
rules="rule \"quiet\" { idle { timeout = $(after 1500)ms } }"
port=5000

# serve NAME VERB…: a server whose clients say nothing for a second, then hello.
serve()
{
	name=$1
	port=$((port + 1))
	shift
	start "$name" mended_sock "$rules" tcp4 bind $HERE:$port listen 5 "$@"
	await_listener $port
	start "$name.first" peer "$P/sock" tcp4 connect $HERE:$port recv 64 stay
	soon "$name: the first is there" "$T/$name.out" '^accept'
	pause 750 # half way to the first one's deadline
	touch "$T/$name.next"
	start "$name.next" peer "$P/sock" tcp4 connect $HERE:$port sleep $(after 1000) \
		send hello recv 64 stay
}

heard_then_ended()
{
	soon "$1: the next one is heard" "$T/$1.out" '^recv 64 "hello" = 5'
	soon "$1: and then ended" "$T/$1.out" '^recv 64 = 0'
}

serve fclose accept await "$T/fclose.next" fclose use 0 accept recv 64 recv 64 close stay
serve range accept await "$T/range.next" close-range 4 4 use 0 accept recv 64 recv 64 close stay
serve from accept await "$T/from.next" closefrom 4 use 0 accept recv 64 recv 64 close stay
serve dup2 accept await "$T/dup2.next" use 0 accept dup2 4 close use 1 recv 64 recv 64 close stay
serve child accept child closefrom 3 end await "$T/child.next" close use 0 accept \
	child closefrom 3 end recv 64 recv 64 close stay
for name in fclose range from dup2 child; do
	heard_then_ended $name
done
for name in fclose range from child; do
	same "$name: the same number" 2 "$(grep -c '^accept = 4$' "$T/$name.out")"
	soon "$name: the first was closed" "$T/$name.first.out" '^recv 64 = 0'
done
same "one end each" 5 "$(events | grep -c ' idle-ended ')"

# The copy of a copy: the socket ends, whoever reads it.
start copies mended_sock "$rules" tcp4 bind $HERE:5900 listen 5 accept dup use 1 close \
	use 2 recv 64 close stay
await_listener 5900
start copies.client peer "$P/sock" tcp4 connect $HERE:5900 recv 64 stay
soon "a duplicate is ended, too" "$T/copies.out" '^recv 64 = 0'
