#!/bin/sh
# What probe says about every sort of program file, with a way out, and that
# what it calls mendable is: the library gets into the process.
. "$(dirname "$0")/../lib/test.sh"
library=$("$B/sockmendctl" libpath)

# says FILE STATUS LINE…: probe's status, and lines it must print.
says()
{
	file=$1 wanted=$2
	shift 2
	"$B/sockmendctl" probe "$file" >"$T/probe" 2>&1
	same "probe $file" "$wanted" $?
	for line; do
		grep -qxF -- "$line" "$T/probe" || fail "probe $file: no \"$line\"
$(cat "$T/probe")"
	done
	[ "$wanted" != 1 ] || has "probe $file" "$T/probe" '^way out: .'
	"$B/sockmendctl" probe --quiet "$file" >"$T/quiet" 2>"$T/quiet.err"
	same "probe --quiet $file" "$wanted" $?
	lacks "probe --quiet $file" "$T/quiet" .
}

because()
{
	has "probe $file" "$T/probe" "^because: .*$1"
}

# Loaded, or not, as the maps of the running program show.
loads()
{
	LD_PRELOAD=$library "$1" 2>/dev/null | grep -cF "$library"
}

cat >"$T/main.c" <<'END'
#include <stdio.h>
int main(void)
{
	char line[512];
	FILE *maps = fopen("/proc/self/maps", "r");
	while (fgets(line, sizeof line, maps))
		fputs(line, stdout);
	return 0;
}
END
gcc -o "$T/dynamic" "$T/main.c" || skip "gcc cannot build programs"
says "$T/dynamic" 0 "path: $(realpath "$T/dynamic")" 'kind: dynamic' \
	'libc: glibc' 'mendable: yes'
lacks "nothing to explain" "$T/probe" '^(because|way out)'
[ "$(loads "$T/dynamic")" -gt 0 ] || fail "it is mendable, but not loaded"

if gcc -static -o "$T/static" "$T/main.c"; then
	says "$T/static" 1 'kind: static' 'mendable: no'
	because 'statically linked'
	same "static: nothing is loaded" 0 "$(loads "$T/static")"
fi
if gcc -static-pie -o "$T/static-pie" "$T/main.c"; then
	says "$T/static-pie" 1 'kind: static-pie' 'mendable: no'
	same "static-pie: nothing is loaded" 0 "$(loads "$T/static-pie")"
fi

# musl, real where there is one, and by the name of the loader anyway.
if command -v musl-gcc >/dev/null; then
	musl-gcc -o "$T/musl" "$T/main.c" &&
		says "$T/musl" 0 'libc: musl' 'mendable: yes'
	[ "$(loads "$T/musl")" -gt 0 ] || fail "mendable on musl, but not loaded"
fi
gcc -Wl,--dynamic-linker=/lib/ld-musl-absent.so.1 -o "$T/musl" "$T/main.c"
says "$T/musl" 1 'libc: musl' 'mendable: no'

gcc -Wl,--dynamic-linker=/lib/ld-linux-absent.so.2 -o "$T/no-ld" "$T/main.c"
says "$T/no-ld" 1 'loader: /lib/ld-linux-absent.so.2'
because 'loader is not on this system'

cp "$T/dynamic" "$T/other-ld"
gcc -Wl,--dynamic-linker="$T/other-ld" -o "$T/other" "$T/main.c"
says "$T/other" 1 'libc: other'

# As cgo leaves it: a dynamic program with the note of Go's linker.
cat >"$T/go.s" <<'END'
	.section .note.go.buildid, "a", %note
	.long 4, 8, 4
	.asciz "Go\0"
	.ascii "build-id"
	.section .note.GNU-stack, "", %progbits
END
gcc -o "$T/go" "$T/main.c" "$T/go.s"
says "$T/go" 1 'language: Go' 'kind: dynamic' 'mendable: no'
because 'Go program'

# A header is enough to tell a machine that there is no library for.
"$PYTHON" - "$T/arm" <<'END'
import struct, sys
head = struct.pack("<16sHHIIIIIHHHHHH", b"\x7fELF\1\1\1", 2, 40, 1, 0x8048000,
		   52, 0, 0, 52, 32, 1, 0, 0, 0)
interp = struct.pack("<8I", 3, 84, 0, 0, 19, 19, 4, 1)
open(sys.argv[1], "wb").write(head + interp + b"/lib/ld-linux.so.3\0")
END
chmod +x "$T/arm"
says "$T/arm" 1 'bits: 32' 'machine: arm' 'mendable: no'
because 'another machine or word size'

# One that this kernel refuses, whatever libraries are here; execve(2) agrees.
"$PYTHON" - "$T" >"$T/refused" <<'END'
import errno, os, struct, sys
for name, bits, machine in ("i386", 32, 3), ("x86-64", 64, 62), ("aarch64", 64, 183):
	path = sys.argv[1] + "/" + name
	word, head, entry = ("I", 52, 32) if bits == 32 else ("Q", 64, 56)
	where = [3, head + entry, 0, 0, 8, 8, 4, 1]
	if bits == 64:
		where = [3, 4, head + entry, 0, 0, 8, 8, 1]
	with open(path, "wb") as file:
		file.write(struct.pack("<16sHHI3%sI6H" % word,
			b"\x7fELF" + bytes([bits // 32, 1, 1]), 2, machine, 1, 0,
			head, 0, 0, head, entry, 1, 0, 0, 0))
		file.write(struct.pack("<8I" if bits == 32 else "<2I6Q", *where))
		file.write(b"/absent\0")
	os.chmod(path, 0o755)
	try:
		os.execv(path, [path])
	except OSError as error:
		print(name, "refused" if error.errno == errno.ENOEXEC else "accepted")
END
while read -r machine answer; do
	"$B/sockmendctl" probe "$T/$machine" >"$T/probe"
	same "probe of a program for $machine" 1 $?
	has "its machine is read" "$T/probe" "^machine: $machine\$"
	case $answer in
	refused) has "$machine" "$T/probe" '^because: this kernel does not execute' ;;
	*) lacks "$machine" "$T/probe" 'this kernel does not execute' ;;
	esac
done <"$T/refused"
has "a machine that this kernel refuses was tried" "$T/refused" ' refused$'
has "and one that it accepts" "$T/refused" ' accepted$'

# What no kernel runs.
head -c 100 "$T/dynamic" >"$T/cut" && chmod +x "$T/cut"
says "$T/cut" 1 'kind: damaged'
gcc -c -o "$T/object" "$T/main.c" && chmod +x "$T/object"
says "$T/object" 1 'kind: object'
printf 'MZ\0\1\n' >"$T/dos" && chmod +x "$T/dos"
says "$T/dos" 1 'mendable: no'
because 'neither an ELF program nor a script'

# The loader run by hand has no loader of its own, and preloads.
loader=$("$B/sockmendctl" probe "$T/dynamic" | sed -n 's/^loader: //p')
says "$loader" 0 'mendable: yes'
LD_PRELOAD=$library "$loader" "$T/dynamic" >"$T/maps"
grep -qF "$library" "$T/maps" || fail "run by hand it does not preload"

# A name is no terminal command, and JSON holds it whatever it is.
name=$(printf 'a\n\033[1mb\377"')
cp "$T/dynamic" "$T/$name"
"$B/sockmendctl" probe "$T/$name" | LC_ALL=C grep -aq '^path: .*/a??\[1mb.*"$' ||
	fail "control bytes in a name"
"$B/sockmendctl" probe --json "$T/$name" >"$T/json"
has "JSON" "$T/json" '^\{"path":"[^"]*/a\\u000a\\u001b\[1mb\\ufffd\\"","interpreters":\[\],"kind":"dynamic","bits":64,.*"mendable":"yes","because":"","way_out":""\}$'

# What is not there, what is no file.
says "$T/absent" 127 'because: there is no such program'
says "$T" 126 'because: it is not an executable file'
says "$T/main.c" 126
"$B/sockmendctl" probe 2>"$T/usage"
same "probe without a program" 2 $?
has "probe without a program" "$T/usage" '^usage: sockmendctl probe'
