# A container as small as can be: . "$(dirname "$0")/../lib/contained.sh"
#
# Its root ($BOX) has the probe program, what that loads, the library and a
# policy, and nothing else: no shell, no /run, /tmp, /proc, /dev, no locale. The
# program is process 1 there, with a network of its own.
# shellcheck shell=sh
. "$(dirname "$0")/../lib/rights.sh"
needs_root "makes a container"
needs_right CAP_SYS_ADMIN "makes a container: unshare -nmpf" unshare -nmpf true
. "$(dirname "$0")/../lib/test.sh"
unset SOCKMEND_RUNDIR

BOX=$T/box
BOX_LIBRARY=/opt/sockmend/libsockmend.so
mkdir -p "$BOX/opt/sockmend" "$BOX/etc/sockmend"
cp "$P/sock" "$BOX/sock"
cp "$B/libsockmend.so" "$BOX$BOX_LIBRARY"
cp "$(policy 'rule "all" { keepalive { idle = 60s } idle { timeout = 1h } }')" \
	"$BOX/etc/sockmend/policy"
ldd "$P/sock" | grep -o '/[^ ]*' | while read -r box_library; do
	cp --parents -L "$box_library" "$BOX"
done

before_it=:  # what is done first, in its namespaces
box_option=  # -u: in a user namespace where nobody has a number
box_more=    # more of its environment

# boxed NAME VERB…: started, mended; bare_box, as it would be without us.
boxed()
{
	boxed_name=$1
	shift
	start "$boxed_name" in_box "LD_PRELOAD=$BOX_LIBRARY" "$@"
}

bare_box()
{
	boxed_name=$1
	shift
	start "$boxed_name" in_box NOT=mended "$@"
}

in_box()
{
	box_preload=$1
	shift
	# shellcheck disable=SC2086
	$exec unshare -nmpf --propagation private --kill-child sh -c '
		ip link set lo up && eval "$0" || exit 1
		exec "$@"' "$before_it" "$PYTHON" "$TOP/tests/lib/box.py" $box_option \
		"$BOX" "$box_preload" SOCKMEND_POLICY=/etc/sockmend/policy \
		SOCKMEND_LOG=stderr $box_more -- /sock "$@"
}

# Its process, as we see it.
box_pid()
{
	pgrep -P "$(pid_of "$1")"
}

# What everybody in a box does here: serve itself, and ask for the kernel's word.
SERVE="tcp4 bind 127.0.0.1:5000 listen 5 tcp4 connect 127.0.0.1:5000 use 0 accept
	get SO_KEEPALIVE"
