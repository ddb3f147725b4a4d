#!/bin/sh
# A unit that cannot be mended is refused, with the line that is in the way,
# and what can be worked around is. Nothing is written without a yes.
. "$(dirname "$0")/../lib/service.sh"

# No such unit to change.
refused 'nosuch.service: no such unit' nosuch
for name in ../../etc/camsrv camsrv/x '' .hidden 'a b' @x; do
	refused 'no name of a unit' "$name"
done
refused 'no service' camsrv.socket
unit cam@
refused 'a template: name an instance' cam@
unit camsrv
ln -s "$UNITS/camsrv.service" "$R$ETC/alias.service"
refused 'alias.service is another name of .*camsrv.service' alias
ln -s /dev/null "$R$ETC/masked.service"
refused 'masked.service is masked' masked
: >"$R$ETC/empty.service"
refused 'empty.service is masked' empty
mkfifo "$R$ETC/fifo.service"
refused 'fifo.service: ' fifo

# Nobody to ask.
tree >"$T/before"
ctl enable camsrv >"$T/enable.out" 2>"$T/enable.err" && fail "not asked"
has "it was shown" "$T/enable.out" "LD_PRELOAD=$LIB"
has "what to do" "$T/enable.err" '-y says yes'
ctl enable --dry-run camsrv >"$T/enable.out" || fail "--dry-run"
has "it is shown" "$T/enable.out" "sockmend.conf:\$"
tree >"$T/after"
same "nothing is written" "$(cat "$T/before")" "$(cat "$T/after")"

# On a terminal it asks, and takes nothing but a yes for one.
on_terminal()
{
	(pause 1000; echo "$1"; pause 1000) |
		timeout $((30 * PATIENCE)) script -qec "$CTL enable --root $R camsrv" /dev/null >"$T/asked.out"
}
on_terminal n
has "it asks" "$T/asked.out" 'Write this\? \[y/N\]'
has "it says so" "$T/asked.out" 'nothing was written'
tree >"$T/after"
same "nothing is written" "$(cat "$T/before")" "$(cat "$T/after")"
on_terminal y
has "it is written" "$R$ETC/camsrv.service.d/sockmend.conf" LD_PRELOAD
ctl disable camsrv >"$T/disable.out" || fail "disable"

# The program.
printf '#!/usr/bin/nosuch\n' >"$R/usr/bin/script"
chmod 755 "$R/usr/bin/script"
unit script
sed -i 's|/usr/bin/camsrv|-/usr/bin/script|' "$R$UNITS/script.service"
refused 'script.service:4: ExecStart=.*it cannot be mended' script
has "and why" "$T/enable.err" 'its interpreter is not on this system'
enabled --force script

# What is stronger than a drop-in of ours.
unit later
dropin "$ETC/later.service.d/zz.conf" '' 'Environment=LD_PRELOAD=/x.so'
refused 'zz.conf:3: Environment=LD_PRELOAD=/x.so: .*read after' later
unit unset UnsetEnvironment=LD_PRELOAD
refused 'unset.service:5: UnsetEnvironment=LD_PRELOAD: it takes' unset
printf 'X=1\nLD_PRELOAD=/x.so\n' >"$R/etc/default"
unit file EnvironmentFile=-/etc/default
refused 'file.service:5: .*it sets LD_PRELOAD' file

# Where the program may not see the library.
mkdir -p "$T/private"
cp "$CTL" "$LIB" "$T/private"
chmod 700 "$T/private"
CTL=$T/private/sockmendctl
unit other User=nobody
refused 'other.service:5: User=nobody: that user may not read the library' other
unit tmp PrivateTmp=yes
case $T in
/tmp/*) refused 'tmp.service:5: PrivateTmp=yes: it hides the library' tmp ;;
esac
CTL=$B/sockmendctl

# Sandboxes: each is let in by name, and no further.
unit filter 'SystemCallFilter=@system-service' \
	'SystemCallFilter=~@privileged @resources' \
	'RestrictAddressFamilies=AF_INET AF_UNIX'
enabled filter
systemd_reads filter.service
has "a call" "$R$ETC/filter.service.d/sockmend.conf" '^SystemCallFilter=capset$'
has "the line to blame" "$R$ETC/filter.service.d/sockmend.conf" 'filter.service:6'
has "the address family" "$R$ETC/filter.service.d/sockmend.conf" \
	'^RestrictAddressFamilies=AF_NETLINK$'
unit roomy 'SystemCallFilter=@system-service' 'SystemCallFilter=~@reboot' \
	'RestrictAddressFamilies=~AF_PACKET' NoNewPrivileges=yes \
	MemoryDenyWriteExecute=yes
enabled roomy
lacks "nothing to let in" "$R$ETC/roomy.service.d/sockmend.conf" 'Filter|Restrict'
unit jail RootDirectory=/srv
mkdir -p "$R/srv/usr/bin"
cp /bin/sleep "$R/srv/usr/bin/camsrv"
enabled jail
has "what is not in there" "$R$ETC/jail.service.d/sockmend.conf" \
	"^BindReadOnlyPaths=$LIB -/etc/sockmend\$"
systemd_reads jail.service
lacks "systemd on it" "$T/systemd" 'sockmend.conf:[0-9]'

# What systemd-analyze does not like is put back: here, what it is made to
# say of the drop-in.
mkdir "$T/bin"
cat >"$T/bin/systemd-analyze" <<-END
	#!/bin/sh
	f=$R$ETC/camsrv.service.d/sockmend.conf
	! [ -e "\$f" ] || echo "\$f:3: no good"
END
chmod +x "$T/bin/systemd-analyze"
PATH=$T/bin:$PATH
refused 'no good' -c "$TOP/conf/sockmend.conf" camsrv
