#!/bin/sh
# After disable the system is as it was before enable; what was edited
# meanwhile, or is somebody else's, stays unless it is forced.
. "$(dirname "$0")/../lib/service.sh"
dropin=$R$ETC/camsrv.service.d/sockmend.conf
policy=$R/etc/sockmend/units/camsrv.service.policy

there_and_back()
{
	tree >"$T/before"
	enabled "$@" camsrv
	tree >"$T/between"
	! cmp -s "$T/before" "$T/between" || fail "nothing was done"
	ctl disable camsrv >"$T/disable.out" || fail "disable"
	tree >"$T/after"
	diff "$T/before" "$T/after" || fail "not as it was: $*"
}

unit camsrv
there_and_back
there_and_back -r 'keepalive { idle = 5s }'
there_and_back -c "$TOP/conf/sockmend.conf"
mkdir "$R$ETC/camsrv.service.d"
there_and_back -r 'keepalive { idle = 5s }'
rmdir "$R$ETC/camsrv.service.d" "$R$ETC" "$R/etc/systemd" "$R/etc/sockmend"
there_and_back -r 'keepalive { idle = 5s }'

# Enabled again with other rules, and with none.
tree >"$T/before"
enabled -r 'keepalive { idle = 5s }' camsrv
enabled -r 'keepalive { idle = 6s }' camsrv
has "the newer policy" "$policy" 'keepalive.idle=6000'
enabled camsrv
[ ! -e "$policy" ] || fail "a policy nobody reads stays"
ctl disable camsrv >/dev/null || fail "disable"
tree >"$T/after"
diff "$T/before" "$T/after" || fail "not as it was after three times"

# Edited since: kept, said, and only forced away.
for edited in "$dropin" "$policy"; do
	enabled -r 'keepalive { idle = 5s }' camsrv
	echo '# mine' >>"$edited"
	refused 'edited since.*--force' camsrv
	ctl disable camsrv >"$T/disable.out" 2>"$T/disable.err"
	same "an edited one stays" 1 $?
	has "it says so" "$T/disable.err" "sockmend.conf: .*edited since.*--force"
	has "kept" "$edited" '# mine'
	ctl disable --force camsrv >/dev/null || fail "--force"
	[ ! -e "$dropin" ] && [ ! -e "$policy" ] || fail "forced, and still there"
done
ctl disable camsrv >/dev/null 2>"$T/disable.err"
same "not enabled" 1 $?
has "it says so" "$T/disable.err" 'camsrv.service is not enabled'

# Somebody else's, a link, a policy that was there: never.
dropin "$ETC/camsrv.service.d/sockmend.conf" 'Nice=3'
refused 'did not write it' --force camsrv
ctl disable --force camsrv 2>"$T/disable.err" && fail "removed another's"
has "another's" "$dropin" 'Nice=3'
mv "$dropin" "$T/elsewhere"
ln -s "$T/elsewhere" "$dropin"
refused 'did not write it' --force camsrv
rm "$dropin"
mkdir -p "${policy%/*}"
echo mine >"$policy"
refused 'policy: it is there already' --force -c "$TOP/conf/sockmend.conf" camsrv
