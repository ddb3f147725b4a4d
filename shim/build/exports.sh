#!/bin/sh
# The version script of the library: every row of interpose/calls.h that this compiler's
# machine has, and nothing else: sh exports.sh COMPILER… <calls.h
# Anonymous: a named version node would silently disable interposition.
printf '{ global:\n'
{
	cat
	echo '#define EXPORTED(name, why) @name@'
	echo 'FOR_EACH_CALL(EXPORTED)'
} | "$@" -D_GNU_SOURCE -E -P -x c - | grep -o '@[A-Za-z_0-9]*@' |
	sed 's/@\(.*\)@/\t\1;/'
printf 'local: *; };\n'
