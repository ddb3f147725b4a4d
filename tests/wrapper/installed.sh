#!/bin/sh
# `make install` into an empty directory gives a sockmend that works there,
# and `make uninstall` leaves only what people may have edited.
. "$(dirname "$0")/../lib/test.sh"
prefix=$T/opt
installing()
{
	make -s -C "$TOP" B="$T/build" PREFIX="$prefix" SYSCONFDIR="$prefix/etc" \
		DESTDIR= "$@" >"$T/make" 2>&1 || fail "make $*: $(cat "$T/make")"
}

installing install
same "it preloads what it installed" \
	"$prefix/lib/sockmend/libsockmend.so" \
	"$("$prefix/bin/sockmend" sh -c 'echo "$LD_PRELOAD"')"
"$prefix/bin/sockmend" cat /proc/self/maps >"$T/maps"
grep -qF "$prefix/lib/sockmend/libsockmend.so" "$T/maps" ||
	fail "the library is not in the program"
for page in man1/sockmend.1 man1/sockmendctl.1 man5/sockmend.conf.5; do
	[ -s "$prefix/share/man/$page" ] || fail "$page is not installed"
done

echo '# mine' >>"$prefix/etc/sockmend/sockmend.conf"
installing install
has "an edited configuration stays" "$prefix/etc/sockmend/sockmend.conf" mine
installing uninstall
same "after make uninstall" "$prefix/etc/sockmend/sockmend.conf" \
	"$(find "$prefix" -type f)"
