# A system to enable services in: . "$(dirname "$0")/../lib/service.sh"
#
# $R is its root, with a program, the targets a service needs, and units made
# by `unit`. What is asserted is what systemd itself reads there.
# shellcheck shell=sh
. "${TOP:-$(dirname "$0")/../..}/tests/lib/test.sh"
needs systemd-analyze
CTL=$B/sockmendctl LIB=$B/libsockmend.so
R=$T/root UNITS=/usr/lib/systemd/system ETC=/etc/systemd/system

make_system()
{
	mkdir -p "$R$UNITS" "$R$ETC" "$R/usr/bin" "$R/etc/sockmend"
	chmod 755 "$T" "$R"
	cp /bin/sleep "$R/usr/bin/camsrv"
	for target in sysinit basic shutdown; do
		printf '[Unit]\nDescription=%s\n' $target >"$R$UNITS/$target.target"
	done
}

# unit NAME [LINE]…: a service with these lines beside its ExecStart.
unit()
{
	unit_name=$1
	shift
	printf '%s\n' '[Unit]' 'Description=test' '[Service]' \
		'ExecStart=/usr/bin/camsrv 5000' "$@" >"$R$UNITS/$unit_name.service"
}

# dropin PATH LINE…
dropin()
{
	dropin_path=$R$1
	shift
	mkdir -p "$(dirname "$dropin_path")"
	printf '%s\n' '[Service]' "$@" >"$dropin_path"
}

ctl()
{
	ctl_command=$1
	shift
	"$CTL" "$ctl_command" --root "$R" "$@" </dev/null
}

enabled()
{
	ctl enable -y "$@" >"$T/enable.out" 2>"$T/enable.err" ||
		fail "enable $*: $(cat "$T/enable.err")"
}

# refused WHY [OPTION]… UNIT: exit status 1, why, and nothing is written.
refused()
{
	refused_why=$1
	shift
	tree >"$T/before"
	ctl enable -y "$@" >"$T/enable.out" 2>"$T/enable.err"
	same "enable $* is refused" 1 $?
	has "enable $* says why" "$T/enable.err" "$refused_why"
	tree >"$T/after"
	same "nothing is written" "$(cat "$T/before")" "$(cat "$T/after")"
}

# Every name, its mode, and the bytes of every file.
tree()
{
	(cd "$R" && find . -printf '%p %m %l\n' | sort &&
		find . -type f -exec cksum {} + | sort)
}

# What systemd makes of the unit, into $T/read. It does not do so as root, and
# nobody else may look into $T.
systemd_reads()
{
	[ -x /lib/systemd/systemd ] || skip "systemd is not installed"
	public=$(mktemp -d "${TMPDIR:-/tmp}/sockmend-units.XXXXXX") || exit 1
	cp -a "$R/." "$public" && chmod -R a+rX "$public"
	as=
	[ "$(id -u)" != 0 ] ||
		as='setpriv --reuid 65534 --regid 65534 --clear-groups'
	# shellcheck disable=SC2086
	SYSTEMD_UNIT_PATH=$public$ETC:$public/run/systemd/system:$public$UNITS \
		timeout $((30 * PATIENCE)) $as env -u HOME /lib/systemd/systemd --test \
		--system --unit="$1" >"$T/systemd" 2>&1
	rm -rf "$public"
	sed -n "/-> Unit $1:/,/^[[:blank:]]*-> Unit /p" "$T/systemd" >"$T/read"
	[ -s "$T/read" ] ||
		skip "systemd --test says nothing here: $(tail -n 1 "$T/systemd")"
}

make_system
