#!/bin/sh
# Root's status opens the policy file that another user's program names with
# that user's rights, and only a regular file of a real file system.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/status.sh"
[ "$(id -u)" = 0 ] || skip "needs root, to be two users"
needs setpriv strace
public=$(mktemp -d "${TMPDIR:-/tmp}/sockmend-public.XXXXXX") || exit 1
trap 'tidy; rm -rf "$public"' EXIT
chmod 755 "$public"
cp "$B/libsockmend.so" "$P/sock" "$public"
mkdir -m 700 "$public/run" && chown 65534:65534 "$public/run"
good=$(policy 'rule "theirs" { eof { } }')
cp "$good" "$public/readable"
cp "$good" "$public/secret"
cp "$good" "$public/of-group" && chgrp 4242 "$public/of-group"
chmod 644 "$public/readable" && chmod 600 "$public/secret" && chmod 640 "$public/of-group"
ln -s secret "$public/link"
ln -s /proc/self/environ "$public/link-to-proc"
mkfifo "$public/fifo"

nobody()
{
	$exec setpriv --reuid 65534 --regid 65534 --groups 4242 \
		env SOCKMEND_RUNDIR="$public/run" "$@"
}
nobody true 2>/dev/null || skip "nobody can be another user here"

# opened NAME PATH: status of a program with this policy file; the opening of
# it for reading, if any, in $T/opened.
port=5000
opened()
{
	port=$((port + 1))
	start "$1" nobody env LD_PRELOAD="$public/libsockmend.so" \
		SOCKMEND_POLICY="$2" "$public/sock" tcp4 bind $HERE:$port listen 1 stay
	await_listener $port
	strace -f -y -qq -o "$T/trace" -e trace=open,openat,openat2 -e signal=none \
		"$B/sockmendctl" status "$(pid_of "$1")" >"$T/status" 2>"$T/status.err"
	target=$(readlink -f "$2")
	grep -F "<$target>" "$T/trace" | grep '= [0-9]*<[^>]*>$' |
		grep -v O_PATH >"$T/opened"
}

opened readable "$public/readable"
cell "a file they may read" RULE theirs "$HERE:$port"
opened group "$public/of-group"
cell "a file their group may read" RULE theirs "$HERE:$port"

# refused NAME PATH WHY
refused()
{
	opened "$1" "$2"
	same "$1 is not opened" "" "$(cat "$T/opened")"
	cell "$1 gives no rule" RULE '?' "$HERE:$port"
	has "$1: why" "$T/status.err" "$3"
}
refused secret "$public/secret" 'secret: Permission denied'
refused link "$public/link" 'link: Permission denied'
refused fifo "$public/fifo" 'fifo: is not a regular file'
refused device /dev/null 'null: is not a regular file'
refused procfs /proc/sys/net/ipv4/tcp_fin_timeout 'is on a pseudo file system'
refused sysfs /sys/kernel/mm/transparent_hugepage/enabled 'is on a pseudo|no such file'
refused through-a-link "$public/link-to-proc" 'is on a pseudo file system|Permission denied'

# Root's own programs keep root's rights.
start roots bare env LD_PRELOAD="$B/libsockmend.so" SOCKMEND_POLICY="$public/secret" \
	"$P/sock" tcp4 bind $HERE:6000 listen 1 stay
await_listener 6000
status "$(pid_of roots)"
cell "root's own file" RULE theirs "$HERE:6000"
