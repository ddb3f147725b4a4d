#!/bin/sh
# sockmend finds sockmendctl and the library however it is called, and says
# so when one is missing: the loader would not.
. "$(dirname "$0")/../lib/test.sh"

# An installation, as `make install` lays it out.
prefix=$T/opt
mkdir -p "$prefix/bin" "$prefix/lib/sockmend" "$T/links" "$T/space d"
cp "$B/sockmend" "$B/sockmendctl" "$prefix/bin"
cp "$B/libsockmend.so" "$prefix/lib/sockmend"
ln -s ../opt/bin/sockmend "$T/links/relative"
ln -s "$T/links/relative" "$T/links/absolute"
ln -s "$prefix/bin" "$T/bindir"
show='echo "$LD_PRELOAD"'
installed=$prefix/lib/sockmend/libsockmend.so

finds()
{
	same "by $1" "$installed" "$("$@" sh -c "$show")"
}

finds "$prefix/bin/sockmend"
finds "$T/links/relative"
finds "$T/links/absolute"
finds "$T/bindir/sockmend"
finds dash "$T/links/absolute"
finds busybox sh "$T/links/relative"
cd "$prefix/bin" || exit
finds ./sockmend
finds dash sockmend
(cd "$T" && PATH=$prefix/bin:$PATH && finds bash sockmend) || exit
cd ../lib || exit
finds ../bin/sockmend
(PATH=$T/links:$PATH && finds relative)
(PATH=../bin:$PATH && finds sockmend)
cd "$TOP" || exit
same "in the build tree" "$("$B/sockmendctl" libpath "$(command -v sh)")" \
	"$("$B/sockmend" sh -c "$show")"

refuses()
{
	"$1" true >"$T/out" 2>"$T/err"
	same "$1: $2" 125 $?
	has "$1: $2" "$T/err" "$2"
	lacks "stdout of $1" "$T/out" .
}

cp -r "$prefix/." "$T/space d"
refuses "$T/space d/bin/sockmend" 'cannot name a path with a space'
rm "$installed"
refuses "$prefix/bin/sockmend" 'libsockmend.so: the library is not there'
"$prefix/bin/sockmendctl" libpath >"$T/out" 2>"$T/err"
same "libpath says so too" 1 $?
has "libpath says so too" "$T/err" 'is not there'
rm "$prefix/bin/sockmendctl"
refuses "$prefix/bin/sockmend" 'sockmendctl is not there'
