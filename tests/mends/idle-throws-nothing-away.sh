#!/bin/sh
# While data waits unread the peer is not silent; once it was read and nothing
# more comes, the end follows. What is queued to send still arrives, and then a
# FIN, not a RST; a writer gets no SIGPIPE.
. "$(dirname "$0")/../lib/net.sh"
rules='rule "quiet" { idle { timeout = 300ms } }'

# Unread data: the program was busy with something else.
start unread mended_sock "$rules" tcp4 bind $HERE:5000 listen 5 accept \
	await "$T/ended" peek 64 recv 64 recv 64 close
start witness mended_sock "$rules" tcp4 bind $HERE:5009 listen 5 accept \
	recv 64 close stay
await_listener 5009
await_listener 5000
start unread.peer peer "$P/sock" tcp4 connect $HERE:5000 send hello stay
soon "accepted" "$T/unread.out" '^accept'
# Another connection, made later and with nothing unread, is ended meanwhile.
peer "$P/sock" tcp4 connect $HERE:5009 recv 64 >/dev/null
no_event "not while data waits" ':5000 <- '
touch "$T/ended"
reap_within 20 unread
event "then it is ended" ':5000 <- '
same "data, then the end" 'peek 64 "hello" = 5
recv 64 "hello" = 5
recv 64 = 0' "$(grep '^peek\|^recv' "$T/unread.out")"

# A writer: it learns by its next read, not by a signal.
rm "$T/ended"
start writer mended_sock "$rules" sigpipe tcp4 bind $HERE:5001 listen 5 accept \
	await "$T/ended" send hello send again recv 64 stay
await_listener 5001
start writer.peer peer "$P/sock" tcp4 connect $HERE:5001 recv-waitall 10 stay
event "ended" ':5001 <- '
touch "$T/ended"
soon "it reads the end" "$T/writer.out" '^recv 64 = 0'
same "both sent" 2 "$(grep -c '^send .* = 5' "$T/writer.out")"
lacks "no signal" "$T/writer.out" SIGPIPE
soon "and they arrived" "$T/writer.peer.out" '"helloagain"'

# Queued data: more than fits into both ends' buffers.
start queue mended_sock "$rules" tcp4 bind $HERE:5002 listen 5 accept nonblock \
	pour 100000000 block recv 64 close
await_listener 5002
start queue.peer peer "$P/sock" tcp4 connect $HERE:5002 await "$T/closed" drain
soon "it reads the end" "$T/queue.out" '^recv 64 = 0'
reap_within 20 queue
touch "$T/closed"
reap_within 30 queue.peer
sent=$(sed -n 's/^pour \([0-9]*\) bytes.*/\1/p' "$T/queue.out")
between "something was queued" 100000 100000000 "$sent"
has "all of it arrived, and a clean end" "$T/queue.peer.out" "^drain $sent bytes, then = 0"
