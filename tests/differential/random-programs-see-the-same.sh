#!/bin/sh
# Random legal and illegal socket programs see the same results, errnos,
# buffers, addresses and final state bare, under a rule that changes nothing,
# and under a full one. postures.c says what a rule may change.
. "$(dirname "$0")/../lib/differ.sh"

differ --seed "${SEED:-1}" --seconds "${SECONDS_TO_RUN:-60}"
