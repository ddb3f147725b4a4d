#!/bin/sh
# What we tell a socket fails, once or always.
. "$(dirname "$0")/../lib/faults.sh"

# A bind we held back is done in listen() or connect(): what it fails with, they
# fail with, as bind() would have.
is_allowed()
{
	error=${1#bind:}
	case $1/$2 in
	bind:*/"listen("*": ${error%:*}" | bind:*/"connect("*": ${error%:*}") ;;
	*) false ;;
	esac
}

survive <<'END'
setsockopt EPERM ENOPROTOOPT EINVAL ENOMEM
shutdown ENOTCONN EPERM
connect EBUSY EPERM
bind EACCES ENOMEM
END
