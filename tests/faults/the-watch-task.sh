#!/bin/sh
# What the watch task is made of fails, once or always.
. "$(dirname "$0")/../lib/faults.sh"

survive <<'END'
clone EAGAIN EPERM ENOSYS ENOMEM
futex EINTR EAGAIN
capget EPERM EINVAL ENOSYS
capset EPERM ENOSYS
mmap ENOMEM EPERM
munmap EINVAL
mprotect ENOMEM EACCES
madvise EINVAL ENOSYS
END
