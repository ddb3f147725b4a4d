#!/bin/sh
# include("…") puts rules in the order of the text, finds files beside the one
# it stands in, and never goes round in circles; lines and file names of what
# is wrong are those of the file it is wrong in.
. "$(dirname "$0")/../lib/system.sh"

mkdir below
cat >main.conf <<-'END'
	rule "first" { }
	include("below/a.conf") /* not here */ rule "fourth" { }
	include("END")
	rule "sixth" { }
END
sed -i "s|END|$T/absolute.conf|" main.conf
printf '# a\ninclude("b.conf")\nrule "third" { }' >below/a.conf
echo 'rule "second" { }' >below/b.conf
echo 'rule "fifth" { }' >absolute.conf
same "rules in order" "first second third fourth fifth sixth" \
	"$(rules -c main.conf)"
"$CTL" show -c main.conf >shown.out
for place in main.conf:1 below/b.conf:1 below/a.conf:3 main.conf:2 \
	"$T/absolute.conf:1" main.conf:4; do
	has "the place of each rule" shown.out "^# $place\$"
done

printf 'include("self.conf")' >self.conf
says 'self.conf:1: include = "self.conf": want a file that does not include itself' \
	"$CTL" compile -c self.conf
printf '\ninclude("two.conf")' >one.conf
printf '\n\ninclude("./one.conf")' >two.conf
says 'two.conf:3: include = "./one.conf": want a file that does not include itself' \
	"$CTL" compile -c one.conf

echo 'include("bad.conf")' >outer.conf
printf '\n\nrule "a" {\n\tidle { timeout = 5ms }\n}' >bad.conf
says 'bad.conf:4: idle.timeout = 5ms: want 10ms-30d or off' \
	"$CTL" compile -c outer.conf
printf 'rule "a" {' >bad.conf
says 'bad.conf:1: rule = {: want a } that closes it' \
	"$CTL" compile -c outer.conf

printf 'rule "a" { }\n' >good.conf
printf 'include("good.conf")\nmode = fast' >outer.conf
says 'outer.conf:2: mode = fast: want mend|observe|off' \
	"$CTL" compile -c outer.conf
printf 'include("good.conf")\n\ninclude("good.conf")\n' >outer.conf
says 'good.conf:1: rule = "a": want a name of its own: good.conf:1 has this one' \
	"$CTL" compile -c outer.conf
printf 'mode = off\ninclude("mode.conf")' >outer.conf
printf '\nmode = off' >mode.conf
says 'mode.conf:2: mode = off: want it once: outer.conf:1 has it already' \
	"$CTL" compile -c outer.conf

for missing in nowhere.conf below /dev/zero '~root' '$HOME'; do
	printf "include('%s')" "$missing" >outer.conf
	"$CTL" compile -c outer.conf >outer.out 2>outer.err
	same "exit status with include of $missing" 1 $?
	has "says where" outer.err '^outer.conf:1: include = .*: want '
done

# Files that include the next one twice would be read for ever.
for i in $(seq 20); do
	printf 'include("%s.conf")\n' $((i + 1)) $((i + 1)) >"$i.conf"
done
echo >21.conf
timeout $((10 * PATIENCE)) "$CTL" compile -c 1.conf >doubled.out 2>doubled.err
same "exit status with 2^20 includes" 1 $?
has "says how many" doubled.err 'want at most 64 files$'
