#!/bin/sh
# Five legacy programs, bare and mended side by side: all stories are played
# at once, each between network namespaces of its own, and shown in order.

name=demo
stories='camsrv fixedport leaky writer blindloop'
. "${0%/*}/lib.sh"

# The page is as wide as the terminal, within reason; pipes get 99 columns.
fit_page() {
	column=47
	live=no COLOUR=no
	if [ -t 1 ]; then
		live=yes
		[ -n "${NO_COLOR-}" ] || COLOUR=yes
		width=$(stty size 2>/dev/null </dev/tty | cut -d' ' -f2)
		column=$(((${width:-99} - 5) / 2))
		[ $column -ge 36 ] || column=36
		[ $column -le 60 ] || column=60
	fi
	export column COLOUR
}

introduce() {
	echo 'Five programs as they were written in 1998, each with a network'
	echo 'mistake of its time, played bare and mended at the same time.'
	echo 'This takes about 15 seconds.'
	case $unshare in
	*--map-user*) echo '(Not root: inside a user namespace.)' ;;
	'') not_shown ;;
	esac
	echo
}

start_stories() {
	PROGRESS=$work/progress
	export PROGRESS
	: >"$PROGRESS"
	players=
	for story in $stories; do
		mkdir "$work/$story"
		STORY_DIR=$work/$story sh "$here/$story.sh" \
			>"$work/$story/page" 2>"$work/$story/log" 3>&- &
		players="$players $!"
	done
}

stop_stories() {
	trap '' INT TERM HUP
	kill $players 2>/dev/null
	wait
	[ $live = no ] || printf '\r\033[K'
	echo 'demo: stopped' >&2
	exit 130
}

# A live line on a terminal; in a pipe each line once. (On descriptor 3:
# wait_until has no use for the output of what it polls.)
show_progress() {
	if [ $live = yes ]; then
		latest=$(grep "^$1 " "$PROGRESS" | tail -n 1 | cut -c1-68)
		printf '\r\033[K  %2ds %s' $(((now - began) / 100)) "$latest" >&3
	else
		tail -n +$((shown + 1)) "$PROGRESS" >"$work/news"
		[ -s "$work/news" ] || return
		sed 's/^/  ... /' "$work/news" >&3
		gap=yes shown=$((shown + $(wc -l <"$work/news")))
	fi
}

story_done() {
	[ -e "$work/$1/done" ] && return
	show_progress "$1"
	return 1
}

show_story() {
	wait_until 100 story_done "$1"
	[ $live = no ] || printf '\r\033[K'
	[ $gap = no ] || echo
	gap=no
	cat "$work/$1/page"
	if [ ! -s "$work/$1/bare/stuck" ] || [ ! -s "$work/$1/mended/served" ]; then
		sed "s/^/  $1: /" "$work/$1/log"
		all_well=no
	fi
}

# outcome STORY SIDE
outcome() {
	if [ -s "$work/$1/$2/served" ]; then
		echo served
	elif [ -s "$work/$1/$2/stuck" ]; then
		echo failed
	else
		echo broken
	fi
}

summarise() {
	read_clock
	printf '  %-12s %-10s %s\n' program bare mended
	for story in $stories; do
		printf '  %-12s %-10s %s\n' "$story" \
			"$(outcome "$story" bare)" "$(outcome "$story" mended)"
	done
	seconds=$(((now - began) / 100))
	if [ $all_well = yes ]; then
		paint 32 "All five failed bare and were served mended, in ${seconds}s."
	else
		paint 31 'Not as it should be: see above.'
	fi
}

check_ground $(printf 'examples/%s ' $stories)
fit_page
introduce
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap stop_stories INT TERM HUP
exec 3>&1
read_clock
began=$now shown=0 gap=no all_well=yes
start_stories
for story in $stories; do
	show_story "$story"
done
wait
summarise
[ $all_well = yes ]
