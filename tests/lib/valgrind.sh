# Programs under Valgrind: . "$(dirname "$0")/../lib/valgrind.sh"
# shellcheck shell=sh
[ -n "${P:-}" ] || . "$(dirname "$0")/../lib/test.sh" # unless net.sh came first
needs valgrind

# A library whose functions are all to be seen, for exact suppressions.
PLAIN=$B/plain
mkdir -p "$PLAIN"
flock "$PLAIN" make -s -C "$TOP" B="$PLAIN" CFLAGS='-O1 -g -fno-inline' \
	"$PLAIN/libsockmend.so" >"$T/build" 2>&1 || fail "$(cat "$T/build")"

# checked_by TOOL RULES PROGRAM…: status 99 when Valgrind complains.
checked_by()
{
	checked_tool=$1
	checked_policy=$(policy "$2") || fail "$checked_policy"
	shift 2
	case $checked_tool in
	memcheck) set -- --leak-check=full --show-leak-kinds=definite \
		--errors-for-leak-kinds=definite "$@" ;;
	helgrind) set -- --suppressions="$TOP/tests/valgrind/helgrind.supp" "$@" ;;
	esac
	$exec env LD_PRELOAD="$PLAIN/libsockmend.so" SOCKMEND_POLICY="$checked_policy" \
		timeout $((100 * PATIENCE)) valgrind -q --tool=$checked_tool --error-exitcode=99 \
		--child-silent-after-fork=no "$@"
}
