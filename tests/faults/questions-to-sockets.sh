#!/bin/sh
# What we ask of a socket fails, once or always.
. "$(dirname "$0")/../lib/faults.sh"

# The name of a socket whose bind we held back is asked for at its listen(): it
# was told at the bind, so a kernel or a sandbox that does not tell it now is
# only made by tests.
is_allowed()
{
	case $1/$2 in
	getsockname:*:[0-9]*/"listen("*": EINVAL") ;;
	*) false ;;
	esac
}

survive <<'END'
getsockopt EPERM ENOPROTOOPT ENOBUFS
getsockname EPERM ENOBUFS
getpeername ENOTCONN EPERM
ioctl ENOTTY EPERM
fcntl EPERM
process_vm_readv EPERM ENOSYS
END
