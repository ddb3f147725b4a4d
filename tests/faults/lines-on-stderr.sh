#!/bin/sh
# With log = stderr: what a line on standard error takes fails.
SOCKMEND_LOG=stderr
export SOCKMEND_LOG
. "$(dirname "$0")/../lib/faults.sh"

survive <<'END'
write EAGAIN ENOSPC EPIPE EINTR EIO
ppoll EINTR EINVAL ENOSYS
fstat EACCES
END
