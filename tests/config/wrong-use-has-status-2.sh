#!/bin/sh
# A command that was called wrongly shows how it is called, status 2.
. "$(dirname "$0")/../lib/system.sh"

misused()
{
	"$CTL" "$@" >misused.stdout 2>misused.stderr
	same "exit status of $*" 2 $?
	has "standard error of $*" misused.stderr '^usage: sockmendctl'
	same "standard output of $*" "" "$(cat misused.stdout)"
}

misused
misused nonsense
misused compile -c a -p b
misused compile -p b -c a
misused compile operand
misused compile -c
misused compile -c ''
misused compile --json
misused apply operand
misused check -x
misused show one two
"$CTL" --help >help.out || fail "--help"
has "help names the subcommands" help.out '^  compile '
