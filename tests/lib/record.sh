# Recording events: . "$(dirname "$0")/../lib/record.sh", behind test.sh
#
# The library's own function, called by tests/programs/record.
# shellcheck shell=sh
needs nm
rules_record='rule "r" { keepalive { idle = 60s } }'
record_at=$(nm "$B/libsockmend.so" | sed -n 's/ [tT] event_record$//p')
[ -n "$record_at" ] || fail "libsockmend.so has no event_record"

# recorded COUNT [segv | forever | steadily]
recorded()
{
	mended "$rules_record" "$P/record" "$record_at" "$@"
}
