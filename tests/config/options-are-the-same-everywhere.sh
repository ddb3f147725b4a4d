#!/bin/sh
# --help and --version work for every command, beside other options too; where
# something is changed -n and --dry-run are the same; -p is a profile.
. "$(dirname "$0")/../lib/test.sh"
CTL=$B/sockmendctl
version=$("$CTL" version)
for word in -V --version; do
	same "$word" "$version" "$("$CTL" "$word")"
	same "sockmend $word" "$version" "$("$B/sockmend" "$word")"
done
same "sockmend --help" "$("$B/sockmend" -h)" "$("$B/sockmend" --help)"
for command in $("$CTL" help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
	"$CTL" "$command" --help >"$T/help" </dev/null || fail "$command --help"
	has "$command --help" "$T/help" "^usage: sockmendctl $command"
	same "$command --version" "$version" "$("$CTL" "$command" --version </dev/null)"
	same "$command -x --help" "$(cat "$T/help")" "$("$CTL" "$command" -x --help 2>&1)"
done
for command in apply attach enable disable end; do
	"$CTL" help "$command" >"$T/help"
	has "$command" "$T/help" '^  -n, --dry-run '
done
for command in compile show explain enable attach; do
	"$CTL" help "$command" >"$T/help"
	has "$command" "$T/help" '^  -p(, --profile)? PROFILE '
done
"$CTL" explain -p silent-nat -P x accept '*' '*' >"$T/explained" || fail "explain"
has "the profile" "$T/explained" 'silent-nat.conf:'
# What stands behind -- is no option.
"$CTL" libpath -- --help >"$T/out" 2>&1
same "a program of that name" 127 $?
for word in --dry-run -n; do
	same "sockmend $word" observe "$("$B/sockmend" "$word" -- sh -c 'echo $SOCKMEND_MODE')"
done
