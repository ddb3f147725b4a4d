#!/bin/sh
# The same as tests/differential, for a million calls or CALLS, with programs
# nobody has seen yet. The seed is printed.
. "$(dirname "$0")/../lib/differ.sh"

differ --seed "${SEED:-$(date +%s)}" --calls "${CALLS:-1000000}"
