#!/bin/sh
# A policy in a ConfigMap is a link to a link, and the kubelet replaces the one in
# the middle: a program that runs takes it up, and status outside reads it too.
# A file that a group may write to is nobody's word.
. "$(dirname "$0")/../lib/contained.sh"
volume=$BOX/etc/sockmend
rm "$volume/policy"
ln -s ..data/policy "$volume/policy"

# update NUMBER RULES: as the kubelet does it.
update()
{
	mkdir "$volume/..$1"
	cp "$(policy "$2")" "$volume/..$1/policy"
	ln -s "..$1" "$volume/..data_tmp"
	mv -T "$volume/..data_tmp" "$volume/..data"
}

# serves NUMBER WANTED: after a second, for it looks once in one.
serves()
{
	sleep 1.1
	touch "$BOX/go.$1"
	soon "client $1" "$T/server.out" "^get TCP_NODELAY . = 0\$"
	wait_until 20 answered "$1" || fail "no answer $1"
	same "client $1" "$2" "$(sed -n 's/^get TCP_NODELAY \(.\).*/\1/p' "$T/server.out" |
		sed -n "$1p")"
}

answered()
{
	[ "$(grep -c '^get TCP_NODELAY' "$T/server.out")" -ge "$1" ]
}

client()
{
	echo "await /go.$1 tcp4 connect 127.0.0.1:5000 get TCP_NODELAY"
}

update 1 'rule "first" { set { tcp_nodelay = no } }'
before_it="mount --bind $BOX $BOX && mount -o remount,ro,bind $BOX"
boxed server tcp4 bind 127.0.0.1:5000 listen 5 $(client 1) $(client 2) $(client 3) \
	$(client 4) stay
serves 1 0
update 2 'rule "second" { set { tcp_nodelay = yes } }'
serves 2 1
"$B/sockmendctl" status "$(box_pid server)" >"$T/status" 2>&1
has "status reads it" "$T/status" 'sock	5	second	established	connect'
update 3 'rule "third" { set { tcp_nodelay = no } }'
chmod g+w "$volume/..3/policy"
serves 3 1
chmod g-w "$volume/..3/policy"
serves 4 0
