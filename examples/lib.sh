# SPDX-License-Identifier: MIT
# What the stories share: two machines and a cable, witnesses of what went
# over it, and the page that shows a run bare and a run mended side by side.
#
# A story sets `name`, `title`, `what` and `command`, defines play() and
# verdict texts, and ends with `tell "$@"`. play() runs once for each side,
# `bare` and `mended`, in a network namespace of its own, and says
# `served "..."` or `stuck "..."`; anything else is a broken story, not a
# proof. Where no namespace can be made, the machines are two addresses of
# 127.0.0.0/8, and a peer that loses its power is a peer that is stopped. Files of a side, in its directory $T: program, peer, wire, kernel,
# mend (what each of them saw) and served or stuck.

B=${B:-build}
case $B in
/*) ;;
*) B=$(cd "${0%/*}/.." && pwd)/$B ;;
esac
here=$(cd "${0%/*}" && pwd)

# --- permission ---------------------------------------------------------------

# The command that gives us namespaces of our own, or nothing. Outside of
# root's world we keep a user number that is not 0: tcpdump, as user 0, would
# try to become somebody else, which a user namespace cannot grant.
namespace_command() {
	for way in 'unshare -n' \
		'unshare -U --map-user=1000 --map-group=1000 --keep-caps -n'; do
		if $way ip link set lo up 2>/dev/null; then
			echo "$way"
			return
		fi
	done
}

# What a run without namespaces cannot show, and why.
not_shown() {
	refused=$(unshare -n true 2>&1)
	echo "Not shown: a cable that is cut (needs CAP_SYS_ADMIN and" \
		"CAP_NET_ADMIN: ${refused##*: })." \
		"On loopback the camera falls silent instead."
}

# Debian packages that are missing here, by the commands they bring.
missing_packages() {
	for pair in ip:iproute2 ss:iproute2 nft:nftables tcpdump:tcpdump \
		socat:socat unshare:util-linux nsenter:util-linux \
		timeout:coreutils awk:mawk; do
		command -v "${pair%:*}" >/dev/null || echo "${pair#*:}"
	done | sort -u | tr '\n' ' '
}

missing_builds() {
	for file in libsockmend.so sockmendctl sockmend "$@"; do
		[ -e "$B/$file" ] || printf '%s ' "$B/$file"
	done
}

# Leave with a message, and status 2, unless the stories can be played here.
check_ground() {
	PATH=$PATH:/usr/sbin:/sbin
	missing=$(missing_packages)
	if [ -n "$missing" ]; then
		echo "$name: missing packages: $missing" >&2
		echo "install them: apt-get install $missing" >&2
		exit 2
	fi
	missing=$(missing_builds "$@")
	if [ -n "$missing" ]; then
		echo "$name: not built yet: $missing(run make)" >&2
		exit 2
	fi
	unshare=$(namespace_command)
}

# --- time ---------------------------------------------------------------------

# Centiseconds since boot, into $now.
read_clock() {
	read -r now _ </proc/uptime
	now=${now%.*}${now#*.}
}

# Two clocks for one moment, the side's beginning: events tell the time of day.
begin() {
	for _ in 1 2 3 4 5 6 7 8 9; do
		read_clock
		began=$now
		date +%H:%M:%S.%N >"$T/began"
		read_clock
		[ $((now - began)) -gt 1 ] || return 0
	done
}

# Copy lines, each with the seconds since the side began before it.
stamp() {
	while IFS= read -r line; do
		read_clock
		age=$((now - began))
		printf '%2d.%ds %s\n' $((age / 100)) $((age % 100 / 10)) "$line"
	done
}

# wait_until SECONDS COMMAND...: poll until it is true; false at the deadline. (On a
# slow machine the tests set PATIENCE, how many times longer things take.)
wait_until() {
	read_clock
	deadline=$((now + $1 * 100 * ${PATIENCE:-1}))
	shift
	until "$@" >/dev/null 2>&1; do
		sleep 0.1
		read_clock
		[ "$now" -lt $deadline ] || return 1
	done
}

# Tell whoever watches what is being waited for.
doing() {
	if [ -n "${PROGRESS-}" ]; then
		echo "$name $side: $*" >>"$PROGRESS"
	else
		echo "$name $side: $*" >&2
	fi
}

# --- machines and the cable between them --------------------------------------

# A machine is a namespace with no name but a process that holds it: nothing
# is mounted, names cannot clash, and nothing outlives the story. On loopback
# it is the processes that have its name in their environment.
holder() {
	cat "$T/machine.$1"
}

make_machine() {
	unshare -n sh -c "echo \$\$ >'$T/machine.$1.new'; exec sleep 3600" \
		</dev/null >/dev/null 2>&1 &
	wait_until 10 test -s "$T/machine.$1.new" || broken "machine $1"
	mv "$T/machine.$1.new" "$T/machine.$1"
}

# The processes on a machine, its holder last.
pids_on() {
	[ -e "$T/machine.$1" ] || return 0
	if [ -n "$LOOPBACK" ]; then
		grep -lszxF "MACHINE=$T/$1" /proc/[0-9]*/environ |
			cut -d/ -f3
		return
	fi
	net=$(readlink /proc/"$(holder "$1")"/ns/net) || return 0
	net=${net#net:?} net=${net%?}
	find /proc/[0-9]*/ns/net -prune -lname "net:?$net?" 2>/dev/null |
		cut -d/ -f3 | grep -vx "$(holder "$1")"
	holder "$1"
}

# machines A B: A has the address $near, where the wire is watched, and B has
# $far. The server's port is $port.
machines() {
	left=$1 right=$2
	if [ -n "$LOOPBACK" ]; then
		touch "$T/machine.$left" "$T/machine.$right"
		return
	fi
	ip link add left address 02:00:00:00:00:01 type veth \
		peer name right address 02:00:00:00:00:02
	plug_in "$left" left "$near"
	plug_in "$right" right "$far"
}

# Addresses and a port that no other side has: the programs bind the wildcard.
choose_addresses() {
	near=10.9.0.1 far=10.9.0.2 port=5000
	if [ -n "$LOOPBACK" ]; then
		net=127.$((16 + $$ / 256 % 224)).$(($$ % 256))
		near=$net.1 far=$net.2 port=$((5000 + 2 * ${title%%.*}))
		[ "$side" = bare ] || port=$((port + 1))
		while ss -Hltn "sport = :$port" | grep -q .; do
			port=$((port + 20))
		done
	fi
	echo "$near $far $port" >"$T/addresses"
}

plug_in() {
	make_machine "$1"
	ip link set "$2" netns "$(holder "$1")"
	on "$1" ip link set "$2" name eth0
	on "$1" ip addr add "$3/24" dev eth0
	on "$1" ip link set lo up
	on "$1" ip link set eth0 up
}

# on MACHINE COMMAND...
on() {
	where=$1
	shift
	if [ -n "$LOOPBACK" ]; then
		env MACHINE="$T/$where" "$@"
	else
		nsenter -n -t "$(holder "$where")" "$@"
	fi
}

# The same for one end of a pipeline: no shell stays behind to report that the
# command was killed, which is what switching a machine off does.
become() {
	where=$1
	shift
	[ -z "$LOOPBACK" ] || exec env MACHINE="$T/$where" "$@"
	exec nsenter -n -t "$(holder "$where")" "$@"
}

# The right machine loses its power: the cable is dead before its programs
# are, so nothing of their end gets out, and its kernel forgets everything. On
# loopback its programs are stopped, and say nothing more.
power_cut() {
	if [ -n "$LOOPBACK" ]; then
		kill -STOP $(pids_on "$right")
		return
	fi
	on "$right" ip link set eth0 down
	on "$right" ip link set eth0 name right netns $$
	switch_off "$right"
}

power_on() {
	[ -n "$LOOPBACK" ] || plug_in "$right" right "$far"
}

switch_off() {
	pids=$(pids_on "$1")
	while [ -n "$pids" ]; do
		kill -9 $pids 2>/dev/null
		pids=$(pids_on "$1")
	done
	rm -f "$T/machine.$1"
}

switch_everything_off() {
	for machine in "$T"/machine.*; do
		[ -e "$machine" ] && switch_off "${machine##*/machine.}"
	done
}

# --- the program and its witnesses --------------------------------------------

# legacy PROGRAM ARG...: start it on the left machine, bare or mended. (The
# rule is copied: inside a user namespace root's files belong to nobody, and
# sockmend trusts nobody's configuration.)
legacy() {
	program=$1
	shift
	cp "$here/$name.conf" "$T/"
	set -- "$B/examples/$program" "$@"
	[ "$side" = bare ] || set -- "$B/sockmend" -c "$T/$name.conf" "$@"
	become "$left" "$@" 2>&1 | stamp >"$T/program" &
}

listening() {
	on "$left" ss -Hltn "sport = :$port" | grep -q .
}

# tcpdump on the cable, before anything happens there. On loopback it may be
# missing or refused (CAP_NET_RAW); then the wire is no witness.
watch_wire() {
	wire=eth0
	[ -z "$LOOPBACK" ] || wire=lo
	become "$left" tcpdump -l -n -t --immediate-mode -i $wire \
		"tcp and port $port and ($1)" 2>"$T/tcpdump" | stamp >"$T/wire" &
	wait_until 10 grep -Eq '^listening|: ' "$T/tcpdump"
	grep -q '^listening' "$T/tcpdump" || [ -n "$LOOPBACK" ] || broken tcpdump
}

# witness MACHINE SS-FILTER: what its kernel says about its connections.
witness() {
	on "$1" ss -Htano "$2" | grep -v LISTEN | stamp >"$T/kernel"
}

peer_says() {
	stamp >>"$T/peer"
}

served() {
	echo "$*" >"$T/served"
}

stuck() {
	echo "$*" >"$T/stuck"
}

broken() {
	echo "$name $side: $* did not start" >&2
	exit 2
}

play_side() {
	side=$1 T=$2
	unset SOCKMEND_POLICY SOCKMEND_MODE SOCKMEND_LOG SOCKMEND_APP
	export SOCKMEND_RUNDIR="$T/run"
	mkdir -m 700 "$T/run"
	touch "$T/program" "$T/peer" "$T/wire" "$T/kernel"
	choose_addresses
	begin
	trap switch_everything_off EXIT
	trap 'exit 143' INT TERM HUP
	play
	# What the end of the play itself causes is not part of the story.
	for saw in program peer wire; do
		cp "$T/$saw" "$T/$saw.seen"
	done
	"$B/sockmendctl" events >"$T/mend" 2>&1
}

# --- the page -----------------------------------------------------------------

# tcpdump's lines as a newcomer reads them.
readable_wire() {
	awk -v left="$left" -v right="$right" '
	function who(address,  part) {
		sub(/:$/, "", address)
		split(address, part, ".")
		return (part[4] == 1 ? left : right) ":" part[5]
	}
	function said(  flags, bytes) {
		flags = $0
		sub(/.*Flags \[/, "", flags)
		sub(/\].*/, "", flags)
		bytes = $0
		sub(/.*length /, "", bytes)
		bytes += 0
		if (flags ~ /R/) return "RST"
		if (flags == "S.") return "SYN, ACK"
		if (flags ~ /S/) return "SYN"
		if (flags ~ /F/) return "FIN"
		if (/ win 0,/) return "window 0"
		return bytes ? bytes " bytes" : "ACK"
	}
	{ print ($1 ~ /^[0-9]\./ ? " " : "") $1, who($3) " > " who($5), said() }' "$1"
}

# One line a connection; many in the same state are only counted.
readable_sockets() {
	awk -v left="$left" -v right="$right" -v near="$near" -v far="$far" '
	{
		sub(/timer:/, "")
		gsub(near "|127\\.0\\.0\\.1", left)
		gsub(far, right)
		of[$2]++
		state[NR] = $2
		line[NR] = ($1 ~ /^[0-9]\./ ? " " : "") $1 " " $2 " " $5 " - " $6 \
			($4 > 0 ? " unsent " $4 : "") " " $7
	}
	END {
		for (i = 1; i <= NR; i++)
			if (of[state[i]] <= 3)
				print line[i]
			else if (!counted[state[i]]++)
				print "      " of[state[i]] " in " state[i]
	}' "$1"
}

# Events on the same clock as the rest, without what all of them share.
readable_events() {
	awk -v left="$left" -v right="$right" -v near="$near" -v far="$far" \
		-v began="$(cat "$T/$side/began" 2>/dev/null)" '
	function seconds(clock,  part) {
		split(clock, part, ":")
		return part[1] * 3600 + part[2] * 60 + part[3]
	}
	!/^[0-9]+-[0-9]+-[0-9]+T/ { print; next }
	{
		clock = substr($1, 12, 12)
		sub(/^[^ ]+ [^ ]+ /, "")
		gsub(near "|127\\.0\\.0\\.1", left)
		gsub(far, right)
		age = seconds(clock) - seconds(began)
		if (age < 0) age += 86400
		printf "%4.1fs %s\n", int(age * 10) / 10, $0
	}' "$1"
}

# digest LINES: lines that only repeat the one before are counted, and a long
# text loses its middle.
digest() {
	awk -v most="$1" '
	function flush() {
		if (times > 1) line[++n] = "      (" times " times more, " \
			"until " last ")"
		if (times == 1) line[++n] = held
		times = 0
	}
	{
		text = $0
		sub(/^ *[0-9.]+s /, "", text)
		if (NR > 1 && text == before) {
			times++
			held = $0
			last = $1
			next
		}
		flush()
		line[++n] = $0
		before = text
	}
	END {
		flush()
		for (i = 1; i <= n; i++) {
			if (n > most && i == int(most / 2))
				print "      (" n - most + 1 " lines more)"
			if (n <= most || i < int(most / 2) || \
			    i > n - most + int(most / 2))
				print line[i]
		}
	}'
}

# side_by_side LEFT RIGHT: two texts in columns, long lines folded.
side_by_side() {
	awk -v width="${column:-47}" '
	function take(text, column,  head) {
		while (length(text) > width) {
			head = width
			while (head > width / 2 && substr(text, head, 1) != " ")
				head--
			if (head <= width / 2) head = width
			cell[column, ++rows[column]] = substr(text, 1, head)
			text = "      " substr(text, head + 1)
		}
		cell[column, ++rows[column]] = text
	}
	{ take($0, FILENAME == ARGV[1] ? 1 : 2) }
	END {
		n = rows[1] > rows[2] ? rows[1] : rows[2]
		for (i = 1; i <= n; i++)
			printf "  %-" width "s | %s\n", cell[1, i], cell[2, i]
	}' "$1" "$2"
}

paint() {
	if [ "${COLOUR-}" = yes ]; then
		printf '\033[%sm%s\033[0m\n' "$1" "$2"
	else
		printf '%s\n' "$2"
	fi
}

addresses_of() {
	read -r near far port <"$T/$1/addresses"
}

# section TITLE LINES FILE [FILTER]: one witness, from both sides.
section() {
	for side in bare mended; do
		addresses_of $side
		${4:-cat} "$T/$side/$3" 2>/dev/null | digest "$2" >"$T/$side/cell"
		[ -s "$T/$side/cell" ] || echo "      -" >"$T/$side/cell"
	done
	paint 1 "  $1"
	side_by_side "$T/bare/cell" "$T/mended/cell"
}

show() {
	paint '1;36' "$title"
	echo "$what" | sed 's/^[[:space:]]*/  /'
	[ -z "$LOOPBACK" ] || [ -n "${STORY_DIR-}" ] || not_shown | sed 's/^/  /'
	echo
	expand -t 4 "$here/$name.conf" | sed 's/^/      /'
	echo
	addresses_of bare
	echo "BARE: \$ $command $port $arguments" >"$T/bare/cell"
	addresses_of mended
	echo "MENDED: \$ sockmend -c $name.conf $command $port $arguments" \
		>"$T/mended/cell"
	paint '1;33' "$(side_by_side "$T/bare/cell" "$T/mended/cell")"
	section "What the program saw ($program)" 10 program.seen
	section "What its peer got ($right)" 8 peer.seen
	section 'What the wire saw (tcpdump)' 10 wire.seen readable_wire
	section "What the kernel says (ss, at the end)" 6 kernel readable_sockets
	echo '      it was not there' >"$T/bare/mend"
	section 'What sockmend did (sockmendctl events)' 6 mend readable_events
	show_verdict
}

show_verdict() {
	if [ -s "$T/bare/stuck" ]; then
		paint 31 "  bare:   FAILED, as ever: $(cat "$T/bare/stuck")"
	else
		paint 33 "  bare:   DID NOT FAIL: $(cat "$T/bare/served" 2>&1)"
	fi
	if [ -s "$T/mended/served" ]; then
		paint 32 "  mended: SERVED: $(cat "$T/mended/served")"
	else
		paint 31 "  mended: NOT SERVED: $(cat "$T/mended/stuck" 2>&1)"
	fi
	echo
}

tell_story() {
	check_ground "examples/$program"
	T=${STORY_DIR:-$(mktemp -d)}
	mkdir -p "$T/bare" "$T/mended"
	trap 'kill $sides 2>/dev/null; wait; exit 130' INT TERM HUP
	if [ -n "${STORY_DIR-}" ]; then
		trap 'touch "$T/done"' EXIT
	else
		trap 'rm -rf "$T"' EXIT
	fi
	LOOPBACK=
	[ -n "$unshare" ] || LOOPBACK=yes
	export LOOPBACK
	sides=
	for side in bare mended; do
		$unshare sh "$0" --side $side "$T/$side" &
		sides="$sides $!"
	done
	wait
	show
	[ -s "$T/bare/stuck" ] && [ -s "$T/mended/served" ]
}

# What every story ends with.
tell() {
	if [ "${1-}" = --side ]; then
		play_side "$2" "$3"
	else
		tell_story
	fi
}
