#!/bin/sh
# Processes in other PID, network and mount namespaces are shown with their
# own sockets, journals and policies: each as it has them.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/status.sh"
[ "$(id -u)" = 0 ] || skip "needs root, as its user namespace ends at the test's"
. "$(dirname "$0")/../lib/rights.sh"
needs_right CAP_SYS_ADMIN "makes namespaces: unshare -npmf" unshare -n -p -m -f true
unset SOCKMEND_RUNDIR

# A container: root directory, processes and network of its own, and the
# policy where the library looks by itself.
root=$T/root
mkdir -p "$root/etc/sockmend" "$root/run" "$root/proc" "$root/tmp"
for dir in bin lib lib64 usr; do
	mkdir -p "$root/$dir"
done
"$B/sockmendctl" compile -r 'close_wait { after = 1h } keepalive { idle = 1h }' \
	>"$root/etc/sockmend/policy"
cp "$P/sock" "$root/sock"
cp "$B/libsockmend.so" "$root/libsockmend.so"
cat >"$T/enter" <<-END
	mount --make-rprivate /
	for dir in bin lib lib64 usr; do
		[ ! -e /\$dir ] || mount --rbind /\$dir "$root/\$dir"
	done
	mount -t proc proc "$root/proc"
	ip link set lo up
	exec chroot "$root" /usr/bin/env LD_PRELOAD=/libsockmend.so /sock \
		tcp4 bind 127.0.0.1:5000 listen 5 \
		tcp4 connect 127.0.0.1:5000 use 0 accept touch /ready stay
END
start container unshare -n -p -m -f --kill-child sh "$T/enter"
wait_until 20 test -e "$root/ready" || fail "no container"
pid=$(pgrep -P "$(pid_of container)")
inside() { nsenter -t "$pid" -n -- "$@"; }

status "$pid" || fail "status: $?"
same "its policy" "" "$(cat "$T/status.err")"
cell "in there" STATE established "accept	127.0.0.1:5000"
cell "in there" DIR connect "	127.0.0.1:5000	[0-9.]*s	"
cell "in there" MENDS options-set "connect	127.0.0.1"
cell "in there" RULE "-r 1" "connect	127.0.0.1"
status --json "$pid"
inside ss -Htane | grep -o 'ino:[1-9][0-9]*' | sort >"$T/kernel"
ask_json '"\n".join("ino:%d" % c["inode"] for c in connections)' | sort >"$T/ours"
same "its sockets" "$(cat "$T/kernel")" "$(cat "$T/ours")"
same "where its policy is" /etc/sockmend/policy "$(ask_json 'processes[0]["policy"]')"
same "its name" "$APP" "$(ask_json 'processes[0]["program"]')"

# A policy that leads out of the container is not followed: the root it is
# looked up in is the container's.
echo "not a policy" >"$root/etc/elsewhere"
ln -sf /etc/elsewhere "$root/etc/sockmend/policy"
status --json "$pid"
has "not followed out" "$T/status" '"policy_fault":"'
mkfifo "$root/fifo"
ln -sf /fifo "$root/etc/sockmend/policy"
timeout $((10 * PATIENCE)) "$B/sockmendctl" status "$pid" >"$T/status" 2>&1
same "a FIFO for a policy" 0 $?
