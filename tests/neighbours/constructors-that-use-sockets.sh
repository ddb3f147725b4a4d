#!/bin/sh
# Libraries a program is linked with, or opens later, whose constructors talk
# over TCP, one of them before any code of ours or of main() could run.
. "$(dirname "$0")/../lib/test.sh"
needs cc
SOCKMEND_POLICY=$(policy 'rule "all" { direction = accept keepalive { idle = 5s } idle { timeout = 300ms } }')
export SOCKMEND_POLICY

cc -shared -fPIC -O1 -w -D_GNU_SOURCE -o "$T/libneighbour.so" \
	"$TOP/tests/hostile/neighbour.c" || fail "cc"
echo 'int main(void) { return 0; }' >"$T/linked.c"
cat >"$T/opens.c" <<'END'
#include <dlfcn.h>
int main(int n, char **v) { return !dlopen(v[1], RTLD_NOW); }
END
cc -w -o "$T/linked" "$T/linked.c" -Wl,--no-as-needed -L"$T" -lneighbour \
	-Wl,-rpath,"$T" && cc -w -o "$T/opens" "$T/opens.c" -ldl || fail "cc"

for program in linked opens; do
	NEIGHBOUR=$T/$program.saw LD_PRELOAD=$B/libsockmend.so timeout $((20 * PATIENCE)) \
		"$T/$program" "$T/libneighbour.so"
	same "$program: exit status" 0 $?
	has "$program: mended in the constructor" "$T/$program.saw" \
		'^constructor: keepalive 1, recv 0'
done
same "both were ended" 2 "$(events | grep -c idle-ended)"
