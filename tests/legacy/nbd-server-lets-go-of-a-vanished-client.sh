#!/bin/sh
# nbd-server has a process for each client, which waits in a read. The client
# vanishes: bare, process and export stay for ever. keepalive ends the read, and
# the process with it.
. "$(dirname "$0")/../lib/net.sh"
PATH=$PATH:/usr/sbin:/sbin
needs nbd-server
truncate -s 1M "$T/disk"

# export_disk NAME PORT bare|mended…
export_disk()
{
	name=$1 port=$2
	shift 2
	printf '[generic]\nport = %s\nlistenaddr = %s\n[disk]\nexportname = %s\n' \
		"$port" $HERE "$T/disk" >"$T/$name.conf"
	start "$name" "$@" nbd-server -d -C "$T/$name.conf"
	await_listener "$port"
	start "$name.client" peer "$PYTHON" -u -c 'if True:
		import socket, struct, sys, time
		s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
		s.recv(18, socket.MSG_WAITALL)
		s.sendall(struct.pack(">I8sII", 3, b"IHAVEOPT", 1, 4) + b"disk")
		s.recv(10, socket.MSG_WAITALL)
		print("ready")
		time.sleep(3600)' $HERE "$port"
	soon "$name: a client" "$T/$name.client.out" '^ready'
}

export_disk bare 5000 bare
export_disk mended 5001 mended \
	'rule "disk" { keepalive { idle = 1s interval = 1s probes = 2 } }'
cut_cable
event "its peer is dead" 'nbd-server\[[0-9]+\] fd [0-9]+ peer-dead rule disk .*:5001 <- '
closed()
{
	! ss -Htna "sport = :$1" | grep -qv LISTEN
}
wait_until 15 closed 5001 || fail "the connection is still open"
socket_is established 5000 || fail "bare, the connection is over"
