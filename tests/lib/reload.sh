# Programs on a policy file that is replaced: sourced after net.sh.
# shellcheck shell=sh

# put RULES: compile them, and replace $T/policy by them at once and whole.
put()
{
	cp "$(policy "$1")" "$T/policy.new" && mv "$T/policy.new" "$T/policy"
}

# preloaded NAME VERB…: sock on the policy file, without the wrapper.
preloaded()
{
	preloaded_name=$1
	shift
	start "$preloaded_name" env LD_PRELOAD="$B/libsockmend.so" \
		SOCKMEND_POLICY="$T/policy" "$P/sock" "$@"
}

# The file is looked at when a socket is made, connected or accepted, but once
# a second: so that the next such call is sure to look.
let_a_second_pass()
{
	sleep 1.1
}
