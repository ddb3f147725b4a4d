#!/bin/sh
# 64 threads open and close watched connections: never is an end missed.
. "$(dirname "$0")/../lib/test.sh"
rules='rule "hasty" { direction = accept idle { timeout = 10ms } }'

mended "$rules" "$P/race" threads 64 1000 >"$T/threads.out" 2>&1 || fail "race threads: $?"
same "64 threads" "ended 64000 missed 0" "$(cat "$T/threads.out")"
number "soak: 64 threads, 1344000 connections opened and closed, 64000 ends waited for: 0 missed"
