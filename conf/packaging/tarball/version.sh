# SPDX-License-Identifier: MIT
# What is released, for scripts that pack it: $version, and one date for all.
# shellcheck shell=sh
version=$(sed -n 's/.*SOCKMEND_VERSION "\(.*\)"/\1/p' shim/core/version.h)

# The last commit's, or without one that of the file with the version.
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
	SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null) ||
		SOURCE_DATE_EPOCH=$(stat -c %Y shim/core/version.h)
fi
export SOURCE_DATE_EPOCH
