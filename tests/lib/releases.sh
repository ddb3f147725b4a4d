# Roots of other Debian releases: . "$(dirname "$0")/../lib/releases.sh"
#
# Each is made once, for all tests, from the archive this system installs from,
# into $B/roots; packages are only unpacked, nothing of them is run to install it.
# shellcheck shell=sh
# A test whose programs talk sources net.sh after make_roots: a namespace has
# no way out.
. "$(dirname "$0")/../lib/roots.sh"
needs mmdebstrap apt-get
[ "$(id -u)" = 0 ] || skip "roots are made by root alone"

INSTALLED=opt/sockmend

# In bullseye for amd64 there are a shell and a 32-bit program too, for
# packages/an-old-image-takes-the-release; compilers are for build/debian-13-builds.
packages_of()
{
	echo base-files
	case $1 in
	*-compilers)
		echo dash,coreutils,diffutils,findutils,grep,sed
		echo make,gcc,clang,libc6-dev,libconfuse-dev
		;;
	bullseye-amd64)
		echo netcat-openbsd,dropbear-bin
		echo dash,coreutils,netcat-traditional:i386,libc6:i386
		;;
	*) echo netcat-openbsd,dropbear-bin ;;
	esac
}

architectures_of()
{
	case $1 in
	bullseye-amd64) echo amd64,i386 ;;
	*) echo "$1" | cut -d - -f 2 ;;
	esac
}

# make_root SUITE-ARCH[-compilers], unless it is there.
make_root()
{
	exec 8>"$B/roots/$1.lock"
	flock 8
	[ ! -e "$B/roots/$1/usr" ] || return 0
	rm -rf "$B/roots/$1.new"
	nice mmdebstrap --quiet --mode=root --variant=extract --format=directory \
		--architectures="$(architectures_of "$1")" \
		--include="$(packages_of "$1" | paste -sd,)" \
		"${1%%-*}" "$B/roots/$1.new" \
		"deb $make_roots_uri ${1%%-*} main" >"$B/roots/$1.log" 2>&1 8>&- &&
		mv "$B/roots/$1.new" "$B/roots/$1"
}

# make_roots SUITE-ARCH…: all at once, for most of the time is spent waiting
# for the archive.
make_roots()
{
	make_roots_uri=$(archive)
	mkdir -p "$B/roots"
	for made; do
		make_root "$made" &
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

# copy_root DIRECTORY: what was installed in $root, for a test to change.
copy_root()
{
	mkdir "$1"
	tar -C "$root" --exclude=./opt --exclude=./tmp --exclude=./etc/sockmend \
		--exclude=./etc/ld.so.preload -cf - . | tar -C "$1" -xpf -
	mkdir "$1/opt" "$1/tmp"
	[ -e "$1/bin/sh" ] || ln -s dash "$1/bin/sh" # by dash's own script, once
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
