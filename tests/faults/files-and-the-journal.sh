#!/bin/sh
# What we want of the file system, and of sock_diag, fails, once or always.
. "$(dirname "$0")/../lib/faults.sh"

survive <<'END'
openat EACCES ENOENT EMFILE ENOSPC EROFS EINTR
read EIO EINTR EISDIR
fstat EACCES EOVERFLOW
newfstatat ENOENT EACCES
stat ENOENT EACCES EIO ENOSYS
mkdirat EROFS EACCES EEXIST
fallocate EOPNOTSUPP ENOSPC EINTR
pwrite64 EIO ENOSPC EINTR
mmap ENODEV EACCES
readlink EACCES ENOENT
prlimit64 EPERM
socket EMFILE EAFNOSUPPORT EACCES ENOBUFS
sendto ENOBUFS EPERM
recvfrom EINTR ENOBUFS EAGAIN
clock_getres EPERM ENOSYS
close_range ENOSYS EPERM
END
