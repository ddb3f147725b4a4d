#!/bin/sh
# What is written for each machine (system calls, clone, the vdso) works there:
# i386 on this kernel, aarch64 in QEMU's user mode, which has most of Linux;
# i386 there too where this kernel does not execute it.
. "$(dirname "$0")/../lib/abi.sh"
rooms="$TOP/shim/preload/watchdog/raw_thread.c $TOP/shim/preload/sys/kernel.c $TOP/shim/preload/sys/clock.c $TOP/shim/core/policy.c
	$TOP/shim/core/rule_options.c $TOP/shim/core/strbuf.c"
wanted='a task of its own: yes
its clock: right
the date: right
a file: read'

# works NAME COMPILER… -- COMMAND-THAT-RUNS-IT…
works()
{
	name=$1 compiler=
	shift
	while [ "$1" != -- ]; do
		compiler="$compiler $1"
		shift
	done
	shift
	# shellcheck disable=SC2086
	if ! can_build $compiler; then
		number "the task on $name: NOT TRIED, no compiler"
		return
	fi
	# shellcheck disable=SC2086
	$compiler -std=gnu11 -D_GNU_SOURCE -O2 -fno-stack-protector -w \
		-iquote "$TOP/shim/preload" -iquote "$TOP/shim" -o "$T/task" \
		"$TOP/tests/abi/task.c" $rooms || fail "$name: it does not build"
	same "$name" "$wanted" "$("$@" "$T/task" 2>&1)"
	number "the task, the clock and system calls work on: $name"
}

works "this machine" gcc -- env
# shellcheck disable=SC2086
if runs_32; then
	works i386 $M32 -- env
else
	works "i386 (qemu-user)" $M32 -- emulated i386
fi
works "aarch64 (qemu-user)" aarch64-linux-gnu-gcc -- emulated aarch64
