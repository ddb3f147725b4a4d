#!/bin/sh
# A run directory that is missing, full, a link, read-only or somebody else's:
# the program runs, mended, without a journal; no SIGBUS, nothing left behind.
[ -n "${IN_A_NAMESPACE:-}" ] || {
	flags=-m
	[ "$(id -u)" = 0 ] || flags=-Urm
	. "$(dirname "$0")/../lib/rights.sh"
	needs_right CAP_SYS_ADMIN "mounts: unshare $flags" unshare $flags true
	IN_A_NAMESPACE=1 exec unshare $flags -- "$0" "$@"
}
. "$(dirname "$0")/../lib/test.sh"
trap 'umount -l "$T/small" 2>/dev/null; tidy' EXIT

rules='log = stderr rule "all" { keepalive { idle = 5s } }'
script="tcp4 bind 127.0.0.1:0 listen 5 get SO_KEEPALIVE"
wanted="tcp4 = 3
bind 127.0.0.1:0 = 0
listen 5 = 0
get SO_KEEPALIVE 1 = 0"

# still_mends WHAT RUNDIR: mended as ever, and stderr has the event.
still_mends()
{
	# shellcheck disable=SC2086
	SOCKMEND_RUNDIR=$2 mended_sock "$rules" $script >"$T/said" 2>"$T/stderr"
	same "$1: exit status" 0 $?
	same "$1: what it saw" "$wanted" "$(cat "$T/said")"
	has "$1: the event" "$T/stderr" 'options-set'
}

# no_journal WHAT RUNDIR
no_journal()
{
	still_mends "$@"
	same "$1: files left" "" "$(find "$2/" -name '*.journal' 2>/dev/null)"
}

no_journal "missing, its parent too" "$T/no/where"
still_mends "missing" "$T/made"
same "missing: made, for us alone" 700 "$(stat -c %a "$T/made")"
[ -n "$(ls "$T/made")" ] || fail "missing: no journal"
: >"$T/file"
no_journal "a file" "$T/file"
no_journal "below a file" "$T/file/run"
mkdir -m 700 "$T/target"
ln -s target "$T/link"
no_journal "a link" "$T/link"
ln -s nowhere "$T/dangling"
no_journal "a dangling link" "$T/dangling"
[ ! -e "$T/nowhere" ] || fail "a dangling link: its target was made"
mkdir -m 777 "$T/open"
chmod 777 "$T/open"
no_journal "open to all" "$T/open"
if [ "$(id -u)" = 0 ] && mkdir -m 700 "$T/theirs" && chown 65534 "$T/theirs" 2>/dev/null; then
	no_journal "somebody else's" "$T/theirs"
fi
no_journal "/dev/null" /dev/null

# ---- full, nearly full, read-only
mkdir -m 700 "$T/small"
for size in 4k 64k 128k 252k; do
	mount -t tmpfs -o mode=700,size=$size tmpfs "$T/small" || skip "no tmpfs here"
	no_journal "of $size" "$T/small"
	umount "$T/small"
done
mount -t tmpfs -o mode=700,size=320k tmpfs "$T/small"
still_mends "large enough for one" "$T/small"
same "large enough for one" 1 "$(find "$T/small" -name '*.journal' | wc -l)"
still_mends "full by now" "$T/small"
same "full by now" 1 "$(find "$T/small" -name '*.journal' | wc -l)"
rm "$T/small"/*
dd if=/dev/zero of="$T/small/filler" bs=1k >/dev/null 2>&1
no_journal "filled by others" "$T/small"
umount "$T/small"
mount -t tmpfs -o mode=700,nr_inodes=1 tmpfs "$T/small"
no_journal "no inode left" "$T/small"
umount "$T/small"
mount -t tmpfs -o mode=700,ro tmpfs "$T/small"
no_journal "read-only" "$T/small"
umount "$T/small"

# A journal cut short under the program by somebody who may: not by us. One
# deleted: the program goes on.
start deleted mended_sock 'rule "all" { keepalive { idle = 5s } eof { } }' \
	tcp4 listen 5 touch "$T/up" await "$T/go" tcp4 listen 5 get SO_KEEPALIVE
wait_until 20 test -e "$T/up" || fail "the program is not up"
rm -f "$SOCKMEND_RUNDIR"/*.journal
: >"$T/go"
reap_within 20 deleted
same "journal deleted: status" 0 $?
has "journal deleted" "$T/deleted.out" 'SO_KEEPALIVE 1'

# ---- nowhere at all
mount -t tmpfs -o mode=755,ro tmpfs /run
unset SOCKMEND_RUNDIR
XDG_RUNTIME_DIR=/nowhere
export XDG_RUNTIME_DIR
mended_sock "$rules" tcp4 listen 5 >"$T/said" 2>"$T/stderr"
same "no default place but /tmp: status" 0 $?
has "no default place but /tmp" "$T/stderr" 'options-set'
