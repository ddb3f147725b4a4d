#!/bin/sh
# The suite with everything built for the address and the undefined behaviour
# sanitizers: the tool, the probe programs, and the library inside them. Here
# a share of it; `make check-sanitizers` runs all that can be run so.
. "$(dirname "$0")/../lib/sanitizers.sh"
build_sanitized asan '-fsanitize=address,undefined -fno-sanitize-recover=undefined' \
	'-lasan -lubsan' '' sanitized

# The library comes before the runtime, as LD_PRELOAD has it. Leaks are
# Valgrind's matter: a program that ends with memory in use leaks nothing.
ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0:exitcode=97:log_path=$T/found.asan
UBSAN_OPTIONS=print_stacktrace=1:log_path=$T/found.ubsan
export ASAN_OPTIONS UBSAN_OPTIONS

share='unit config/rules* mends/idle-ends* mends/idle-escalates* mends/close-wait-ends*
	mends/close-wait-reclaims* mends/eof-spin* mends/supersede-ends* mends/supersede-frees*'
all='unit config mends events/follow events/prune faults hostile/broken-policies
	hostile/environment hostile/errno-is-kept hostile/processes hostile/races
	hostile/rundir hostile/stderr metrics collect/journald* collect/syslog*
	collect/a-file* collect/knows* collect/root* wrapper/preload wrapper/installed'

# Not run so: what compares system calls or instructions (silence, numbers),
# what passes wild pointers (the runtime reads them first), what starts set-id
# or static programs, Valgrind.
set -f
# shellcheck disable=SC2086
JOBS=${JOBS:-3} sh "$TOP/tests/run" $([ -n "${SHARE:-}" ] && echo $all || echo $share) \
	>"$T/suite" 2>&1
status=$?
set +f
nothing_found
same "the suite: $(sed -n '/^Failed/,$p' "$T/suite")" 0 $status
number "with address and undefined behaviour sanitizers: $(tail -n 1 "$T/suite"), 0 findings"
