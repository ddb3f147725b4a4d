#!/bin/sh
# No command, option, variable or event is missing from its page, and every
# command has an example there.
. "$(dirname "$0")/../lib/test.sh"
needs mandoc
ctl_page=$TOP/shim/man/sockmendctl.1 page=$TOP/shim/man/sockmend.1
missing=

lacking()
{
	missing="$missing
  $*"
}

# shellcheck disable=SC2086,SC2116 # commands are words
# What the page says of one command: its synopses, and the text under its name.
about()
{
	printf '.Dd May 1, 2026\n.Dt X 1\n.Os\n.Sh NAME\n.Nm x\n.Nd x\n.Sh DESCRIPTION\n'
	awk -v command="$1" -v list="$(echo $commands)" '
		/^\.Sh/ { synopsis = /SYNOPSIS/; on = 0 }
		/^\.Ss/ || /^\.Nm/ && synopsis { on = 0 }
		/^\.(It )?Cm / {
			name = $0
			sub(/^\.(It )?Cm /, "", name)
			sub(/ .*/, "", name)
			if (/^\.Cm/ && synopsis || /^\.It/ && commands[name])
				on = name == command
		}
		on && !/^\.(It|El|Bl|Bd|Ed|Sh|Ss)/ { print }
		on && /^\.It/ { sub(/^\.It/, ".Pp\n.No"); print }
		BEGIN { split(list, names); for (i in names) commands[names[i]] = 1 }
	' "$ctl_page"
}

# has_word TEXT WORD: as a reader sees it, overstrikes gone.
shows_word()
{
	grep -Eq -- "(^|[ [|,(])$(quoted "$2")($|[] |,.:;=)])" "$1"
}

rendered()
{
	mandoc -T ascii -O width=300 2>/dev/null | sed 's/.\x08//g'
}

# The options in a help text.
options_in()
{
	sed -n 's/^  \(-.*\)/\1/p' | sed 's/   *.*//' |
		grep -Eo -- '(^|, )--?[a-zA-Z][a-z-]*' | sed 's/^, //'
}

commands=$("$B/sockmendctl" help | sed -n 's/^  \([a-z]*\) .*/\1/p')
[ -n "$commands" ] || fail "no commands"
rendered <"$ctl_page" >"$T/ctl.txt"
for command in $commands; do
	"$B/sockmendctl" help "$command" >"$T/help" || fail "help $command"
	same "$command --help is the same" "$(cat "$T/help")" \
		"$("$B/sockmendctl" "$command" --help)"
	options_in <"$T/help" | tee -a "$T/options" >"$T/these"
	about "$command" | rendered >"$T/about"
	while read -r option; do
		shows_word "$T/about" "$option" ||
			lacking "sockmendctl(1) on $command: $option"
	done <"$T/these"
	sed -n 1p "$T/help" | grep -Eo -- '(^|[ [])--?[a-z][a-z-]*' | tr -d ' [' >"$T/usage"
	while read -r option; do
		grep -Fxq -e "$option" "$T/these" ||
			lacking "sockmendctl help $command: its usage has $option"
	done <"$T/usage"
	grep -Eq "^(\\\$ |\.Dl )?(.*[ (])?sockmendctl (-|.* )?$command( |\)|\$)" "$ctl_page" ||
		lacking "sockmendctl(1): an example of $command"
done

# What is accepted is what help lists.
sed -n 's/^[[:blank:]]*{"\([a-z-]*\)", \(no\|required\|optional\)_argument.*/--\1/p' \
	"$TOP"/shim/ctl/*.c "$TOP"/shim/ctl/*/*.c | sort -u >"$T/accepted"
[ -s "$T/accepted" ] || fail "no long options"
while read -r option; do
	grep -Fxq -e "$option" "$T/options" || lacking "sockmendctl help: $option"
done <"$T/accepted"

"$B/sockmend" -h | options_in >"$T/wrapper"
[ -s "$T/wrapper" ] || fail "no options of sockmend"
while read -r option; do
	grep -Eq "^\.It Fl ${option#-}( |\$)" "$page" || lacking "sockmend(1): $option"
done <"$T/wrapper"

# Variables: the wrapper's and the library's, and the tool's.
cat "$TOP/shim/wrapper/sockmend" "$TOP"/shim/preload/*/*.[ch] |
	grep -Eo 'SOCKMEND_(CONFIG|POLICY|MODE|LOG|RUNDIR|APP)|"SOCKMEND_[A-Z]+' |
	tr -d '"' | sort -u >"$T/variables"
has "variables are found" "$T/variables" SOCKMEND_MODE
while read -r name; do
	grep -q "^\.It Ev $name\$" "$page" || lacking "sockmend(1): $name"
done <"$T/variables"
sed -n 's/.*[^_]getenv("\([A-Z_]*\)").*/\1/p' "$TOP"/shim/ctl/*.c "$TOP"/shim/ctl/*/*.c | sort -u >"$T/variables"
has "variables are found" "$T/variables" SOCKMEND_RUNDIR
while read -r name; do
	grep -q "^\.It Ev .*\<$name\>" "$ctl_page" || lacking "sockmendctl(1): $name"
done <"$T/variables"

for each in "$page" "$ctl_page" "$TOP/shim/man/sockmend.conf.5"; do
	grep -q '^\.Sh EXAMPLES$' "$each" || lacking "${each##*/}: EXAMPLES"
done
[ -z "$missing" ] || fail "missing:$missing"
