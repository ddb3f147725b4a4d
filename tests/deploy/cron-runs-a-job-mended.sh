#!/bin/sh
# The command of examples/cron/crontab, run by a cron daemon: the job's dead
# peer does not hold it, and what it prints is what cron reads.
furnish()
{
	mkdir -p "$UPPER/etc/sockmend" "$UPPER/etc/cron.d"
	sed 's/2m/300ms/' "$TOP/examples/cron/poll.conf" \
		>"$UPPER/etc/sockmend/poll.conf"
	cp "$P/sock" "$UPPER/usr/local/bin/sock"
	cat >"$UPPER/usr/local/bin/poll-meters" <<-'END'
		#!/bin/sh
		exec /usr/local/bin/sock tcp4 bind 0.0.0.0:5002 connect 127.0.0.1:5001 \
			recv 64 >/root/polled 2>&1
	END
	chmod 755 "$UPPER/usr/local/bin/poll-meters"
	rm -f "$UPPER/etc/cron.d/"*
	# At the start of cron instead of every five minutes, and as root.
	sed -n 's/^\*\/5 \* \* \* \*/@reboot root/p; /^MAILTO/p' \
		"$TOP/examples/cron/crontab" >"$UPPER/etc/cron.d/poll"
}
. "$(dirname "$0")/../lib/booted.sh"
needs cron socat

grep -q '^@reboot root .*sockmend' "$UPPER/etc/cron.d/poll" ||
	fail "the example's line is another now"
start meters bare nsenter -t "$INIT" -n socat -u \
	TCP-LISTEN:5001,reuseaddr,fork EXEC:'sleep 3600'
listens()
{
	inside ss -Hltn 'sport = :5001' | grep -q .
}
wait_until 30 listens || fail "no meter"
runs cron

polled()
{
	grep -q '^recv' "$UPPER/root/polled"
}
wait_until 30 polled || fail "the job hangs: $(cat "$UPPER/root/polled" 2>&1)
$(why cron)"
has "it reads the end of file" "$UPPER/root/polled" '^recv 64 = 0'
inside sockmendctl events >"$T/events"
has "its port was freed" "$T/events" 'port-freed rule poll'
has "it was mended" "$T/events" 'idle-ended rule poll'
