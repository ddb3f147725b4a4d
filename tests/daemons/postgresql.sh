#!/bin/sh
# postgresql as its own user: initdb, start, queries by psql, several at once,
# a notification, a query that is cancelled and a backend that is ended, a
# reload, a restart and a fast stop.
. "$(dirname "$0")/../lib/daemons.sh"
bin=$(echo /usr/lib/postgresql/*/bin)
bin=${bin##* }
[ -x "$bin/postgres" ] || skip "postgresql is not installed"
PATH=$bin:$PATH

blur()
{
	sed -E 's/[0-9-]+ [0-9:.]+ UTC \[[0-9]+\]/TIME [PID]/; s/PID [0-9]+/PID PID/
		s/port=[0-9]+/port=PORT/
		s/\(PID: [0-9]+\)/(PID: PID)/; s/\.+ done/ done/
		/checkpoint (starting|complete)|database system was shut down at/d'
}

# Its user's journals are its user's.
as_postgres()
{
	SOCKMEND_RUNDIR=/run/postgres.journals live setpriv --reuid postgres \
		--regid postgres --init-groups env -C "$SITE" HOME=/nowhere "$@"
}

sql()
{
	as_postgres psql -h 127.0.0.1 -X -A -t -d postgres -c "$@"
}

crowd()
{
	for each in 1 2 3 4 5 6 7 8; do
		start sql.$each sql "insert into t select $each, g from generate_series(1, 2000) g"
	done
	for each in 1 2 3 4 5 6 7 8; do
		reap sql.$each || echo "status $?"
	done
	sql "select n, count(*), sum(m) from t group by n order by n"
}

ctl()
{
	as_postgres pg_ctl -D "$SITE/pg" -w "$@"
}

waiting()
{
	sql "select count(*) from pg_stat_activity where query like 'select pg_sleep%'" |
		grep -qx 1
}

sorted_log()
{
	blur <"$SITE/pg/log" | sort -u
}

configure()
{
	install -d -o postgres "$SITE/pg" /run/pg
	install -d -o postgres -m 700 /run/postgres.journals
	as_postgres initdb -D "$SITE/pg" -A trust -N --locale=C -E UTF8 >"$T/initdb" 2>&1 ||
		fail "initdb: $(cat "$T/initdb")"
	cat >>"$SITE/pg/postgresql.conf" <<-END
	unix_socket_directories = '/run/pg'
	log_connections = on
	fsync = off
	timezone = UTC
	log_timezone = UTC
	END
}

queries()
{
	seen "is it ready" as_postgres pg_isready -h 127.0.0.1
	seen "a query" sql "select 6 * 7"
	seen "over IPv6" as_postgres psql -h ::1 -X -A -t -d postgres -c "select 1"
	seen "over its own socket" as_postgres psql -h /run/pg -X -A -t -d postgres -c "select 2"
	seen "an error" sql "select nonsense"
	seen "a table" sql "create table t (n int, m int)"
	seen "many at once" crowd
	seen "a large answer" sql "select repeat('x', 70) from generate_series(1, 20000)"
	seen "copied out" as_postgres psql -h 127.0.0.1 -X -q -d postgres -c '\copy (select * from t order by n, m) to stdout'
	seen "notified" as_postgres psql -h 127.0.0.1 -X -q -d postgres \
		-c 'listen news' -c "notify news, 'hello'" -c 'select 1'
	seen "cancelled" sql "set statement_timeout = '300ms'; select pg_sleep(100)"
}

# A query that is interrupted by its client, and one by the server.
interruptions()
{
	start sleeper sql "select pg_sleep(1000)"
	wait_until 30 waiting || fail "it does not sleep"
	kept_alive 5432
	kill -INT "$(pid_of sleeper)"
	reap_within 30 sleeper
	seen "interrupted" cat "$T/sleeper.err"
	start sleeper sql "select pg_sleep(1000)"
	wait_until 30 waiting || fail "it does not sleep"
	seen "ended" sql "select count(pg_terminate_backend(pid)) from pg_stat_activity
		where query like 'select pg_sleep%'"
	reap_within 30 sleeper
	seen "by the backend" cat "$T/sleeper.err"
}

leave()
{
	seen "reload" ctl reload
	seen "restart" ctl -l "$SITE/pg/log" -s restart
	seen "what is there" sql "select count(*) from t"
	pid=$(head -n 1 "$SITE/pg/postmaster.pid")
	start sleeper sql "select pg_sleep(1000)"
	wait_until 30 waiting || fail "it does not sleep"
	seen "stop" ctl -m fast stop
	ends postgres "$pid"
	reap_within 30 sleeper
}

play()
{
	configure
	seen "start" ctl -l "$SITE/pg/log" -s start
	queries
	interruptions
	leave
	seen "its log" sorted_log
}

events()
{
	SOCKMEND_RUNDIR=/run/postgres.journals setpriv --reuid postgres --regid postgres \
		--init-groups "$B/sockmendctl" events
}

compare_lives
