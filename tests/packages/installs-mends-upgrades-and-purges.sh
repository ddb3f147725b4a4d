#!/bin/sh
# In a Debian root: installed it mends, an upgrade leaves what was edited,
# removal leaves configuration, and after purge no name is there that was not.
. "$(dirname "$0")/../lib/roots.sh"
. "$(dirname "$0")/../lib/packages.sh"
needs dpkg-buildpackage dh
if [ -z "${IN_A_NAMESPACE:-}" ]; then
	build deb
	root=$(root_of bookworm amd64) || skip "$root"
	export root
fi
. "$(dirname "$0")/../lib/net.sh"
needs ss nc.openbsd
ip link set lo up
conf=$root/etc/sockmend

# dpkg WHAT ARGUMENT…: all of it done in the root, with nothing asked.
dpkg()
{
	dpkg_what=$1
	shift
	in_system DEBIAN_FRONTEND=noninteractive dpkg "$@" </dev/null \
		>"$T/dpkg.out" 2>&1 || fail "$dpkg_what"
}

# The same packages, of an older version, whose profile "safe" was another.
make_older()
{
	for package in libsockmend sockmend; do
		dpkg-deb -R "$(deb $package)" "$T/older"
		sed -i "s/$(version)/0.0.1/" "$T/older/DEBIAN/control"
		[ $package = libsockmend ] ||
			echo '# older' >>"$T/older/etc/sockmend/profiles/safe.conf"
		dpkg-deb -b "$T/older" "$root/tmp/$package.older.deb" >/dev/null
		rm -r "$T/older"
		cp "$(deb $package)" "$root/tmp/$package.deb"
	done
}

state()
{
	in_system dpkg-query -W -f '${Package} ${Version} ${db:Status-Status}\n' \
		'*sockmend' 2>/dev/null | tr '\n' ' '
}

# No unit is enabled, and no process is left behind.
nothing_runs()
{
	same "units that are enabled" '' \
		"$(find "$root/etc/systemd" -name '*sockmend*')"
	for process in /proc/[0-9]*; do
		[ "$(readlink "$process/root")" != "$root" ] ||
			fail "it runs: $(tr '\0' ' ' <"$process/cmdline")"
	done
}

# As the first page says: the profile "safe" gives keepalive to what it serves.
mends_in_root()
{
	start server in_system sockmend -v -p safe nc.openbsd -d -l 127.0.0.1 5000
	wait_until 20 listening 5000 || fail "nc does not listen"
	start client nc.openbsd 127.0.0.1 5000
	wait_until 20 probed 5000 || fail "no keepalive timer"
	has "what -v says" "$T/server.err" 'options-set.* 127.0.0.1:5000'
	stop client
	reap_within 20 server
}

probed()
{
	ss -tnoH state established "sport = :$1" | grep -q 'timer:(keepalive'
}

make_older
names_in_system >"$T/before"
dpkg "install the older" -i /tmp/libsockmend.older.deb /tmp/sockmend.older.deb
same "installed" 'libsockmend 0.0.1 installed sockmend 0.0.1 installed ' "$(state)"
nothing_runs
mends_in_root

echo '# mine' >>"$conf/sockmend.conf"
echo 'rule "mine" { keepalive { idle = 7s } }' >"$conf/apps.d/nc.openbsd.conf"
in_system sockmendctl apply >"$T/apply.out" 2>&1 || fail "apply"
dpkg "upgrade" -i /tmp/libsockmend.deb /tmp/sockmend.deb
same "upgraded" "libsockmend $(version) installed sockmend $(version) installed " \
	"$(state)"
has "an edited conffile stays" "$conf/sockmend.conf" '^# mine'
lacks "one that was not edited follows" "$conf/profiles/safe.conf" older
has "the applied policy stays" "$conf/policy" '^rule .*name=mine'
for page in man1/sockmend.1 man1/sockmendctl.1 man5/sockmend.conf.5 man7/sockmend.7; do
	same "$page is there" 1 "$(ls "$root/usr/share/man/$page"* | wc -l)"
done
nothing_runs
mends_in_root

# Whoever still names the library hears of it.
echo '/usr/lib/sockmend/$LIB/libsockmend.so' >"$root/etc/ld.so.preload"
dpkg "remove" -r sockmend libsockmend
has "removal says who still names the library" "$T/dpkg.out" \
	'still named in .*/etc/ld.so.preload'
rm "$root/etc/ld.so.preload"
has "removal leaves what was edited" "$conf/sockmend.conf" '^# mine'
[ ! -e "$root/usr/bin/sockmend" ] || fail "the wrapper is still there"

dpkg "purge" -P sockmend libsockmend
same "what purge leaves is what somebody wrote" apps.d/nc.openbsd.conf \
	"$(cd "$conf" && find . -type f -printf '%P\n')"
rm -r "$conf"
names_in_system >"$T/after"
same "names that purge leaves" '' "$(diff "$T/before" "$T/after")"
