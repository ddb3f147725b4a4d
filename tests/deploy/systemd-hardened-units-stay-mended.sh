#!/bin/sh
# Each hardening of systemd.exec(5) by itself, and all of them at once: the
# service works and is mended, its deadlines too; or `enable` names the line.
. "$(dirname "$0")/../lib/booted.sh"
rule='keepalive { idle = 3000s } idle { timeout = 300ms }'

# One unit a line; `|` parts its lines. The first is not enabled.
hardened='#
NoNewPrivileges=yes
MemoryDenyWriteExecute=yes
RestrictAddressFamilies=AF_INET AF_INET6
SystemCallFilter=@system-service
SystemCallFilter=@system-service|SystemCallFilter=~@privileged @resources
SystemCallFilter=@system-service|SystemCallErrorNumber=EPERM|User=nobody
SystemCallFilter=~@mount @resources capset|SystemCallArchitectures=native
PrivateTmp=yes
DynamicUser=yes
DynamicUser=yes|RuntimeDirectory=camera|ProtectHome=yes
ProtectSystem=strict
ProtectSystem=strict|User=nobody|PrivateTmp=yes
RootDirectory=/srv/root
RootDirectory=/srv/root|MountAPIVFS=yes|DynamicUser=yes
RestrictNamespaces=yes
LockPersonality=yes|RestrictRealtime=yes|RestrictSUIDSGID=yes
PrivateUsers=yes
PrivateUsers=yes|User=nobody
ProtectProc=invisible|ProcSubset=pid|User=nobody
CapabilityBoundingSet=
AmbientCapabilities=CAP_NET_BIND_SERVICE|User=nobody
PrivateDevices=yes|ProtectClock=yes|ProtectKernelTunables=yes
NoExecPaths=/|ExecPaths=/usr/bin /usr/lib /lib /lib64
TemporaryFileSystem=/usr/local /etc:ro /run
ReadOnlyPaths=/
InaccessiblePaths=/dev/shm /home
TemporaryFileSystem=/run|RuntimeDirectory=camera|User=nobody
RemoveIPC=yes|UMask=077|LimitNOFILE=64|LimitMEMLOCK=0|TasksMax=3
PrivateIPC=yes|ProtectHostname=yes|ProtectControlGroups=yes
DynamicUser=yes|NoNewPrivileges=yes|MemoryDenyWriteExecute=yes|RestrictAddressFamilies=AF_INET|SystemCallFilter=@system-service|SystemCallFilter=~@privileged @resources|PrivateTmp=yes|ProtectSystem=strict|ProtectProc=invisible|PrivateDevices=yes|PrivateUsers=yes|RestrictNamespaces=yes|CapabilityBoundingSet=|ProtectHome=yes'


# Another root, with the program and what it needs, and no more.
make_root()
{
	# shellcheck disable=SC2016 # the shell in there
	inside sh -c 'root=/srv/root
		mkdir -p $root/proc $root/sys $root/dev $root/tmp $root/run \
			$root/usr/bin $root/usr/lib $root/usr/lib64
		ln -s usr/lib usr/lib64 usr/bin $root
		for file in $(ldd /bin/nc.openbsd | grep -o "/[^ ]*"); do
			mkdir -p "$root${file%/*}"
			cp -L "$file" "$root$file"
		done
		cp /bin/nc.openbsd $root/usr/bin'
}

# Unit cameraPORT for each line, from port 5001 on.
make_units()
{
	mkdir "$T/units"
	port=5000
	echo "$hardened" | while read -r lines; do
		port=$((port + 1))
		{
			echo '[Service]'
			echo "ExecStart=/usr/bin/nc.openbsd -d -k -l $port"
			echo "$lines" | tr '|' '\n'
		} >"$T/units/camera$port.service"
	done
	tar -C "$T/units" -c . | inside tar -C /etc/systemd/system -x
	inside systemctl daemon-reload
}

units()
{
	(cd "$T/units" && ls)
}

# Call every port, say nothing, print those whose server hangs up.
callers='import os, select, socket, sys, time
calls = {}
for port in range(5001, int(sys.argv[1]) + 1):
    calls[socket.create_connection(("127.0.0.1", port))] = port
end = time.monotonic() + 60 * int(os.environ["PATIENCE"])
while len(calls) > 1 and time.monotonic() < end:
    for call in select.select(list(calls), [], [], 1)[0]:
        try:
            assert call.recv(1) == b""
        except ConnectionResetError:
            pass
        print(calls.pop(call), flush=True)
time.sleep(3600)'

has_hung_up()
{
	[ "$(wc -l <"$T/callers.out")" = $((last - 5001)) ] || ! running callers
}

line_of()
{
	echo "$hardened" | sed -n "$(($1 - 5000))p"
}

make_root
make_units
last=$((5000 + $(echo "$hardened" | wc -l)))
for unit in $(units | sed 1d); do
	inside sockmendctl enable -y -r "$rule" "$unit" >"$T/enable.out" 2>&1 ||
		fail "$unit: $(cat "$T/enable.out")"
done
inside systemctl daemon-reload
# shellcheck disable=SC2046 # words
runs $(units)
listening()
{
	[ "$(inside ss -Hltn 'sport >= :5001' | wc -l)" = $((last - 5000)) ]
}
wait_until 30 listening || fail "they do not all listen: $(why)"

start callers bare nsenter -t "$INIT" -n "$PYTHON" -c "$callers" "$last"
wait_until 60 has_hung_up
inside sockmendctl events >"$T/events"
port=5001
while [ $((port += 1)) -le $last ]; do
	line=$(line_of $port)
	has "its caller was hung up on: $line" "$T/callers.out" "^$port\$"
	has "$line: set" "$T/events" "options-set .*0.0.0.0:$port"
	has "$line: ended" "$T/events" "idle-ended .*127.0.0.1:$port "
done
lacks "nothing failed" "$T/events" mend-failed
lacks "who was not enabled is not mended" "$T/callers.out" '^5001$'

# What is in the way is named.
refused()
{
	unit refused 'ExecStart=/usr/bin/nc.openbsd -d -k -l 4999' "$2"
	inside sockmendctl enable -y refused >"$T/enable.out" 2>&1 &&
		fail "$2 is enabled"
	has "$2: the line" "$T/enable.out" "refused.service:3: $1"
}
refused 'InaccessiblePaths=.*hides the rules, /etc/sockmend' \
	InaccessiblePaths=-/etc/sockmend
refused 'InaccessiblePaths=.*hides the library, /usr/local/lib' \
	InaccessiblePaths=/usr/local
