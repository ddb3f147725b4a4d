#!/bin/sh
# The capabilities that podman, buildah and CRI-O leave a container, and their
# seccomp profile.
. "$(dirname "$0")/../lib/sandbox.sh"
hurts_no_mend /usr/share/containers/seccomp.json podman
