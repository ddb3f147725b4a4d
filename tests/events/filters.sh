#!/bin/sh
# events --since, --until, --event, --program, --rule, --peer and -n: those
# events and no others; what makes no sense is said, with what does.
. "$(dirname "$0")/../lib/test.sh"
export TZ=UTC-1
journal()
{
	"$P/journal" "$T/run" "$@" >/dev/null || fail "journal $*"
}

# 2001 began an hour before in UTC: each word is milliseconds behind it.
journal 4101 camsrv 10 event=eof 1000 2500 rule=other event=superseded 60000
journal 4102 leaky event=mend-failed 20 rule=meters event=eof 3600000
journal 4103 recent now 70 80

# shown WANTED OPTION…
shown()
{
	shown_wanted=$1
	shift
	"$B/sockmendctl" events "$@" >"$T/out" 2>"$T/err" || fail "events $*: $(cat "$T/err")"
	same "events $*" "$shown_wanted" "$(sed 's/.*: //; s/ (E[A-Z]*)$//' "$T/out" | xargs)"
	lacks "no complaint" "$T/err" .
}

shown '10 20 1000 2500 60000 3600000 70 80'
shown '70 80' --since 10m
shown '10 20 1000 2500 60000 3600000' --until 10m
shown '' --since 10m --until 5m
shown '60000 3600000 70 80' --since '2001-01-01 01:01'
shown '60000' --since '2001-01-01 01:01' --until '2001-01-01 02:00:00'
shown '2500 60000' --since '2001-01-01 01:00:02' --until '2001-01-01 01:59:59'
shown '2500' --since '2001-01-01T01:00:02.500+01:00' --until '2001-01-01T00:00:02.501Z'
shown '10 20 1000 2500 60000 3600000' --until 2001-01-02
shown '70 80' --since 2001-01-02
shown '1000 2500 3600000' --event eof
shown '20 1000 2500 3600000' --event eof --event mend-failed
shown '10 1000 2500 60000' --program camsrv
shown '10 20 1000 2500 60000 3600000' --program '[cl]*'
shown '60000' --rule other
shown '3600000' --rule 'm*' --event eof
shown '' --rule nobody
shown '70 80' -n 2
shown '3600000 70 80' -n 3
shown '' -n 0
shown '2500' -n 1 --program camsrv --event eof
shown '10 20 1000 2500 60000 3600000 70 80' -n 99999
shown '2500' 4101 -n 1 --event eof
shown '' --peer 10.0.0.0/8 # of these no peer is known

# Of real connections one is.
start server mended 'rule "r" { eof { } }' "$P/sock" tcp4 bind 127.0.0.1:0 getsockname \
	listen 5 accept recv 9
soon "a listener" "$T/server.out" '^listen 5 = 0'
port=$(sed -n 's/^getsockname 127\.0\.0\.1:\([0-9]*\).*/\1/p' "$T/server.out")
bare "$P/sock" tcp4 connect "127.0.0.1:$port" close >/dev/null
reap_within 20 server
for peer in 127.0.0.1 127.0.0.0/8 '*' '*:1-65535' '0.0.0.0/0:1024-65535'; do
	shown 'a read returned 0' --peer "$peer"
done
for peer in 127.0.0.2 '[::1]' "*:$port"; do
	shown '' --peer "$peer"
done

# With -f: the last ones, then what comes, of that kind.
start follow bare "$B/sockmendctl" events -f -n 1 --program 'cam*' --event eof
soon "the last one" "$T/follow.out" ': 2500$'
journal 4101 camsrv 10 event=eof 1000 2500 rule=other event=superseded 60000 70000 event=eof 80000
soon "what comes" "$T/follow.out" ': 80000$'
same "and nothing else" '2500 80000' "$(sed 's/.*: //' "$T/follow.out" | xargs)"
stop follow
start until bare "$B/sockmendctl" events -f --until 2001-01-01
reap_within 20 until # nothing more can come

# refused PATTERN OPTION…
refused()
{
	refused_by=$1
	shift
	"$B/sockmendctl" events "$@" >"$T/out" 2>"$T/err"
	same "status of events $*" 2 $?
	has "events $*" "$T/err" "$refused_by"
	lacks "stdout of events $*" "$T/out" .
}

refused '^sockmendctl: events: --event = nope: want one of port-freed, .*, mend-failed, .*terminated$' --event nope
for time in '' x 10 x10m -5m 10y 40d 2001-13-01 2001-02-29 2001-01-01x '2001-01-01 25:00' \
	'2001-01-01 1' '2001-01-01 10:00:62' '2001-01-01 10:00:00.' '2001-01-01T10:00:00+0' 99999-01-01 0001-01-01; do
	[ "$time" = 10 ] && continue # seconds, as in a rule
	refused 'want so long ago, as 10m' --since "$time"
done
refused 'want so long ago' --until later
refused 'want ADDR' --peer host
refused 'want ADDR' --peer 10.0.0.0/33
refused 'want how many' -n x
refused 'want how many' -n -1
refused 'want a process number' 0
refused 'usage' --since
