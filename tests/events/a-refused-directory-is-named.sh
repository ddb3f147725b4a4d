#!/bin/sh
# A directory for journals that is not this user's alone is not used, by the
# library or by the tool; the tool says so, with its mode and its owner.
. "$(dirname "$0")/../lib/test.sh"

# says REGEX|-: what each of them says of the directory.
says()
{
	for command in events 'events --prune' metrics; do
		# shellcheck disable=SC2086
		"$B/sockmendctl" $command >"$T/said.out" 2>"$T/said.err" || fail "$command: $?"
		[ "$1" = - ] || has "$command" "$T/said.err" "$1"
		[ "$1" != - ] || lacks "$command" "$T/said.err" refused
	done
}
says -
me=$(id -u)
chmod 750 "$T/run"
says "^sockmendctl: $T/run: refused: mode 0750, owner $me; .* mode 0700 and owner $me\$"
chmod 777 "$T/run"
says "refused: mode 0777, owner $me"
chmod 700 "$T/run"
says -
mv "$T/run" "$T/real" && ln -s real "$T/run"
says "$T/run: refused: it is not a directory"
rm "$T/run"
says -
: >"$T/run"
says "$T/run: refused: it is not a directory"
rm "$T/run"
mv "$T/real" "$T/run"
if [ "$me" = 0 ]; then
	chown 65534 "$T/run"
	says "refused: mode 0700, owner 65534; .* owner 0\$"
fi
