#!/bin/sh
# Every profile that is shipped compiles; one that is not is answered with
# those that are.
. "$(dirname "$0")/../lib/system.sh"

names=
for file in "$TOP"/conf/profiles/*.conf; do
	name=$(basename "$file" .conf)
	"$B/sockmendctl" check "$file" >check.out || fail "$file"
	has "the page names it" "$TOP/shim/man/sockmend.conf.5" "$name"
	names="$names${names:+, }$name"
done
for file in "$TOP"/conf/profiles/*.conf; do
	same "-p and -c" "$("$CTL" compile -c "$file")" \
		"$("$CTL" compile -p "$(basename "$file" .conf)")"
done
same "safe has no way to end a live connection" "" \
	"$("$CTL" compile -p safe | grep -E ' (idle|close_wait)=|ephemeral')"
for bad in nowhere ../sockmend /etc/passwd ''; do
	says "sockmendctl: -p = $bad: no such profile in etc/sockmend/profiles: want one of: $names" \
		"$CTL" compile -p "$bad"
done

# Uninstalled, they stand beside the directory of the executable.
mkdir -p tree/build tree/conf/profiles
cp "$CTL" tree/build
echo 'rule "of the tree" { }' >tree/conf/profiles/tree.conf
CTL=tree/build/sockmendctl
same "a profile of the build tree" "of%20the%20tree" "$(rules -p tree)"
same "the installed one comes first" safe "$(rules -p safe)"
