#!/bin/sh
# Root's collector reads the journals of all users, each only where that user
# keeps them and where they are his: nobody can put words into another's mouth.
. "$(dirname "$0")/../lib/mounts.sh"
needs setpriv
[ "$(id -u)" = 0 ] || skip "only root reads others' journals"
setpriv --reuid=4242 --clear-groups true 2>/dev/null ||
	skip "there is but one user in this namespace"
unset SOCKMEND_RUNDIR XDG_RUNTIME_DIR
cp "$P/journal" "$B/sockmendctl" /run
mkdir "$T/tmp"
chmod 755 /run/journal
own_place "$T/tmp" mode=1777
# Last: from here on nothing that was below /tmp has its name.
mount --move "$T/tmp" /tmp || skip "nothing can be mounted on /tmp"
T=/run/test
mkdir "$T"

# as USER DIR PID PROGRAM WORD…: a journal in DIR, made and owned by USER.
as()
{
	as_user=$1
	mkdir -p "$2"
	chown "$as_user" "$2"
	chmod 700 "$2"
	shift
	setpriv --reuid="$as_user" --clear-groups /run/journal "$@" >/dev/null ||
		fail "no journal of $as_user in $1"
}

as 0 /run/sockmend 4101 system 10
as 4242 /run/user/4242/sockmend 4102 session 20
as 4243 /tmp/sockmend-4243 4103 temporary 30
as 4243 /tmp/sockmend-4244 4104 impostor 40
as 4243 /tmp/sockmend-0 4105 impostor 50
as 4243 /tmp/sockmend-x4243 4106 impostor 60
as 4243 /tmp/elsewhere 4107 impostor 70
ln -s /tmp/elsewhere /tmp/sockmend-4247
chown -h 4247 /tmp/sockmend-4247
as 4248 /tmp/sockmend-4248 4108 open 80
chmod 755 /tmp/sockmend-4248
as 4249 /tmp/sockmend-4249 4109 well 90
chown 4243 /tmp/sockmend-4249/4109-4110.journal

start collect bare /run/sockmendctl collect --file /run/log --interval 50ms
soon "the last" /run/log 'temporary'
same "each of its own user" 'session system temporary' \
	"$(sed 's/^[^ ]* //; s/\[.*//' /run/log | sort | xargs)"
has "a file that is not its user's" "$T/collect.err" "4109-4110.*somebody else's file"
stop collect
[ -f /run/sockmend/collect.ledger ] || fail "its ledger is in its own directory"

# Another user's collector sees his alone.
setpriv --reuid=4243 --clear-groups env /run/sockmendctl metrics >"$T/metrics" 2>"$T/err"
has "his own" "$T/metrics" 'program="temporary"'
lacks "not others'" "$T/metrics" 'program="(system|session)"'
