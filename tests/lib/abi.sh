# Programs for other ABIs: . "$(dirname "$0")/../lib/abi.sh", after net.sh.
# shellcheck shell=sh
[ -n "${P:-}" ] || . "$(dirname "$0")/../lib/test.sh"

M32='gcc -m32 -idirafter /usr/include/x86_64-linux-gnu'
STRING="$B/\$LIB/libsockmend.so" # for programs of both word sizes

# can_build COMPILER…: it makes programs.
can_build()
{
	echo 'int main(void) { return 0; }' |
		"$@" -xc -o "$T/can-build" - 2>"$T/cannot"
}

NO_32='this kernel does not execute i386 programs'

# runs_32: the kernel executes i386 programs. Without IA32 emulation, which many
# kernels are built or booted without, execve(2) fails with ENOEXEC; a shell and
# execvp(3) would then read the file as a script.
runs_32()
{
	# shellcheck disable=SC2086
	can_build $M32 && "$PYTHON" -c 'import os, sys
os.execv(sys.argv[1], sys.argv[1:])' "$T/can-build" 2>/dev/null
}

# emulated MACHINE [-E NAME=VALUE]… PROGRAM [ARG]…: in QEMU's user mode, with
# those variables for the program alone.
emulated()
{
	emulated_machine=$1
	shift
	emulated_root=/usr/$emulated_machine-linux-gnu
	[ "$emulated_machine" != i386 ] || emulated_root=/
	$exec "qemu-$emulated_machine-static" -L "$emulated_root" "$@"
}

# sock_for NAME COMPILER…: tests/programs/sock.c, as $T/NAME.
sock_for()
{
	sock_name=$1
	shift
	"$@" -std=gnu11 -D_GNU_SOURCE -w -iquote "$TOP/shim" \
		-I"$TOP/tests/lib" -o "$T/$sock_name" \
		"$TOP/tests/programs/sock.c" -lpthread ||
		fail "sock as $sock_name"
}

# preloaded LIBRARY RULES PROGRAM [ARG]…
preloaded()
{
	preloaded_library=$1
	preloaded_policy=$(policy "$2") || fail "$preloaded_policy"
	shift 2
	$exec env LD_PRELOAD="$preloaded_library" \
		SOCKMEND_POLICY="$(cat "$preloaded_policy")
" "$@"
}
