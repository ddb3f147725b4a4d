#!/bin/sh
# A user who writes thousands of journals, events and names, under as many user
# numbers as he can have, does not keep root's collector from counting what
# other users' programs and root's own do, each under its name.
. "$(dirname "$0")/../lib/mounts.sh"
needs setpriv
[ "$(id -u)" = 0 ] || skip "only root reads others' journals"
setpriv --reuid=4242 --clear-groups true 2>/dev/null ||
	skip "there is but one user in this namespace"
unset SOCKMEND_RUNDIR XDG_RUNTIME_DIR
cp "$P/journal" "$B/sockmendctl" /run
mkdir "$T/tmp"
chmod 755 /run/journal
own_place "$T/tmp" mode=1777
mount --move "$T/tmp" /tmp || skip "nothing can be mounted on /tmp"
T=/run/test
mkdir "$T"

# A journal of 1024 rules under each name; and what never existed.
mkdir -m 700 /tmp/sockmend-4242
"$PYTHON" - /tmp/sockmend-4242 <<-'END' || fail "no flood"
	import os, struct, sys
	entries = []
	for i in range(1024):
	    head = struct.pack("<QqQiiHHi", i + 1, 10**18 + i, 0, 1, 3, 5, 0, 0)
	    entries.append(head + bytes(40) + b"r%d" % i)
	for pid in range(1000, 3000):
	    head = b"sockmend journal" + struct.pack("<IIIiqQ", 1, 256, 1024, pid, pid, 3)
	    with open(f"{sys.argv[1]}/{pid}-{pid}.journal", "wb") as f:
	        f.write((head + b"p%d" % pid).ljust(256, b"\0"))
	        for e in entries[:3]:
	            f.write(e.replace(b"r", b"x%d" % pid, 1).ljust(256, b"\0"))
	        f.truncate(1025 * 256)
END
chown -R 4242:4242 /tmp/sockmend-4242
# More directories than are read.
for user in $(seq 100000 100400); do
	mkdir -m 700 /tmp/sockmend-$user
	chown $user /tmp/sockmend-$user
done

# as USER DIR PID PROGRAM WORD…
as()
{
	as_user=$1
	mkdir -p "$2" && chown "$as_user" "$2" && chmod 700 "$2"
	shift
	setpriv --reuid="$as_user" --clear-groups /run/journal "$@" >/dev/null ||
		fail "no journal of $as_user in $1"
}
start collect bare /run/sockmendctl collect --file /run/log --metrics /run/metrics --interval 50ms
soon "the flood" /run/metrics 'program="\(other\)"'
as 0 /run/sockmend 4101 roots rule=one 10
as 4243 /tmp/sockmend-4243 4103 victim rule=two 20
as 33 /run/sockmend-web.service/journals 4104 service rule=three 30
chown 33 /run/sockmend-web.service
# The file is written every five seconds; both later reads begin after it.
soon "root's own" /run/metrics 'rule="one",program="roots",mode="mend",uid="0"} 1$'
soon "another user's" /run/metrics 'rule="two",program="victim",mode="mend",uid="4243"} 1$'
soon "a service's" /run/metrics 'rule="three",program="service",mode="mend",uid="33"} 1$'
between "series of one user" 100 560 "$(grep -c 'uid="4242"' /run/metrics)"
has "the rest" /run/metrics 'program="\(other\)",mode="mend",uid="4242"'
stop collect

# The state outlives the flood, and the names stay free.
rm -rf /tmp/sockmend-*
as 0 /run/sockmend 4105 later rule=four 10
/run/sockmendctl metrics >"$T/metrics" 2>"$T/err" || fail "metrics: $(cat "$T/err")"
has "later" "$T/metrics" 'rule="four",program="later",mode="mend",uid="0"} 1$'
