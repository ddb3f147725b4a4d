#!/bin/sh
# A command that starts its program without the environment takes the library
# away: enable refuses the unit and names the words that do it.
. "$(dirname "$0")/../lib/service.sh"
mkdir -p "$R/bin"
for program in env sh sudo setpriv runuser nice; do
	cp /bin/true "$R/usr/bin/$program"
done

# starts COMMAND: it is what the unit executes.
starts()
{
	unit camsrv
	sed -i '/^ExecStart=/d' "$R$UNITS/camsrv.service"
	printf 'ExecStart=%s\n' "$1" >>"$R$UNITS/camsrv.service"
}

# clears WORDS COMMAND
clears()
{
	starts "$2"
	refused "camsrv.service:[0-9]+: ExecStart=.*\`$1\` clears the environment" camsrv
}
clears '/usr/bin/env -i' '/usr/bin/env -i PATH=/bin /usr/bin/camsrv 5000'
clears '/usr/bin/env -i' '-/usr/bin/env -i /usr/bin/camsrv'
clears '/usr/bin/env -' '/usr/bin/env - A=b /usr/bin/camsrv'
clears '/usr/bin/env -vi' '/usr/bin/env -vi /usr/bin/camsrv'
clears '/usr/bin/env --ignore-environment' '/usr/bin/env --ignore-environment /usr/bin/camsrv'
clears '/usr/bin/env -u LD_PRELOAD' '/usr/bin/env -u LD_PRELOAD /usr/bin/camsrv'
clears '/usr/bin/env -u LD_PRELOAD' '/usr/bin/env A=b --unset=LD_PRELOAD /usr/bin/camsrv'
clears '/usr/bin/env -i' '/usr/bin/nice -n 5 /usr/bin/env -i /usr/bin/camsrv'
clears 'env -i' "/usr/bin/sh -c 'cd / && exec env -i /usr/bin/camsrv'"
clears '/usr/bin/sudo' '/usr/bin/sudo -u nobody /usr/bin/camsrv'
clears '/usr/bin/setpriv --reset-env' '/usr/bin/setpriv --reuid 5 --reset-env /usr/bin/camsrv'
clears '/usr/bin/runuser -l' '/usr/bin/runuser -l nobody -c /usr/bin/camsrv'

for command in '/usr/bin/env A=b /usr/bin/camsrv -i' \
	'/usr/bin/env -u A /usr/bin/camsrv -i' \
	'/usr/bin/env --ignore-signal=PIPE /usr/bin/camsrv' \
	"/usr/bin/env -i LD_PRELOAD=$LIB /usr/bin/camsrv" \
	'/usr/bin/camsrv -i "/usr/bin/env -i"' \
	'/usr/bin/runuser -u nobody -- /usr/bin/camsrv' \
	'/usr/bin/setpriv --reuid 5 /usr/bin/camsrv'; do
	starts "$command"
	ctl enable -n camsrv >"$T/enable.out" 2>"$T/enable.err" || fail "enable: $command"
	lacks "$command" "$T/enable.err" 'clears'
done
