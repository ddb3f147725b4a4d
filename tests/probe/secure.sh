#!/bin/sh
# Set-id programs and file capabilities: probe says no exactly when the kernel
# sets AT_SECURE for whoever asks, which ld.so shows by what it prints.
. "$(dirname "$0")/../lib/test.sh"
[ "$(id -u)" = 0 ] || skip "only root can make set-id programs"
needs setpriv
place=$(mktemp -d /tmp/sockmend-secure.XXXXXX)
trap 'rm -rf "$place"; tidy' EXIT
chmod 755 "$place"

# nobody may not look into the build tree: an installation for everybody.
mkdir -p "$place/bin" "$place/lib/sockmend"
cp "$B/sockmendctl" "$B/sockmend" "$place/bin"
cp "$B/libsockmend.so" "$place/lib/sockmend"

# program NAME MODE [OWNER]
program()
{
	cp /bin/true "$place/$1"
	chown "${3:-0:0}" "$place/$1"
	chmod "$2" "$place/$1"
}

# capabilities NAME FLAGS PERMITTED INHERITABLE, as the kernel keeps them
capabilities()
{
	program "$1" 755
	"$PYTHON" -c 'import os, struct, sys
flags, permitted, inheritable = (int(a, 0) for a in sys.argv[2:])
os.setxattr(sys.argv[1], "security.capability", struct.pack(
	"<5I", 0x02000000 | flags, permitted, inheritable, 0, 0))' \
		"$place/$1" "$2" "$3" "$4" || skip "no file capabilities here"
}

program plain 755
program setuid 4755
program setgid 2755
program setgid-locking 2745
program setuid-nobody 4755 65534:65534
program setuid-unreadable 4711
program unreadable 711
capabilities effective 1 0x2000 0
capabilities permitted 0 0x2000 0
capabilities inheritable 0 0 0x2000

# Each program's answer, and the truth: in secure mode ld.so prints no
# auxiliary vector.
asked()
{
	setpriv "$@" sh -c '
	cd /
	for name in plain setuid setgid setgid-locking setuid-nobody \
		setuid-unreadable effective permitted inheritable; do
		mendable=$("$0/bin/sockmendctl" probe "$0/$name" |
			sed -n "s/^mendable: //p")
		secure=yes
		LD_SHOW_AUXV=1 "$0/$name" | grep -q "AT_SECURE: *0" && secure=no
		echo "$name secure=$secure mendable=$mendable"
	done' "$place"
}

# Never does probe say yes where the loader drops the library, nor no where
# it does not.
agrees()
{
	asked "$@" >"$T/answers" || fail "setpriv $*"
	same "$*: all were asked" 9 "$(wc -l <"$T/answers")"
	lacks "$*" "$T/answers" 'secure=yes mendable=(yes|perhaps)'
	lacks "$*" "$T/answers" 'secure=no mendable=no'
}

nobody='--reuid 65534 --regid 65534 --clear-groups'
agrees --reuid 0
# shellcheck disable=SC2086
{
	agrees $nobody
	has "nobody" "$T/answers" '^setuid secure=yes mendable=no'
	has "nobody" "$T/answers" '^effective secure=yes mendable=no'
	agrees $nobody --no-new-privs
	has "no_new_privs" "$T/answers" '^setuid secure=no mendable=yes'

	setpriv $nobody "$place/bin/sockmend" "$place/setuid" 2>"$T/err"
	same "the wrapper refuses" 126 $?
	has "with a way out" "$T/err" 'setpriv --no-new-privs sockmend'
	setpriv $nobody --no-new-privs "$place/bin/sockmend" "$place/setuid"
	same "which works" 0 $?
	setpriv $nobody "$place/bin/sockmend" "$place/effective" 2>"$T/err"
	same "the wrapper refuses" 126 $?
	has "naming capabilities" "$T/err" 'file capabilities'
	setpriv $nobody "$place/bin/sockmend" "$place/unreadable" 2>"$T/err"
	same "what nobody can read is run" 0 $?
	has "with a word of warning" "$T/err" 'not read'
}

# On a nosuid mount neither bits nor capabilities count.
if unshare -m true 2>/dev/null; then
	same "nosuid" 'yes yes' "$(unshare -m sh -c '
		mount -t tmpfs -o nosuid none /mnt && cp -a "$1/setuid" \
			"$1/effective" /mnt && exec setpriv --reuid 65534 \
			--regid 65534 --clear-groups sh -c "
			$1/bin/sockmendctl probe /mnt/setuid
			$1/bin/sockmendctl probe /mnt/effective"' sh "$place" |
		sed -n 's/^mendable: //p' | xargs)"
fi
