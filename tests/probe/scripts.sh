#!/bin/sh
# A script is as mendable as what runs it, and probe names that.
. "$(dirname "$0")/../lib/test.sh"

# script NAME FIRST-LINE
script()
{
	printf '%s\nexit 0\n' "$2" >"$T/$1"
	chmod +x "$T/$1"
}

# chain SCRIPT STATUS INTERPRETER…
chain()
{
	name=$1 wanted=$2
	shift 2
	"$B/sockmendctl" probe "$T/$name" >"$T/probe"
	same "probe $name" "$wanted" $?
	same "the interpreters of $name" "$(printf '%s\n' "$@")" \
		"$(sed -n 's/^interpreter: //p' "$T/probe")"
}

sh=$(realpath /bin/sh) env=$(realpath /usr/bin/env) cat=$(realpath /bin/cat)
script plain '#!/bin/sh'
chain plain 0 "$sh"
script spaced '#! /bin/sh -e'
chain spaced 0 "$sh"
script none 'echo no first line'
chain none 0 "$sh"
script env '#!/usr/bin/env cat'
chain env 0 "$cat"
script split '#!/usr/bin/env -S A=1 cat -u'
chain split 0 "$cat"
script bare-env '#!/usr/bin/env'
chain bare-env 0 "$env"
script nested "#!$T/plain"
chain nested 0 "$(realpath "$T/plain")" "$sh"

printf 'int main(void) { return 0; }' >"$T/main.c"
gcc -static -o "$T/static" "$T/main.c" || skip "no static libc"
script static-sh "#!$T/static"
chain static-sh 1 "$(realpath "$T/static")"
has "a static interpreter" "$T/probe" 'because: .*statically linked'
"$B/sockmend" "$T/static-sh" 2>"$T/err"
same "the wrapper refuses it" 126 $?
has "and names the script" "$T/err" 'static-sh is a script for '
has "and its interpreter" "$T/err" '/static cannot be mended'

script lost "#!$T/absent -x"
chain lost 1 "$T/absent"
has "no interpreter" "$T/probe" 'because: its interpreter is not'
script env-absent '#!/usr/bin/env no-such-program'
chain env-absent 1 no-such-program
script loop "#!$T/loop"
chain loop 1 $(for _ in 1 2 3 4 5; do realpath "$T/loop"; done)
has "a loop" "$T/probe" 'because: .*more than the kernel follows'

# Set-id bits of a script mean nothing; those of its interpreter do.
chmod u+s,g+s "$T/plain"
chain plain 0 "$sh"
