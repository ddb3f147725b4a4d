#!/bin/sh
# The renderer draws what a terminal would show: text, colours, the cursor's
# way; the same output gives the same bytes, and they are well-formed XML.
. "$(dirname "$0")/../lib/test.sh"
render=$TOP/examples/screens/render
cat >"$T/say" <<'END'
#!/bin/sh
[ -t 1 ] && stty size
printf 'plain \033[1;31mred\033[0m <&> \033[38;5;208mcube\033[0m\n'
printf 'gone\rover\033[K\n\033[2Kup\033[A\033[Gmoved\n\n'
printf '\033]0;title\007\033[?25l\033[7mback\033[27m\n'
END
chmod +x "$T/say"
for i in 1 2; do
	"$PYTHON" "$render" -w 40 -t 'a <title>' "$T/$i.svg" "$T/say" -x 'a b' ||
		fail "render"
done
cmp "$T/1.svg" "$T/2.svg" || fail "not the same twice"
"$PYTHON" - "$T/1.svg" >"$T/said.out" <<'END' || fail "no XML"
import sys, xml.etree.ElementTree as tree
for e in tree.parse(sys.argv[1]).iter('{http://www.w3.org/2000/svg}text'):
	print(e.get('fill'), e.get('font-weight'), e.text)
END
has "the size" "$T/said.out" ' 60 40$'
has "the title" "$T/said.out" 'a <title>$'
has "the command" "$T/said.out" "bold say -x 'a b'\$"
has "red" "$T/said.out" '^#e06c75 bold red$'
has "escaped" "$T/said.out" ' <&> $'
has "of the cube" "$T/said.out" '^#ff8700 None cube$'
has "moved over what was there" "$T/said.out" 'None moved$'
lacks "nothing else" "$T/said.out" 'gone|over|title;|25l'
has "reversed" "$T/said.out" '^#1b1f27 None back$'

# The pictures of the README are there, and are pictures.
sed -n 's/^!\[.*](\(.*\.svg\))$/\1/p' "$TOP/README.md" >"$T/pictures"
[ -s "$T/pictures" ] || fail "no pictures in README.md"
while read -r picture; do
	"$PYTHON" -c 'import sys, xml.dom.minidom as x; x.parse(sys.argv[1])' \
		"$TOP/$picture" || fail "$picture"
done <"$T/pictures"
