# Images and containers: . "$(dirname "$0")/../lib/containers.sh"
#
# Images are built from an unpacked release ($CONTEXT) and a root of Debian
# bullseye, by buildah, in a store that goes with the test; what runs in them has
# the capabilities and the seccomp profile that engines give by default, and the
# network of the test.
# shellcheck shell=sh
. "$(dirname "$0")/../lib/roots.sh"
needs buildah mmdebstrap
if [ -z "${IN_A_NAMESPACE:-}" ]; then
	root=$(root_of bullseye amd64) || skip "$root"
	rm -rf "$root"
	ls "$B"/dist/sockmend-*.tar.gz >/dev/null 2>&1 || fail "no release in $B/dist: make dist"
fi
. "$(dirname "$0")/../lib/net.sh"

EXAMPLE=$TOP/examples/container
CONTEXT=$T/context
STORE="--storage-driver vfs --root $T/store --runroot $T/runroot"

image()
{
	# shellcheck disable=SC2086
	$exec buildah $STORE "$@"
}

# The release, and what the example says is to be laid beside it.
make_context()
{
	mkdir -p "$CONTEXT"
	tar -xzf "$(ls -t "$B"/dist/sockmend-*.tar.gz | head -n 1)" \
		--strip-components=1 -C "$CONTEXT"
	cp "$EXAMPLE/recorder.conf" "$CONTEXT"
	"$CONTEXT/bin/sockmendctl" compile -c "$CONTEXT/recorder.conf" >"$CONTEXT/policy" ||
		fail "the example's rules do not compile"
}

# The image an old program came in: bullseye's root, its netcats and a CMD.
make_recorder()
{
	mkdir -p "$T/base"
	ln -f "$B/roots/bullseye-amd64.tar" "$T/base/root.tar" 2>/dev/null ||
		cp "$B/roots/bullseye-amd64.tar" "$T/base/root.tar"
	printf '%s\n' 'FROM scratch' 'ADD root.tar /' \
		'CMD ["/bin/nc.openbsd", "-l", "5000"]' >"$T/base/Containerfile"
	built "$T/base/Containerfile" recorder:2009 "$T/base"
}

# This system's busybox and what it loads: for busybox:stable.
make_busybox()
{
	mkdir -p "$T/busybox/bin" "$T/busybox/tmp"
	cp "$(command -v busybox)" "$T/busybox/bin/busybox"
	for applet in sh cp httpd cat ls; do
		ln -s busybox "$T/busybox/bin/$applet"
	done
	ldd "$T/busybox/bin/busybox" | grep -o '/[^ ]*' | while read -r library; do
		cp --parents -L "$library" "$T/busybox"
	done
	printf '%s\n' 'FROM scratch' 'COPY . /' >"$T/busybox.file"
	built "$T/busybox.file" busybox:stable "$T/busybox"
}

# built FILE IMAGE DIRECTORY [BASE]
built()
{
	image bud -q --isolation chroot --layers=false -f "$1" -t "localhost/$2" \
		${4:+--build-arg "BASE=localhost/$4"} "$3" >"$T/bud" 2>&1 ||
		fail "$2: $(cat "$T/bud")"
}

# container_of IMAGE: the name of a new one.
container_of()
{
	image from -q "localhost/$1"
}

# inside [OPTION]… CONTAINER -- COMMAND…
inside()
{
	image run --isolation chroot "$@"
}

# command_of IMAGE [Entrypoint]: what an engine would start, a word a line.
command_of()
{
	image inspect --type image "localhost/$1" | "$PYTHON" -c '
import json, sys
config = json.load(sys.stdin)["OCIv1"]["config"]
for part in sys.argv[1:] or ("Entrypoint", "Cmd"):
    print("\n".join(config.get(part) or []))' ${2:+"$2"}
}
