#!/bin/sh
# The options sockmendctl knows are those sockmend.conf(5) explains and the
# sample shows; the sample is well, and so is what stands behind its '#'.
. "$(dirname "$0")/../lib/system.sh"
page=$TOP/shim/man/sockmend.conf.5
sample=$TOP/conf/sockmend.conf

# What may stand within a section, asked of the tool itself.
options()
{
	printf '%s' "$1" >ask.conf
	"$CTL" check ask.conf 2>&1 | sed -n 's/.*want one of //p' | tr -d ,
}

sed -n '/^# rule "/,/^# }/s/^# \{0,1\}//p' "$sample" >uncommented.conf
has "the sample has a rule behind '#'" uncommented.conf '^rule "cameras"'
"$CTL" check "$sample" uncommented.conf >check.out || fail "the sample"
same "the sample is the profile safe" "$("$CTL" compile -p safe)" \
	"$("$CTL" compile -c "$sample")"

for name in $(options '?x'; options 'nosuch'); do
	has "the page on $name" "$page" "^\.It Cm $name"
	has "the sample on $name" "$sample" "$name"
done
for section in 'rule "x"' 'rule "x" { keepalive' 'rule "x" { eof' \
	'rule "x" { idle' 'rule "x" { close_wait' 'rule "x" { supersede' \
	'rule "x" { dead' 'rule "x" { set'; do
	names=$(options "$section { nosuch")
	[ -n "$names" ] || fail "no options within $section"
	for name in $names; do
		has "the page on $name" "$page" "^\.It Cm $name "
		has "the sample on $name" uncommented.conf \
			"^[[:blank:]]*$name( =| \{)"
	done
done

# Every row of the table of socket options: its range as the tool has it, and
# what the page says of its reach.
reach_in_page()
{
	sed -n "/^\.It Cm $1 =/,/^\.\(It\|El\)/p" "$page" | sed -n 's/^\.Em \(.*\) \.$/\1/p'
}
{ tr -d '\n\t\\' <"$TOP/shim/core/sockopt_table.h"; echo; } | sed 's/X(SET_/\n&/g' |
	sed -n 's/^X(SET_[A-Z0-9_]*, *"set", "\([a-z0-9_]*\)",.*,  *\([A-Z]*\)).*/\1 \2/p' >rows
same "rows" "$(options 'rule "x" { set { nosuch' | wc -w)" "$(wc -l <rows)"
while read -r name reach; do
	case $reach in
	INHERITED) says= ;;
	BIND) says="Before the bind" ;;
	EACH) says="Each by itself" ;;
	SERVER) says=Listeners ;;
	CLIENT) says=Clients ;;
	*) fail "an unknown reach: $name $reach" ;;
	esac
	same "the page on the reach of $name" "$says" "$(reach_in_page "$name")"
	printf 'rule "x" { set { %s = "?" } }' "$name" >ask.conf
	range=$("$CTL" check ask.conf 2>&1 | sed -n 's/.*: want \(whole seconds, \)*//p')
	case $range in
	*letters*) range=$(echo "$range" | sed 's/.*/Qq Ar name/') ;;
	*'|'*) range=$(echo "$range" | sed 's/|/ | /g') ;;
	*) range=$(echo "$range" | sed 's/-/ to /') ;;
	esac
	has "the page on the range of $name" "$page" "^\.It Cm $name = $(quoted "$range")$"
done <rows

command -v mandoc >/dev/null || exit 0
mandoc -T lint "$page" >lint.out 2>&1
lacks "mandoc" lint.out '(ERROR|WARNING|STYLE: [^r])'
# Its examples are rules.
mandoc -T utf8 -O width=200 "$page" | col -b |
	sed -n '/^EXAMPLES/,/^DIAGNOSTICS/p' |
	grep -v '^[A-Z]\|: *$\|^ *its last' >examples.conf
"$CTL" check examples.conf || fail "$(cat examples.conf)"
