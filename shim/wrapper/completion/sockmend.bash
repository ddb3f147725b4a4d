# SPDX-License-Identifier: MIT
# bash completion for sockmend and sockmendctl. It knows no option by itself:
# `sockmendctl help COMMAND` and `sockmend -h` list them, and say in capitals
# what kind of value or operand goes where.

# The options of the help, each with the kind of its value, if it has one.
_sockmend_options() {
	awk -F '  +' '/^  -/ {
		n = split($2, word, /,? /)
		value = word[n] ~ /^-/ ? "" : word[n]
		for (i = 1; i <= n; i++)
			if (word[i] ~ /^-/) print word[i], value
	}' <<<"$help"
}

_sockmend_value_of() {
	_sockmend_options | awk -v option="$1" '$1 == option { print $2; exit }'
}

# The kinds of the operands in the usage, less options and their values.
_sockmend_operands() {
	sed -n '1{s/^usage: [^ ]* *//; s/--*[A-Za-z-]* [A-Z][^] |]*//g; p}' <<<"$help" |
		grep -Eo '[A-Z]{2,}|[a-z]+\|[a-z]+' | sort -u
}

_sockmend_words() {
	mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_sockmend_units() {
	printf '%s\n' {/etc,/run,/usr/lib,/lib}/systemd/system/*.service |
		sed -n 's|.*/\([^*@/]*\.service\)$|\1|p' | sort -u
}

# The tool refuses a profile there is none of with a list of those there are.
_sockmend_profiles() {
	local ctl=${words[0]}
	[[ $ctl == *ctl ]] || ctl=${ctl}ctl
	"$ctl" compile -p '?' 2>&1 |
		sed -n 's/.*want one of: \([^(].*\)/\1/p' | tr -d ,
}

# Candidates of one kind.
_sockmend_kind() {
	case $1 in
	FILE) _filedir ;;
	DIR) _filedir -d ;;
	PROFILE) _sockmend_words "$(_sockmend_profiles)" ;;
	PROGRAM) _sockmend_words "$(compgen -c -- "$cur" | sort -u)" ;;
	UNIT) _sockmend_words "$(_sockmend_units)" ;;
	PID) _sockmend_words "$(cd /proc && printf '%s ' [0-9]*)" ;;
	COMMAND) _sockmend_words "$commands" ;;
	[a-z]*'|'*) _sockmend_words "${1//|/ }" ;;
	esac
}

_sockmend_any() {
	local kind=
	[[ $prev != -* ]] || kind=$(_sockmend_value_of "$prev")
	if [[ $kind ]]; then
		_sockmend_kind "$kind"
	elif [[ $cur == -* ]]; then
		_sockmend_words "$(_sockmend_options | cut -d ' ' -f 1)"
	else
		for kind in $(_sockmend_operands); do
			_sockmend_kind "$kind"
		done
	fi
}

_sockmendctl() {
	local cur prev words cword split help commands
	_init_completion -s -n : || return
	commands=$("${words[0]}" help 2>/dev/null |
		sed -n 's/^  \([a-z][a-z]*\) .*/\1/p')
	if ((cword == 1)); then
		_sockmend_words "$commands"
		return
	fi
	help=$("${words[0]}" help "${words[1]}" 2>/dev/null)
	_sockmend_any
}

# From the program on it is the program's own completion that counts.
_sockmend() {
	local cur prev words cword help at
	_init_completion -n : || return
	help=$("${words[0]}" -h 2>/dev/null)
	for ((at = 1; at < cword; at++)); do
		case ${words[at]} in
		--) at=$((at + 1)) && break ;;
		-*) [[ -z $(_sockmend_value_of "${words[at]}") ]] || at=$((at + 1)) ;;
		*) break ;;
		esac
	done
	if ((at < cword)); then
		_command_offset "$at"
	else
		_sockmend_any
	fi
}

complete -F _sockmend sockmend
complete -F _sockmendctl sockmendctl
