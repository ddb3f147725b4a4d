#!/bin/sh
# A set-id program gets the library through ld.so.preload, and none of our
# variables: whoever runs it has no say.
[ -n "${IN_A_NAMESPACE:-}" ] || {
	. "$(dirname "$0")/../lib/rights.sh"
	needs_root mounts
	needs_right CAP_SYS_ADMIN "mounts: unshare -m" unshare -m true
	IN_A_NAMESPACE=1 exec unshare -m -- "$0" "$@"
}
. "$(dirname "$0")/../lib/test.sh"
trap 'umount -l "$T/etc" "$T/bin" 2>/dev/null; tidy' EXIT

# An /etc and a /run of our own.
mkdir "$T/etc" "$T/bin"
mount -t tmpfs -o mode=755 tmpfs "$T/etc"
cp -a /etc/ld.so.cache /etc/passwd /etc/group /etc/nsswitch.conf "$T/etc" 2>/dev/null
cp "$B/libsockmend.so" "$T/etc/libsockmend.so"
mount --bind "$T/etc" /etc
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=755,suid tmpfs "$T/bin"
cp "$P/sock" "$T/bin/plain"
cp "$P/sock" "$T/bin/setid"
chown 65534 "$T/bin/setid"
chmod 4755 "$T/bin/setid"
chmod 755 "$T" "${RESULTS:-$T}" 2>/dev/null
mkdir -m 700 "$T/theirs"
chown 65534 "$T/theirs"
echo /etc/libsockmend.so >/etc/ld.so.preload

rules='log = stderr rule "hostile" { keepalive { idle = 77s } }'
policy=$(policy "$rules")
cp "$policy" /etc/hostile.policy

# run PROGRAM, with every variable set against it
run()
{
	env SOCKMEND_POLICY=/etc/hostile.policy SOCKMEND_LOG=stderr SOCKMEND_APP=hostile \
		SOCKMEND_RUNDIR="$T/theirs" "$@" tcp4 listen 5 get SO_KEEPALIVE \
		get TCP_KEEPIDLE >"$T/said" 2>"$T/stderr"
	same "$1: exit status" 0 $?
}

run "$T/bin/plain"
has "not set-id: the variables hold" "$T/said" 'TCP_KEEPIDLE 77'
has "not set-id: the variables hold" "$T/stderr" 'options-set'

run "$T/bin/setid"
has "set-id: the library is there" "$T/said" 'SO_KEEPALIVE 1'
has "set-id: the profile safe holds" "$T/said" 'TCP_KEEPIDLE 60'
same "set-id: nothing on stderr" "" "$(cat "$T/stderr")"
same "set-id: no journal where told" "" "$(ls "$T/theirs")"

# The system's policy does hold.
mkdir /etc/sockmend
policy=$(policy 'rule "system" { keepalive { idle = 33s } }')
cp "$policy" /etc/sockmend/policy
run "$T/bin/setid"
has "set-id: the system's policy" "$T/said" 'TCP_KEEPIDLE 33'

# Bad words are not even read.
SOCKMEND_MODE=fast run "$T/bin/setid"
same "set-id: a bad mode" "" "$(cat "$T/stderr")"
SOCKMEND_MODE=off run "$T/bin/setid"
has "set-id: a mode that would switch it off" "$T/said" 'TCP_KEEPIDLE 33'
