# What is delivered, built: . "$(dirname "$0")/../lib/packages.sh" after
# roots.sh or test.sh
# shellcheck shell=sh

# build deb|dist: by the rules that everybody uses.
build()
{
	flock "$B" make -s -C "$TOP" B="$B" "$B/$1/built" >"$T/$1.out" 2>&1 ||
		fail "make $1"
}

# deb PACKAGE [ARCHITECTURE]: the file.
deb()
{
	ls "$B/deb/$1"_*_"${2:-amd64}.deb" 2>/dev/null
}

version()
{
	sed -n 's/.*SOCKMEND_VERSION "\(.*\)"/\1/p' "$TOP/shim/core/version.h"
}

# Silent connections end after a moment; nc, a server, ends with its own.
SILENT='rule "silent" { direction = accept keepalive { idle = 60s }
	idle { timeout = 400ms } }'

listening()
{
	ss -tlnH "sport = :$1" | grep -q .
}

# mends PORT COMMAND…: a server on that port whose silent client is given up.
mends()
{
	mends_port=$1
	shift
	start server "$@"
	wait_until 20 listening "$mends_port" || fail "nobody listens: $*"
	start client timeout $((30 * PATIENCE)) nc.openbsd -d 127.0.0.1 "$mends_port"
	reap_within 20 server
	stop client
}
