#!/bin/sh
# zsh completes commands, options and values by kind, as a user types them.
. "$(dirname "$0")/../lib/test.sh"
needs zsh
make -s -o all -C "$TOP" B="$B" PREFIX=/usr DESTDIR="$T/root" install >"$T/install" 2>&1 ||
	fail "$(cat "$T/install")"

# In a terminal of its own: the line, a tab, and what is then on the line or
# listed under it.
cat >"$T/try.zsh" <<'END'
zmodload zsh/zpty
zpty shell "cd $T; HOME=$T PATH=$T/root/usr/bin:$PATH TERM=dumb COLUMNS=200 LINES=200 zsh -f -i"
zpty -w shell "stty -echo; PS1= fpath=($T/root/usr/share/zsh/site-functions \$fpath)"
zpty -w shell "autoload -Uz compinit; compinit -u -d $T/dump; unsetopt beep"
zpty -w shell 'LISTMAX=1000; zstyle ":completion:*" list-prompt ""; bindkey "^I" complete-word; setopt auto_list no_list_ambiguous no_auto_menu; x() { zle complete-word; zle -I; print "<$BUFFER>" }; zle -N x; bindkey "^X" x; print re""ady'
zpty -r shell said '*ready*' || exit 1
zpty -w -n shell "$1$2"
said=
for ((tries = 0; tries < 200; tries++)); do
	while zpty -r -t shell some; do said+=$some; done
	[[ $said == *$~3* ]] && break
	sleep 0.05
done
print -r -- "$said" | tr -d '\r'
END

# becomes LINE WANTED: the line after a tab.
becomes()
{
	T=$T timeout $((60 * PATIENCE)) zsh -f "$T/try.zsh" "$1" "$(printf '\030')" '<*>' \
		>"$T/zsh.said" 2>"$T/zsh.err"
	has "zsh: $1" "$T/zsh.said" "<$(quoted "$2") ?>"
}

# lists LINE LAST REGEX…: under the line, down to a word of the last entry.
lists()
{
	line=$1
	T=$T timeout $((60 * PATIENCE)) zsh -f "$T/try.zsh" "$line" "$(printf '\t')" "$2" \
		>"$T/zsh.said" 2>"$T/zsh.err"
	shift 2
	for regex; do
		has "zsh: $line" "$T/zsh.said" "$regex"
	done
}

cd "$T" || exit 1
echo >one.conf
becomes 'sockmendctl versi' 'sockmendctl version'
becomes 'sockmendctl events --fol' 'sockmendctl events --follow'
becomes 'sockmendctl show -c on' 'sockmendctl show -c one.conf'
becomes 'sockmendctl explain acc' 'sockmendctl explain accept'
becomes 'sockmendctl help ver' 'sockmendctl help version'
becomes 'sockmendctl probe tcpdum' 'sockmendctl probe tcpdump'
becomes 'sockmend -n cat on' 'sockmend -n cat one.conf'
lists 'sockmendctl e' 'explain ' 'events .*-- ' 'enable .*-- '
lists 'sockmendctl enable --' 'yes ' '--dry-run .*-- show what' '--root '
lists 'sockmend -' '-v ' '-n .*-- observe' '-r .*-- the body of one rule'
