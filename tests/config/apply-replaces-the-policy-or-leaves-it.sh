#!/bin/sh
# apply: a new policy whole and readable by all, or the old one untouched:
# after a broken edit, on a full disk, on a read-only one; and nobody who reads
# meanwhile ever sees a part of one.
. "$(dirname "$0")/../lib/system.sh"
policy=etc/sockmend/policy

umask 077
"$CTL" apply >apply.out || fail "apply where nothing is configured"
same "safe, where nothing is" "$("$CTL" compile)" "$(cat $policy)"
same "everybody may read it" 644 "$(stat -c %a $policy)"

echo 'rule "a" { idle { timeout = 5s } }' >etc/sockmend/sockmend.conf
same "what it prints" "etc/sockmend/policy: 1 rule" "$("$CTL" apply)"
same "the new policy" "$("$CTL" compile)" "$(cat $policy)"
cp $policy old

unchanged()
{
	cmp -s $policy old || fail "$1 changed the policy"
	same "$1 leaves nothing behind" "apps.d policy profiles sockmend.conf" \
		"$(ls etc/sockmend | xargs)"
}

echo 'rule "a" { idle { timeout = 5y } }' >etc/sockmend/sockmend.conf
says 'etc/sockmend/sockmend.conf:1: idle.timeout = 5y: want 10ms-30d or off' \
	"$CTL" apply
unchanged "a broken edit"

echo 'rule "b" { }' >etc/sockmend/sockmend.conf
says 'etc/sockmend/policy: cannot be replaced: File too large' \
	sh -c '(trap "" XFSZ; ulimit -f 0; exec "$0" apply 2>&1 >/dev/null) |
		{ cat >&2; exit 1; }' "$CTL"
unchanged "a disk without room"

if unshare -rm true 2>/dev/null; then
	says 'etc/sockmend/policy: cannot be replaced: Read-only file system' \
		unshare -rm sh -c 'mount --bind etc etc &&
			mount -o remount,bind,ro etc && cd "$PWD" &&
			exec "$0" apply' "$CTL"
	unchanged "a read-only disk"
	says 'etc/sockmend/policy: cannot be replaced: No space left on device' \
		unshare -rm sh -c 'cp -r etc keep && rm -r keep/sockmend/profiles &&
			mount -t tmpfs -o size=16k none etc && cd "$PWD" &&
			cp -r keep/* etc && rm -r keep &&
			head -c 20000 /dev/zero >etc/fill 2>/dev/null
			exec "$0" apply' "$CTL"
	rm -rf keep
fi

# One that applies two policies in turn, and one that reads all the while.
(
	for i in $(seq 100); do
		echo "rule \"$i\" { }" >etc/sockmend/sockmend.conf
		"$CTL" apply >/dev/null || exit 1
	done
	: >applied
) &
reads=0
while [ ! -e applied ]; do
	cat $policy >seen
	tail -n 1 seen | grep -q '^end 1 ........$' ||
		fail "a policy that is no whole: $(cat seen)"
	reads=$((reads + 1))
	kill -0 $! 2>/dev/null || [ -e applied ] || fail "apply failed"
done
[ "$reads" -gt 10 ] || fail "only $reads reads"
same "the last one stays" "rule name=100" "$(sed -n 2p $policy)"
rm -r etc
says 'etc/sockmend/policy: cannot be replaced: No such file or directory' \
	"$CTL" apply
