#!/bin/sh
# redis-server and redis-cli: commands, a pipeline, pub/sub, a blocking pop, a
# save, shutdown, and a start from what was saved.
. "$(dirname "$0")/../lib/daemons.sh"
needs redis-server redis-cli

blur()
{
	sed -E 's/^[0-9]+:([XCMS]) [0-9]+ [A-Z][a-z]+ [0-9]+ [0-9:.]+/PID:\1/
		s/pid=[0-9]+/pid=PID/; s/PID: [0-9]+/PID: PID/
		s/[0-9.]+ (seconds|MB)/N \1/g; s/RDB age .*/RDB age/
		s/created [0-9.]+ Mb/created SOME Mb/
		s/pid [0-9]+/pid PID/; s/saver: [0-9]+/saver: PID/'
}

cli()
{
	live redis-cli -p 6379 "$@"
}

pipeline()
{
	seq 5000 | sed 's/.*/SET key& &/' | cli --pipe
}

begin()
{
	seen "start" live redis-server "$SITE/redis.conf"
	wait_until 30 cli ping || fail "it does not answer"
}

subscribed()
{
	cli pubsub numsub news | grep -qx 1
}

end()
{
	pid=$(cat /run/redis.pid)
	seen "shutdown" cli shutdown
	ends redis-server "$pid"
}

play()
{
	mkdir "$SITE/data"
	cat >"$SITE/redis.conf" <<-END
	port 6379
	bind 127.0.0.1 ::1
	daemonize yes
	pidfile /run/redis.pid
	logfile /run/redis.log
	dir $SITE/data
	END
	begin
	seen "set" cli set name value
	seen "get" cli get name
	seen "an error" cli nonsense
	seen "over IPv6" live redis-cli -h ::1 get name
	seen "a lot" cli --raw eval 'return string.rep("x", 3000000)' 0
	seen "pipeline" pipeline
	seen "all of it" cli dbsize
	start subscriber cli subscribe news
	start popper cli blpop queue 0
	wait_until 30 subscribed || fail "nobody subscribed"
	kept_alive 6379
	seen "publish" cli publish news hello
	seen "push" cli rpush queue item
	soon "published" "$T/subscriber.out" hello
	reap_within 20 popper
	seen "popped" cat "$T/popper.out"
	stop subscriber
	seen "subscriber" cat "$T/subscriber.out"
	seen "save" cli bgsave
	wait_until 30 saved || fail "not saved"
	end
	begin
	seen "get after a restart" cli get name
	end
	seen "log" in_each_process
}

# The server and the child that saves write without regard to one another: the
# lines of each, in their order.
in_each_process()
{
	sort -s -t : -k 2.1,2.1 /run/redis.log
}

saved()
{
	cli info persistence | grep -q 'rdb_bgsave_in_progress:0'
}

compare_lives
