# Comparing what two runs of a program asked of the kernel.
#
# Sourced after test.sh. A run is traced into one file a task; `plain` makes
# such a file comparable: no addresses of memory, no pids, no ports the kernel
# chose, and not what the dynamic loader does with the libraries it opens.
# shellcheck shell=sh

# Policies under which no rule can apply to the programs traced here.
NO_RULE='rule "another" { program = {"nobody-runs-this"} ephemeral_port = yes
	reuse_address = yes keepalive { idle = 1s } eof { spin_limit = 1 answer = reset }
	idle { timeout = 10ms } close_wait { after = 10ms half_close = ignore reclaim = yes } }'

# tasks_of NAME bare|silent PROGRAM…: start it, traced into $T/NAME.trace.PID.
start_traced()
{
	trace_name=$1
	trace_how=$2
	shift 2
	rm -f "$T/$trace_name".trace.*
	set -- -ff -o "$T/$trace_name.trace" -e trace=network,desc -e signal=none -qq "$@"
	[ "$trace_how" = bare ] || set -- -E LD_PRELOAD="$B/libsockmend.so" \
		-E SOCKMEND_POLICY="$(cat "$(policy "$NO_RULE")")" "$@"
	start "$trace_name" strace -D "$@"
}

# Loader opens, up to the close of the same descriptor, and memory maps go.
plain()
{
	awk '
	/^mmap\(/ || /= \? ERESTART/ || /^(exit_group|\+\+\+)/ { next }
	/^(access|openat|open)\(.*ld\.so/ || /^openat\(.*\.so[.0-9]*", O_RDONLY\|O_CLOEXEC\)/ {
		if (match($0, /= [0-9]+$/))
			loading = substr($0, RSTART + 2)
		next
	}
	loading != "" {
		if ($0 ~ "^close\\(" loading "\\)")
			loading = ""
		next
	}
	{ print }' "$1" | sed '
	s/nlmsg_seq=[0-9]*/nlmsg_seq=SEQ/g
	s/"\\1\\0\([^"\\]\|\\.\)*"/"A STRUCT"/g
	s/0x[0-9a-f]\{3,\}/ADDR/g
	s/port=htons([0-9]\{5\})/port=PORT/g
	s/\(pid\|tid\)=[0-9]*/\1=PID/g
	s/child_tidptr=[^)]*//
	s/^\(clone\|clone3\|vfork\|fork\|wait4\).*//
	s/, left {[^}]*}//
	s/  *= / = /
	s/^\(shutdown(.*SHUT_RDWR)\) = .*/\1 = WHAT ITS PEER HAS DONE BY THEN/
	/^poll(.*= 0 (Timeout)$/d
	/^poll(/s/, [0-9]\{1,\}) = /, SOON) = /
	s/Date: [^\\]*GMT//
	s/[0-9][0-9]*\/[A-Z][a-z][a-z]\/[0-9]* [0-9:]*/DATE/'
}

# All tasks of a run, in the order they were born: pids only wrap around once.
tasks()
{
	first=$(pid_of "$1")
	ls "$T" | sed -n "s/^$1\.trace\.//p" |
		awk -v first="$first" '{ print $1 + ($1 < first) * 1e7, $1 }' |
		sort -n | while read -r _ task; do
		echo "task"
		plain "$T/$1.trace.$task"
	done
}
