# Many programs side by side, and what the tool says of them:
# . "$(dirname "$0")/../lib/crowd.sh". A table has a line for each: NAME | PROGRAM [ARG]… | LOAD; …
# A test may have more columns, for itself.
#
# $HERE, $PEER, $T and $W (what it serves) are expanded in it; a port is its own.
# The programs are children of one process, so that one `suggest` watches all.
# What a LOAD is stands in lib/load.py. A program that is not installed is left
# out, and named in the numbers.
# shellcheck shell=sh
. "$(dirname "$0")/../lib/doctor.sh"
W=$T/www
PATH=$PATH:/usr/sbin:/sbin:/run/www:$W
export HERE PEER OTHER T W P PYTHON

# crowd TABLE: they run, and each has served its load.
crowd()
{
	mkdir "$T/logs"
	: >"$T/load" >"$T/crowd" >"$T/absent"
	# shellcheck disable=SC2034 # the rest is the test's
	while IFS='|' read -r crowd_name crowd_command crowd_load crowd_rest; do
		case $crowd_name in '' | '#'*) continue ;; esac
		crowd_line "${crowd_name%"${crowd_name##*[! 	]}"}"
	done <"$1"
	[ ! -s "$T/absent" ] || number "not installed:$(cat "$T/absent")"
	echo 'wait' >>"$T/crowd"
	start load peer "$PYTHON" -u "$TOP/tests/lib/load.py" "$T/load"
	soon "the load" "$T/load.out" '^ready'
	start crowd crowd_home sh "$T/crowd"
	wait_until 40 grep -qx 'all served' "$T/load.out" ||
		fail "$(tail -n 3 "$T"/load.out "$T"/logs/*)"
}

crowd_line()
{
	# shellcheck disable=SC2086 # the first word of a command
	set -- "$1" $crowd_command
	if ! command -v "$2" >/dev/null; then
		printf ' %s' "$1" >>"$T/absent"
		return
	fi
	printf '{ %s; } </dev/null >"$T/logs/%s" 2>&1 &\n' \
		"exec $crowd_command" "$1" >>"$T/crowd"
	printf '%s|%s\n' "$1" "$crowd_load" >>"$T/load"
}

# Some want a directory of theirs in /run; what another user executes is there.
crowd_home()
{
	# shellcheck disable=SC2016
	$exec unshare -mi sh -c 'mount -t tmpfs tmpfs /run && mkdir -p /run/sshd /run/lock/p910nd &&
		cp -r "$W" /run && exec "$@"' \
		home "$@"
}

# A rule with one of these ends a connection.
enders='(idle|close_wait|supersede|dead|eof) \{|connect_timeout|ack_timeout|user_timeout'

# watch_crowd OPTION…: what is suggested for all of them, in $T/crowd.conf.
watch_crowd()
{
	"$B/sockmendctl" suggest "$@" "$(pid_of crowd)" >"$T/crowd.conf" ||
		fail "suggest"
	"$B/sockmendctl" check "$T/crowd.conf" >"$T/check.out" 2>&1 ||
		fail "check: $(cat "$T/check.out")"
}
