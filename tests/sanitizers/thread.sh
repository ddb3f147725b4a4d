#!/bin/sh
# The library under ThreadSanitizer: what program threads do to what they share.
#
# It keeps what it knows of a thread in libc's thread-local storage, of which
# the watch task has none of its own. So only the files that task never enters
# are built for it; between the task and the program helgrind looks (see
# tests/valgrind).
. "$(dirname "$0")/../lib/sanitizers.sh"
seen='calls_fd calls_socket calls_read calls_process track client eof match port_owner inherited
	set_sockopts deferred_bind real server'

plain=
for file in "$TOP"/shim/preload/*/*.c "$TOP"/shim/core/*.c; do
	name=$(basename "$file" .c)
	case " $(echo $seen) " in
	*" $name "*) ;;
	*) plain="$plain${file#"$TOP"/shim/} " ;;
	esac
done
as_it_is=$B/libsockmend.so
# The tool has no threads: it compiles the policies as it is.
mkdir -p "$B/tsan"
ln -sf ../sockmendctl "$B/tsan/sockmendctl"
build_sanitized tsan -fsanitize=thread -ltsan "$plain" "$B/tsan/libsockmend.so" \
	"$B/tsan/tests/programs/race" "$B/tsan/tests/programs/life"

TSAN_OPTIONS="exitcode=97 log_path=$T/found.tsan suppressions=$TOP/tests/sanitizers/thread.supp"
export TSAN_OPTIONS
rules='rule "hasty" { ephemeral_port = yes reuse_address = yes self_connect = refuse
	keepalive { idle = 5s } override = yes eof { spin_limit = 3 }
	idle { timeout = 10ms escalate = 10ms }
	close_wait { after = 10ms reclaim = yes } supersede { after = 10s } errors = eof }'

mended "$rules" timeout $((100 * PATIENCE)) "$P/race" ordered "${THREADS:-16}" 10 >"$T/ordered.out" 2>&1
status=$?
nothing_found
same "race ordered: $(cat "$T/ordered.out")" 0 $status

# As it is installed, inside a program that is built so: what the watch task
# calls must be nobody else's.
LD_PRELOAD=$as_it_is SOCKMEND_POLICY=$(policy "$rules") timeout $((100 * PATIENCE)) \
	"$P/race" ordered 16 10 >"$T/plain.out" 2>&1
same "race ordered, the library as it is: $(cat "$T/plain.out")" 0 $?
nothing_found

for story in fork cancel signals failed_calls low_numbers; do
	mended "$rules" timeout $((60 * PATIENCE)) "$P/life" $story >"$T/life.out" 2>&1
	nothing_found
done
number "ThreadSanitizer: 16 threads, 5 stories, 0 findings"
