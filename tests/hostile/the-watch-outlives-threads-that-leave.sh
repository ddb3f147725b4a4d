#!/bin/sh
# A thread takes a descriptor table of its own, two threads call unshare() at
# once, a signal handler jumps out of socket calls, threads are cancelled at any
# instruction: deadlines are still met, nothing hangs, no task is left over.
. "$(dirname "$0")/../lib/alone.sh"
. "$(dirname "$0")/../lib/test.sh"
rules="rule \"a\" { direction = accept idle { timeout = $(after 1000)ms } }"

for story in unshare close-range both longjmp cancel; do
	start $story mended "$rules" "$P/tables" $story
	reap_within 20 $story || fail "$story: status $?"
	same "$story" ended "$(cat "$T/$story.out")"
done
