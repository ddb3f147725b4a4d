#!/bin/sh
# What enable writes says to systemd what was meant: the library first, then
# what the unit preloads itself, a policy, and a place for journals.
. "$(dirname "$0")/../lib/service.sh"

# (--force where the unit's user may not look into the build directory.)
unit camsrv User=nobody
enabled --force -r 'keepalive { idle = 10s }' camsrv
systemd_reads camsrv.service
has "the library" "$T/read" "Environment: LD_PRELOAD=$LIB\$"
has "the policy" "$T/read" \
	"Environment: SOCKMEND_POLICY=/etc/sockmend/units/camsrv.service.policy\$"
has "journals" "$T/read" \
	"Environment: SOCKMEND_RUNDIR=/run/sockmend-camsrv.service/journals\$"
has "their place is made" "$T/read" "RuntimeDirectory: sockmend-camsrv.service"
has "the policy is one" "$R/etc/sockmend/units/camsrv.service.policy" \
	'keepalive.idle=10000'
same "all can read it" 644 \
	"$(stat -c %a "$R/etc/sockmend/units/camsrv.service.policy")"
has "it says what is next" "$T/enable.out" \
	'systemctl daemon-reload && systemctl restart camsrv.service'

# Where root runs it /run/sockmend will do, and the system's policy.
unit plain
enabled plain.service
systemd_reads plain.service
has "the library" "$T/read" "Environment: LD_PRELOAD=$LIB\$"
lacks "nothing else" "$T/read" 'SOCKMEND|RuntimeDirectory: '

# What it preloads itself stays, however it is written; the last one counts.
unit quoted 'Environment=LD_PRELOAD=/old.so' 'Environment=' \
	"Environment='A=b c' \"LD_PRELOAD=/opt/%p/\\x61.so /usr/lib/b.so\" \\" \
	'# a comment in between' '  C=100%%'
dropin "$ETC/quoted.service.d/a.conf" 'Environment=D=e'
dropin "/run/systemd/system/quoted.service.d/a.conf" 'Environment=LD_PRELOAD=/hidden.so'
enabled quoted
systemd_reads quoted.service
has "joined" "$T/read" \
	"Environment: LD_PRELOAD=$LIB:/opt/quoted/a.so /usr/lib/b.so\$"
has "its own" "$T/read" 'Environment: A=b c$'
has "its own" "$T/read" 'Environment: C=100%$'
lacks "a hidden drop-in" "$T/read" 'hidden'
dropin "$ETC/service.d/b.conf" 'Environment=LD_PRELOAD=/all.so'
enabled quoted
systemd_reads quoted.service
has "a drop-in for all" "$T/read" "Environment: LD_PRELOAD=$LIB:/all.so\$"

# $RUNTIME_DIRECTORY stays what the program knows.
unit own User=nobody 'RuntimeDirectory=one two:link'
enabled --force own
systemd_reads own.service
has "added" "$T/read" 'RuntimeDirectory: sockmend-own.service'
has "unchanged" "$T/read" 'Environment: RUNTIME_DIRECTORY=/run/one:/run/two$'

# An instance of a template.
unit cam@ DynamicUser=yes
enabled --force cam@front.service
systemd_reads cam@front.service
has "an instance" "$T/read" \
	'SOCKMEND_RUNDIR=/run/sockmend-cam@front.service/journals$'
