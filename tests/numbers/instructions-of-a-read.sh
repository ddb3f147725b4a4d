#!/bin/sh
# User-space instructions a call costs over bare, by callgrind, as the
# difference between two loop counts.
. "$(dirname "$0")/../lib/cost.sh"
needs valgrind

# over CALL WATCHED-BOUND OTHER-BOUND: $watched and $other, instructions over bare. How often the watch
# task wakes while two connections are made is chance, and falls into one of two
# runs: a call that costs too much does so every time.
over()
{
	for _ in 1 2 3 4 5; do
		base=$(per_call bare "$P/cost" "$1")
		watched=$(tenths $(($(per_call counted_mended "$rules_watched" "$P/cost" "$1") - base)))
		other=$(tenths $(($(per_call counted_mended "$rules_other" "$P/cost" "$1") - base)))
		! is_within "$2" "$watched" || ! is_within "$3" "$other" || break
	done
}

over read read-instructions-watched read-instructions-unwatched
within read-instructions-watched "$watched" "instructions over bare, read, watched"
within read-instructions-unwatched "$other" "instructions over bare, read, unwatched"
# errno has to be known from before the call.
errors=$(tenths $(($(per_call counted_mended "$rules_errors" "$P/cost" read) - base)))
within read-instructions-errors-eof "$errors" "instructions over bare, read, errors = eof"
for call in recv recvfrom readv; do
	over $call read-instructions-watched recv-instructions-unwatched
	within read-instructions-watched "$watched" "instructions over bare, $call, watched"
	within recv-instructions-unwatched "$other" "instructions over bare, $call, unwatched"
done
for call in recvmsg recvmmsg; do
	over $call read-instructions-watched recvmsg-instructions-unwatched
	within read-instructions-watched "$watched" "instructions over bare, $call, watched"
	within recvmsg-instructions-unwatched "$other" "instructions over bare, $call, unwatched"
done
for call in send write poll epoll_wait; do
	over $call write-instructions write-instructions
	within write-instructions "$watched" "instructions over bare, $call"
done
all_within
