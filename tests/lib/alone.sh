# Runs the test in a network namespace of its own: sourced before test.sh. As
# another user than root, the same inside a user namespace.
# shellcheck shell=sh
if [ -z "${IN_A_NAMESPACE:-}" ]; then
	flags=-n
	[ "$(id -u)" = 0 ] || flags=-Urn
	if ! unshare $flags true 2>/dev/null; then
		echo "no network namespaces for user $(id -un): unshare $flags fails"
		exit 77
	fi
	IN_A_NAMESPACE=1 exec unshare $flags -- "$0" "$@"
fi
