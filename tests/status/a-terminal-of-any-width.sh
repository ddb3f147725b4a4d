#!/bin/sh
# On a terminal the table fits its width, down to 20 columns and less, with
# colours unless NO_COLOR says otherwise; in a pipe there are neither.
. "$(dirname "$0")/../lib/net.sh"
. "$(dirname "$0")/../lib/status.sh"
rules='rule "a-rule-with-a-long-name" { eof { } idle { timeout = 1h } }'
export SOCKMEND_APP=a-program-with-quite-a-long-name-$$
start server mended_sock "$rules" tcp6 bind "[$HERE6]:5000" listen 9 accept touch "$T/1" stay
await_listener 5000
start one peer "$P/sock" tcp6 connect "[$HERE6]:5000" stay
wait_until 20 test -e "$T/1" || fail "not accepted"
pid=$(pid_of server)

# The picture as text: no colours, no carriage returns.
picture() { sed -e 's/\x1b\[[0-9;]*m//g' -e 's/\r$//' "$T/drawn"; }

for width in 1 5 19 20 21 40 60 80 100 132 200 500; do
	same "width $width" "0 same" "$(on_terminal ${width}x24 "$T/drawn" -- \
		"$B/sockmendctl" status "$pid")"
	picture >"$T/picture"
	same "width $width: lines" 3 "$(wc -l <"$T/picture")"
	longest=$(awk '{ if (length > n) n = length } END { print n }' "$T/picture")
	between "width $width: the longest line" 1 "$width" "$longest"
	[ "$width" -lt 20 ] || has "width $width: the state" "$T/picture" 'established'
done
has "wide: all of it" "$T/picture" \
	"^$pid +$SOCKMEND_APP +[0-9]+ +a-rule-with-a-long-name +established +<- +\[$HERE6\]:5000 +\[$PEER6\]:[0-9]+ .* idle 59m[0-9]+s"
grep -q "$(printf '\033\\[')" "$T/drawn" || fail "no colours on a terminal"
same "NO_COLOR" "0 same" "$(NO_COLOR=1 on_terminal 80x24 "$T/drawn" -- \
	"$B/sockmendctl" status "$pid")"
! grep -q "$(printf '\033')" "$T/drawn" || fail "colours with NO_COLOR"
status "$pid"
! grep -q "$(printf '\033')" "$T/status" || fail "colours in a pipe"
same "columns in a pipe" "16" "$(awk -F '\t' '{ print NF }' "$T/status" | sort -u)"
