#!/bin/sh
# Ten thousand journals of processes that are gone: events and --prune take
# no more memory for ten thousand than for a few.
. "$(dirname "$0")/../lib/test.sh"

cd "$T" || exit 1
"$P/journal" "$T/run" 4101 stale 10 20 30 >"$T/path" || fail "journal"
dead=4194303 # above pid_max: nobody has it
"$PYTHON" - "$(cat "$T/path")" "$T/run" $dead <<'END' || fail "copies"
import sys
journal = open(sys.argv[1], 'rb').read()
for i in range(10000):
    # The events are of 2001, their journals one after the other.
    name = '%s/%s-%d.journal' % (sys.argv[2], sys.argv[3], 978300000000000000 + i)
    with open(name, 'wb') as copy:
        copy.write(journal[:256 + 3 * 256])
        copy.truncate(len(journal))
END

# used OPTION…: what it cost, "SECONDS KILOBYTES"; its output in $T/out.
used()
{
	"$PYTHON" -c 'import resource, subprocess, sys, time
begun = time.monotonic()
subprocess.run(sys.argv[1:], timeout=600, check=True, stdout=open("out", "w"), stderr=open("err", "w"))
print("%.2f" % (time.monotonic() - begun), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' \
		"$B/sockmendctl" events "$@" || fail "events $*: $(cat "$T/err")"
}

spent=$(used)
same "all of them" 30003 "$(wc -l <"$T/out")"
lacks "no complaint" "$T/err" .
between "kilobytes" 0 32000 "${spent#* }"
number "events of 10000 stale journals: ${spent% *} s, ${spent#* } KB"
spent=$(used -n 5)
same "the last five" 5 "$(wc -l <"$T/out")"
between "kilobytes" 0 32000 "${spent#* }"

# Following them.
"$P/journal" "$T/run" 4102 fresh 40 >/dev/null
start follow bare "$B/sockmendctl" events -n 1 -f
soon "the last one" "$T/follow.out" 'fresh.*: 40$|stale'
"$P/journal" "$T/run" 4102 fresh 40 now 50 >/dev/null
soon "what comes" "$T/follow.out" 'fresh.*: 50$'
stop follow

rm "$T/run"/410*.journal
spent=$(used --prune)
same "after --prune" 64 "$(ls "$T/run" | grep -c 'journal$')"

# Ten thousand that are none: each is passed over, and nobody reads a screen
# for each.
"$PYTHON" -c 'import sys
for i in range(10000):
    open("%s/%s-%d.journal" % (sys.argv[1], sys.argv[2], 1000 + i), "w").write("no journal")' \
	"$T/run" $dead
used >/dev/null
same "what is well is shown" 192 "$(wc -l <"$T/out")"
same "complaints" 21 "$(wc -l <"$T/err")"
has "and how many more" "$T/err" '^sockmendctl: 9980 more journals skipped$'
