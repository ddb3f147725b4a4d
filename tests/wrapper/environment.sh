#!/bin/sh
# The program's environment is what sockmend was given, and three variables:
# also those that shells drop, set or change on the way.
. "$(dirname "$0")/../lib/test.sh"
. "$(dirname "$0")/shells.sh"

# How a program sees it, one variable a line, ours left out.
seen()
{
	env -i "$@" /usr/bin/env -0 | tr '\n\0' '|\n' |
		grep -v -e '^LD_PRELOAD=' -e '^SOCKMEND_POLICY=' -e '^_=' | sort
}

# untouched VARIABLE…: the same through the wrapper as without it.
untouched()
{
	# shellcheck disable=SC2086
	same "$shell: $*" "$(seen "$@")" "$(seen "$@" $shell "$B/sockmend")"
}

all()
{
	untouched
	untouched A=1 B= "C=it's  \"quoted\" \$HOME \`id\` \\ *"
	untouched a.b=1 'x y=2' 'BASH_FUNC_f%%=() { :; }' 9=nine
	untouched PATH=/usr/bin:/bin PWD=/bogus OLDPWD=/x SHLVL=41
	untouched "NEWLINES=

one

" "IFS=/" OPTIND=9
	untouched policy=strict mode=x opt=y library=z value=v count=3
	untouched PS4=x ENV=/dev/null LANG=C HOME=/ LC_ALL=C.UTF-8
}

# What it does set: nothing that is not asked for.
ours()
{
	same "$shell: plain" 'unset unset' "$(settings)"
	same "$shell: -n" 'observe unset' "$(settings -n)"
	same "$shell: -v" 'unset stderr' "$(settings -v)"
	same "$shell: -vn" 'observe stderr' "$(settings -vn)"
	SOCKMEND_MODE=off
	export SOCKMEND_MODE
	same "$shell: inherited" 'off unset' "$(settings)"
	unset SOCKMEND_MODE
}

settings()
{
	sockmend "$@" sh -c 'echo "${SOCKMEND_MODE-unset}" "${SOCKMEND_LOG-unset}"'
}

chosen()
{
	SOCKMEND_CONFIG=$T/five.conf
	export SOCKMEND_CONFIG
	same "$shell: SOCKMEND_CONFIG" 1 "$(idle_5s)"
	same "$shell: -c before SOCKMEND_CONFIG" 0 "$(idle_5s -c "$T/six.conf")"
	SOCKMEND_CONFIG=
	same "$shell: an empty SOCKMEND_CONFIG is none" 0 "$(idle_5s)"
	unset SOCKMEND_CONFIG
}

idle_5s()
{
	sockmend "$@" sh -c 'printf %s "$SOCKMEND_POLICY"' | grep -c 'idle=5000'
}

echo 'rule "five" { keepalive { idle = 5s } }' >"$T/five.conf"
echo 'rule "six" { keepalive { idle = 6s } }' >"$T/six.conf"
in_each_shell all
in_each_shell ours
in_each_shell chosen
