# Daemons as Debian ships them: . "$(dirname "$0")/../lib/daemons.sh"
#
# A test defines play(): it starts a daemon, serves its clients and stops it,
# and writes down what could be seen of that. It ends with `compare_lives`,
# which plays three lives at once: bare, mended under a rule file with
# everything in it, and observed. All three must have written the same.
#
# Each life has a network, a process table, a /run and a list of users of its
# own, all of which go with it. In play(), $SITE is a directory everybody can
# read, `live PROGRAM…` runs a program as this life has it, and the user
# `guest` exists.
# shellcheck shell=sh
. "$(dirname "$0")/../lib/rights.sh"
. "$(dirname "$0")/../lib/test.sh"

PATH=$PATH:/usr/sbin:/sbin
SITE=/run/site
LIVES="bare mended observed"
RULES_FIRST= # a test may have rules of its own before these
MAY_FAIL=nothing # what may fail nevertheless, an expression
EVERYTHING='rule "clients" {
	direction = connect
	ephemeral_port = yes
	keepalive { idle = 3000s interval = 50s probes = 7 }
	eof { spin_limit = 1000 }
	idle { timeout = 1h count = both escalate = 1m }
	close_wait { after = 10m reclaim = pressure }
	self_connect = refuse
	errors = eof
	set { tcp_syncnt = 5 tcp_linger2 = 50s }
}
rule "servers" {
	reuse_address = yes
	keepalive { idle = 3000s interval = 50s probes = 7 user_timeout = auto }
	eof { spin_limit = 1000 }
	idle { timeout = 1h escalate = 1m }
	close_wait { after = 10m half_close = respect reclaim = pressure }
	supersede { when = same_peer after = 1h }
	errors = eof
	set { tcp_linger2 = 50s }
	override = yes
}'

# ---- for play()

# Run a program as this life has it.
live()
{
	case $LIFE in
	bare) bare "$@" ;;
	mended) $exec "$B/sockmend" -c "$SITE/full.conf" -- "$@" ;;
	observed) $exec "$B/sockmend" -n -c "$SITE/full.conf" -- "$@" ;;
	esac
}

# What differs from one run to the next, as a word; a test may say more.
blur()
{
	cat
}

# seen WHAT COMMAND…: what it says, less what differs, and how it ends.
seen()
{
	echo "== $1"
	shift
	"$@" >"$T/seen" 2>&1 </dev/null
	seen_status=$?
	blur <"$T/seen"
	echo "-- exit status $seen_status"
}

# ends WHAT PID [SECONDS]: a process of ours, child or not, ends by itself.
ends()
{
	wait_until "${3:-30}" gone "$2" || fail "$1 has not ended"
	echo "-- $1 has ended"
}

gone()
{
	! kill -0 "$1" 2>/dev/null || grep -q '^State:.*Z' "/proc/$1/status"
}

# listens PORT: it does so soon.
listens()
{
	wait_until 30 has_listener "$1" || fail "nothing listens on port $1"
}

has_listener()
{
	ss -Hltn "sport = :$1" | grep -q .
}

# Connections of a port that have the timer our rules set; only if mended.
kept_alive()
{
	case $LIFE in
	mended) wait_until 10 has_timer "$1" 49min ||
		fail "no keepalive of ours: $(ss -Htano "sport = :$1")" ;;
	*) ! has_timer "$1" 49min || fail "a keepalive of ours: $LIFE" ;;
	esac
}

has_timer()
{
	ss -Htno state established "sport = :$1" | grep -q "timer:(keepalive,$2"
}

# ---- the lives

be_born()
{
	mount -t tmpfs -o mode=755 tmpfs /run || exit 1
	mkdir -p "$SITE/bin" "$SITE/guest"
	cp "$B/libsockmend.so" "$B/sockmendctl" "$B/sockmend" "$SITE/bin"
	B=$SITE/bin
	printf '%s\n' "$RULES_FIRST" "$EVERYTHING" >"$SITE/full.conf"
	mkdir -m 700 /run/journals
	export SOCKMEND_RUNDIR=/run/journals
	ip link set lo up
	add_guest
}

add_guest()
{
	for add_to in passwd shadow; do
		cp "/etc/$add_to" "$SITE/$add_to"
	done
	echo "guest:x:4242:65534::$SITE/guest:/bin/sh" >>"$SITE/passwd"
	echo 'guest:*:19000:0:99999:7:::' >>"$SITE/shadow"
	chmod 600 "$SITE/shadow"
	chown 4242 "$SITE/guest"
	for add_to in passwd shadow; do
		mount --bind "$SITE/$add_to" "/etc/$add_to" || exit 1
	done
}

# Nothing of ours may have failed, or ended anything; observed, nothing at
# all may have been done.
look_at_events()
{
	case $LIFE in
	bare)
		same "journals of a bare life" "" "$(ls /run/journals)"
		return
		;;
	mended) event "it was mended" '\] fd [0-9]+ options-set rule (servers|clients)' ;;
	observed)
		event "it was observed" 'would options-set rule (servers|clients)'
		no_event "it was left alone" '\] fd [0-9]+ (port-freed|options-set)'
		;;
	esac
	events | grep -Ev "mend-failed: ($MAY_FAIL)$" >"$T/events"
	lacks "nothing failed" "$T/events" mend-failed
	no_event "nothing was ended" \
		'idle-ended|close-wait-ended|fd-reclaimed|eof-spin|superseded|refused'
}

compare_lives()
{
	if [ -n "${LIFE:-}" ]; then
		be_born
		play
		look_at_events || exit 1
		exit 0
	fi
	for life in $LIVES; do
		mkdir -p "$T/$life"
		start $life env LIFE=$life T="$T/$life" unshare -nmpf --mount-proc \
			--kill-child -- "$0"
	done
	for life in $LIVES; do
		reap $life || fail "$life: $(sed -n '/^FAILED/,/^----/p' "$T/$life.out")"
	done
	for life in mended observed; do
		diff -u "$T/bare.out" "$T/$life.out" >"$T/differences" ||
			fail "$(cat "$T/differences")"
	done
}

needs_root "plays daemons"
needs_right CAP_SYS_ADMIN "plays daemons: unshare -nmpf" unshare -nmpf --mount-proc true
