# Roots of other Debian releases: . "$(dirname "$0")/../lib/releases.sh"
#
# They are made once, from the archive this system installs from, into
# $B/roots; packages are only unpacked, nothing of them is run to install it.
# shellcheck shell=sh
# A test whose programs talk sources net.sh after make_roots: a namespace has
# no way out.
. "$(dirname "$0")/../lib/roots.sh"
needs mmdebstrap apt-get
[ "$(id -u)" = 0 ] || skip "roots are made by root alone"

ROOT_PACKAGES=base-files,netcat-openbsd,dropbear-bin
INSTALLED=opt/sockmend

# make_root SUITE ARCH DIRECTORY
make_root()
{
	rm -rf "$3.new"
	mmdebstrap --quiet --mode=root --variant=extract --format=directory \
		--architectures="$2" --include=$ROOT_PACKAGES "$1" "$3.new" \
		"deb $make_roots_uri $1 main" >"$3.log" 2>&1 || return 1
	mv "$3.new" "$3"
}

# make_roots SUITE-ARCH…, those that are not there yet, two at a time.
make_roots()
{
	make_roots_uri=$(archive)
	mkdir -p "$B/roots"
	for made; do
		[ ! -e "$B/roots/$made/usr" ] || continue
		make_root "${made%-*}" "${made#*-}" "$B/roots/$made" &
		[ $(($(jobs -p | wc -l) % 2)) = 1 ] || wait
	done
	wait
}

# root SUITE-ARCH: $root is one, with the libraries in it as installed. False
# when it could not be made: $root.log says why.
root()
{
	root=$B/roots/$1
	[ -e "$root/usr" ] || return 1
	rm -rf "${root:?}/$INSTALLED"
	mkdir -p "$root/$INSTALLED/lib" "$root/tmp" "$root/etc/sockmend"
	for library in "$B"/lib/*/libsockmend.so; do
		library_of=$(basename "$(dirname "$library")")
		install -D -m 644 "$library" \
			"$root/$INSTALLED/lib/$library_of/libsockmend.so"
	done
}

why_no_root()
{
	sed -n 's/^E: //p' "$root.log" | grep -v 'mmdebstrap failed' | head -n 1
}

# in_root [NAME=VALUE]… PROGRAM [ARG]…: with this environment and no other, and
# a /proc of its own. Not by chroot(1), into which a preload would go too.
in_root()
{
	# shellcheck disable=SC2086,SC2016
	$exec unshare --mount sh -c 'mount -t proc proc "$1/proc"; shift; exec "$@"' \
		sh "$root" $tracer "$PYTHON" -c '
import os, sys
words = sys.argv[2:]
environment = {}
while "=" in words[0]:
	name, value = words.pop(0).split("=", 1)
	environment[name] = value
os.chroot(sys.argv[1])
os.chdir("/")
os.execve(words[0], words, environment)' "$root" "$@"
}
