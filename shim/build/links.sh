#!/bin/sh
# SPDX-License-Identifier: MIT
# Links beside lib/ABI for what ld.so calls $LIB elsewhere than on Debian:
# links.sh DIRECTORY NATIVE-ABI
set -e
cd "$1"
case $2 in
i386-linux-gnu) wide=x86_64-linux-gnu ;;
*) wide=$2 ;;
esac
narrow=i386-linux-gnu

# link NAME TARGET, where that is
link() {
	rm -f "$1"
	[ ! -e "$(dirname "$1")/$2" ] || ln -s "$2" "$1"
}

link lib64 "lib/$wide"
link lib32 "lib/$narrow"

# Plain lib is 32-bit where a 64-bit libc lives in /lib64 (Red Hat, SUSE),
# otherwise the system's own.
plain=$2
[ ! -e /lib64/libc.so.6 ] || [ "$wide" = aarch64-linux-gnu ] || plain=$narrow
link lib/libsockmend.so "$plain/libsockmend.so"
