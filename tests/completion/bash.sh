#!/bin/sh
# bash completes every command, each of their options, and values by kind, as
# `help` lists them: from the installed files, found by name.
. "$(dirname "$0")/../lib/test.sh"
needs bash
[ -e /usr/share/bash-completion/bash_completion ] ||
	skip "bash-completion is not installed"
make -s -o all -C "$TOP" B="$B" PREFIX=/usr DESTDIR="$T/root" install >"$T/install" 2>&1 ||
	fail "$(cat "$T/install")"

cat >"$T/try.bash" <<'END'
. /usr/share/bash-completion/bash_completion
try() {
	local how
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMPREPLY=()
	COMP_POINT=${#COMP_LINE}
	complete -p "$1" >/dev/null 2>&1 || _completion_loader "$1"
	how=$(complete -p "$1")
	how=${how##*-F }
	"${how%% *}" "$1" "${@: -1}" "${@: -2:1}"
	echo "${COMPREPLY[*]}"
}
try "$@"
END

# completes WANTED WORD…: exactly these, in any order.
completes()
{
	wanted=$(printf '%s\n' "$1" | xargs -n 1 | sort -u | xargs)
	shift
	got=$(HOME=$T PATH="$T/root/usr/bin:$PATH" XDG_DATA_DIRS="$T/root/usr/share" \
		bash --norc "$T/try.bash" "$@" 2>"$T/bash.err" |
		xargs -n 1 | sort -u | xargs)
	same "bash completes: $*" "$wanted" "$got"
}

options_of()
{
	"$B/sockmendctl" help "$1" | sed -n 's/^  \(-.*\)/\1/p' |
		sed 's/   *.*//' | grep -Eo -- '(^|, )--?[A-Za-z][a-z-]*' | tr -d ', '
}

commands=$("$B/sockmendctl" help | sed -n 's/^  \([a-z]*\) .*/\1/p')
completes "$commands" sockmendctl ''
completes "$commands" sockmendctl help ''
completes 'enable end environ events explain' sockmendctl e
for command in $commands; do
	completes "$(options_of "$command")" sockmendctl "$command" -
done
completes '-c -p -r -n --dry-run -v -h --help -V --version' sockmend -
completes 'accept connect' sockmendctl explain ''

cd "$T" || exit 1
echo >one.conf
mkdir one.dir
completes 'one.conf one.dir' sockmendctl show -c one
completes 'one.dir' sockmendctl enable --root one
completes $$ sockmendctl events -f $$
completes dash sockmend -n -r 'eof {' das
completes dash sockmendctl probe das
completes one.conf sockmend -v cat one.c
