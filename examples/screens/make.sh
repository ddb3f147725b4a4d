#!/bin/sh
# SPDX-License-Identifier: MIT
# Draws the pictures of the README from a real run: two hosts and a cable, a
# camera server and two price servers that leak, one of them mended.
#
#	sh examples/screens/make.sh		# as root; B=build

TOP=$(cd "$(dirname "$0")/../.." && pwd)
export TOP
# Processes, journals and a network of its own: the pictures show nothing else.
if [ -z "${ON_STAGE:-}" ]; then
	ON_STAGE=1 IN_A_NAMESPACE=1 exec unshare -n -m -p --fork --mount-proc sh "$0"
fi
mount -t tmpfs none /run || exit 1
. "$TOP/tests/lib/net.sh"
needs socat "$PYTHON"
unset SOCKMEND_RUNDIR
export PATH="$B:$B/examples:$PATH" LC_ALL=C.UTF-8
out=$TOP/examples/screens

cat >"$T/site.conf" <<'END'
rule "cameras" {
	program   = {"camsrv"}
	direction = accept
	peer      = {"10.9.0.0/24"}
	idle { timeout = 30s  escalate = 5s }
}
rule "price server" {
	program    = {"leaky"}
	direction  = accept
	close_wait { after = 60s  reclaim = yes }
	keepalive  { idle = 60s  interval = 10s  probes = 6 }
}
END

# ask PORT: one price, and hang up.
ask()
{
	peer timeout 10 socat -t0 - "TCP:10.9.0.1:$1" </dev/null >/dev/null 2>&1
}

# hold PORT [OPTION]: a client that says something and stays.
hold()
{
	start "client$1$2" peer sh -c "(echo hello; sleep 600) | socat - TCP:10.9.0.1:$1$2"
}

leaked()
{
	[ "$(ss -Htn state close-wait "( sport = :$1 )" | wc -l)" -ge "$2" ]
}

cp "$B/examples/leaky" "$T/pricesrv"
start camsrv sockmend -c "$T/site.conf" camsrv 5000
start leaky sockmend -c "$T/site.conf" leaky 5001
start pricesrv "$T/pricesrv" 5002
for port in 5000 5001 5002; do
	await_listener $port
done
hold 5000 ,sourceport=1025
hold 5001 ''
for client in 1 2 3 4 5; do
	ask 5001
	sleep 1 # each has its own silence
done
for client in 1 2 3 4 5 6 7 8 9 10 11 12; do
	ask 5002
done
wait_until 20 leaked 5001 5 || fail "leaky does not leak"
wait_until 20 leaked 5002 12 || fail "pricesrv does not leak"

"$out/render" -w 112 -t 'sockmendctl status' "$out/status.svg" sockmendctl status
"$out/render" -w 100 -t 'sockmendctl doctor' "$out/doctor.svg" sockmendctl doctor
echo "$out/status.svg" "$out/doctor.svg"
