#!/bin/sh
# When the package is purged, so is what enable wrote for any unit: else each
# start of that service would look for a library that is gone. What others
# wrote stays.
. "$(dirname "$0")/../lib/service.sh"
purge()
{
	DPKG_ROOT=$R sh "$TOP/conf/packaging/debian/sockmend.postrm" "$1" >"$T/purge.out" 2>&1 ||
		fail "postrm $1"
}

unit camsrv User=nobody
unit 'odd@' User=nobody
unit plain
dropin "$ETC/plain.service.d/other.conf" 'Nice=3'
dropin "$ETC/kept.service.d/sockmend.conf" 'Nice=4'
tree >"$T/before"
enabled --force -r 'keepalive { idle = 5s }' camsrv
enabled --force -r 'keepalive { idle = 5s }' 'odd@a\x2db.service'
enabled plain
mkdir -p "$R/run/sockmend-camsrv.service/journals"
tree >"$T/between"
purge remove
tree >"$T/after"
diff "$T/between" "$T/after" || fail "removal takes it away already"
purge purge
rmdir "$R/run"
tree >"$T/after"
diff "$T/before" "$T/after" || fail "purge"
purge purge

# A policy beside that enable did not write.
mkdir -p "$R/etc/sockmend/units"
echo mine >"$R/etc/sockmend/units/mine.policy"
tree >"$T/before"
enabled --force -r 'keepalive { idle = 5s }' camsrv
purge purge
tree >"$T/after"
diff "$T/before" "$T/after" || fail "purge beside another's policy"
