#!/bin/sh
# The benchmarks do what they can: without root, on one processor, without
# gnuplot, valgrind and the peers; what is left out is named.
. "$(dirname "$0")/../lib/test.sh"
needs setpriv taskset nm
open=$(mktemp -d /tmp/sockmend-test.XXXXXX) # $T is root's alone
trap 'rm -rf "$open"; tidy' EXIT
chmod 777 "$open"
mkdir "$open/bin"
for tool in sh nm cc; do
	ln -s "$(command -v $tool)" "$open/bin/$tool"
done
as_nobody()
{
	env -i PATH="$open/bin" TMPDIR="$open" "$(command -v setpriv)" --reuid 65534 \
		--regid 65534 --clear-groups "$(command -v taskset)" -c 0 \
		"$TOP/tests/bench/run" --build "$B" --out "$open/results" "$@"
}

as_nobody --help >"$T/help" 2>&1 ||
	skip "nobody cannot read $TOP: $(tail -n 1 "$T/help")"
as_nobody events >"$T/bench.out" 2>"$T/bench.err" || fail "status $?"
has "says so" "$T/bench.err" '^without root: on the host'
has "a goal is judged" "$T/bench.out" 'an event in the journal +<= 200 ns +(met|missed) +[0-9.e+]+ ns'
has "the others are not claimed" "$T/bench.out" 'redis GET, P1, of bare +>= 0.98 +not measured'
has "who is not here is named" "$T/bench.out" 'haproxy +everywhere +haproxy is not installed'
has "and what is not drawn" "$T/bench.out" 'plots +all +gnuplot is not installed'
has "the machine is described" "$open/results/machine.txt" '^processor: .*, 1 used'
has "every measurement is kept" "$open/results/samples.csv" '^events,an event,ns,lower,"sockmend, full",0,[0-9.]+'

as_nobody dancing >"$T/bench.out" 2>&1
same "status of a workload that there is not" 2 $?
has "the workloads are told" "$T/bench.out" 'no such workload: dancing'

chmod 755 "$open"
as_nobody --out "$open/bin/results" events >"$T/bench.out" 2>&1
same "status where results cannot be put" 1 $?
has "which is said before anything is measured" "$T/bench.out" '/bin/results: Permission denied: name another place'
