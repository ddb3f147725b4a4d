#!/bin/sh
# The library's folders are layers: a file includes headers of its own folder, of
# folders below it, and of core, which includes nothing but itself.
. "$(dirname "$0")/../lib/test.sh"
cd "$TOP/shim" || exit 1
below=' interpose socket mend watchdog state sys '
for layer in $below; do
	grep -Hn '#include "' preload/"$layer"/*.[ch] >"$T/includes"
	[ -s "$T/includes" ] || fail "$layer includes nothing"
	upward=$(grep -vE "#include \"(core$(echo "$below" | sed 's/ $//; s/ /|/g'))/" "$T/includes")
	same "$layer" "" "$upward"
	below=${below#" $layer"}
done
same core "" "$(grep -Hn '#include "' core/*.[ch] | grep -v '#include "core/')"
