#!/bin/sh
# The man pages are well-formed, and name every command and option there is.
. "$(dirname "$0")/../lib/test.sh"
needs mandoc
for page in "$TOP"/shim/man/*.[157]; do
	mandoc -T lint -W warning "$page" >"$T/lint" 2>&1 ||
		fail "$(cat "$T/lint")"
done

# As a reader sees it: overstrikes gone, one line of single blanks.
read_page()
{
	mandoc -T ascii "$1" | sed 's/.\x08//g' | tr -s ' \n' ' '
}

# named PAGE WORD…: the page has each of them.
named()
{
	page=$1
	shift
	for word; do
		case $(read_page "$page") in
		*" $word"[\ ,.]*) ;;
		*) fail "${page##*/} does not name $word" ;;
		esac
	done
}

# shellcheck disable=SC2046
named "$TOP/shim/man/sockmendctl.1" \
	$("$B/sockmendctl" --help | sed -n 's/^  \([a-z]*\) .*/\1/p')
# shellcheck disable=SC2046
named "$TOP/shim/man/sockmend.1" $("$B/sockmend" -h |
	grep -o -e '^  -[a-z]' -e ', -[A-Z]' | grep -o -e '-.')

# Every event has its word, and what happened as the table has it.
sed -n 's/^.*X([A-Z_]*, "\([a-z-]*\)",.*/\1/p' "$TOP/shim/core/events.h" >"$T/words"
[ -s "$T/words" ] || fail "no events"
while read -r word; do
	has "sockmendctl(1) on $word" "$TOP/shim/man/sockmendctl.1" "^\.It Cm $word\$"
done <"$T/words"
