# Every shell that may be /bin/sh: . "$(dirname "$0")/shells.sh"
# shellcheck shell=sh
in_each_shell()
{
	for shell in "dash" "busybox sh" "bash --posix"; do
		command -v "${shell%% *}" >/dev/null || continue
		"$@"
	done
}

# sockmend as that shell runs it.
sockmend()
{
	# shellcheck disable=SC2154,SC2086 # a command and its option
	$shell "$B/sockmend" "$@"
}
