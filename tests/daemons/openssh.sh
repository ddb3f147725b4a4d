#!/bin/sh
# sshd and ssh: commands, their exit status and their input, a terminal, scp,
# sftp, ports forwarded both ways, one connection shared by many, a refusal, a
# reload and a stop. Unprivileged children and the sandbox are as Debian has them.
. "$(dirname "$0")/../lib/daemons.sh"
races='onnection (closed|reset)|isconnected|Close session|send_error' # who is first
needs sshd ssh scp sftp ssh-keygen nc.openbsd socat

blur()
{
	tr -d '\r' | sed -E 's/SHA256:[A-Za-z0-9+/]+/KEY/; s/port [0-9]{5}/port PORT/; s:pts/[0-9]+:pts/N:g; s/ id [0-9]$//
		s/SSH_(CLIENT|CONNECTION)=.*/SSH_\1/
		s/(pid|process|child) [0-9]+/\1 PID/; s/\[[0-9]+\]/[PID]/'
}

configure()
{
	ssh-keygen -q -t ed25519 -N '' -f "$SITE/host" &&
		ssh-keygen -q -t ed25519 -N '' -f "$SITE/key" &&
		ssh-keygen -q -t ed25519 -N '' -f "$SITE/wrong" || fail "ssh-keygen"
	cp "$SITE/key.pub" "$SITE/allowed"
	echo "[127.0.0.1]:2222 $(cut -d' ' -f1,2 "$SITE/host.pub")" >"$SITE/known"
	cat >"$SITE/sshd_config" <<-END
	Port 2222
	HostKey $SITE/host
	PidFile /run/sshd.pid
	AuthorizedKeysFile $SITE/allowed
	PasswordAuthentication no
	KbdInteractiveAuthentication no
	UsePAM yes
	LogLevel VERBOSE
	PrintMotd no
	Subsystem sftp internal-sftp
	END
	cat >"$SITE/ssh_config" <<-END
	Host there
		HostName 127.0.0.1
		Port 2222
		User guest
		IdentityFile $SITE/key
		IdentitiesOnly yes
		UserKnownHostsFile $SITE/known
		BatchMode yes
	Host stranger
		HostName 127.0.0.1
		Port 2222
		User guest
		IdentityFile $SITE/wrong
		IdentitiesOnly yes
		UserKnownHostsFile $SITE/known
		BatchMode yes
	END
	mkdir /run/sshd
}

to()
{
	live ssh -F "$SITE/ssh_config" "$@"
}

sshd_does()
{
	live /usr/sbin/sshd -f "$SITE/sshd_config" -E /run/sshd.log "$@"
}

stranger()
{
	printf '%s\r\n' "$1" | nc.openbsd -N -w 20 127.0.0.1 2222 >"$T/stranger"
	head -n 1 "$T/stranger"
}

# The whole of a file, there and back, through cat.
through()
{
	to there 'cat >big; cksum <big; cat big' <"$SITE/file" | cksum
}

shared()
{
	to -M -S "$SITE/shared" -f -N there || return
	for each in 1 2 3 4; do
		start shared.$each to -S "$SITE/shared" there "echo $each; exit $each"
	done
	for each in 1 2 3 4; do
		reap shared.$each
		echo "status $?"
		cat "$T/shared.$each.out"
	done
	to -S "$SITE/shared" -O exit there
}

# forwarded PORT: the file as it comes back.
forwarded()
{
	nc.openbsd -N 127.0.0.1 "$1" <"$SITE/file" | cksum
}

sessions()
{
	seen "a command" to there 'id -un; pwd; echo to stderr >&2; exit 7'
	seen "as root" to -l root there 'id -un'
	seen "a signal" to there 'kill -TERM $$'
	seen "input" through
	seen "a terminal" to -tt there 'tty >/dev/null && echo terminal'
	seen "scp there" live scp -q -F "$SITE/ssh_config" "$SITE/file" there:copy
	seen "scp back" live scp -q -F "$SITE/ssh_config" there:copy "$SITE/back"
	seen "the same" cmp "$SITE/file" "$SITE/back"
	echo 'ls -1' >"$SITE/batch"
	seen "sftp" live sftp -q -b "$SITE/batch" -F "$SITE/ssh_config" there
	seen "another key" to stranger true
	seen "a stranger" nc.openbsd -N -w 20 127.0.0.1 2222
	seen "nonsense" stranger "GET / HTTP/1.0"
	seen "half an exchange" stranger "SSH-2.0-nobody"
	seen "shared" shared
}

ports()
{
	start echo socat TCP-LISTEN:7000,fork EXEC:cat
	start local to -N -L 7001:127.0.0.1:7000 -R 7002:127.0.0.1:7000 there
	listens 7001
	listens 7002
	start held nc.openbsd 127.0.0.1 7001
	kept_alive 7001
	stop held
	seen "forwarded from here" forwarded 7001
	seen "forwarded from there" forwarded 7002
	stop local
}

restarted()
{
	[ "$(grep -c 'Server listening on 0' /run/sshd.log)" = 2 ]
}

# Reload, then end, while a session goes on.
leave()
{
	start stayer to there 'echo here; exec sleep 1000'
	soon "it runs" "$T/stayer.out" here
	kill -HUP "$(cat /run/sshd.pid)"
	soon "it restarts" /run/sshd.log 'Received SIGHUP'
	wait_until 30 restarted || fail "not restarted"
	seen "after it" to there 'echo again'
	running stayer || fail "its session did not survive the reload"
	pid=$(cat /run/sshd.pid)
	kill "$pid"
	ends sshd "$pid"
	running stayer || fail "its session did not survive the end"
	stop stayer
}

play()
{
	seq 300000 >"$SITE/file"
	configure
	seen "check" sshd_does -t
	seen "start" sshd_does
	listens 2222
	sessions
	ports
	leave
	seen "its log" grep -Ev "$races" /run/sshd.log
}

compare_lives
