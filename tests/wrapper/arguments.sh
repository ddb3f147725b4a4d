#!/bin/sh
# Arguments reach the program, and rules the compiler, byte for byte.
. "$(dirname "$0")/../lib/test.sh"
. "$(dirname "$0")/shells.sh"

show='printf "<%s>" "$0" "$@"'
odd='a b  c'"
 'single' \"double\" \\ \$HOME \$(id) \`id\` * ? [x] {a,b} ; & | < > # ~ !
"

arguments()
{
	same "$shell: quoting" "<name><><$odd><-n><--><*>" \
		"$(sockmend sh -c "$show" name '' "$odd" -n -- '*')"
	same "$shell: no options after the program" '<name><-V><-r>' \
		"$(sockmend sh -c "$show" name -V -r)"
	same "$shell: no options after --" '<name><-h>' \
		"$(sockmend -n -- sh -c "$show" name -h)"
	same "$shell: many" 5000 \
		"$(sockmend sh -c 'echo $#' name $(seq 5000))"
}

# A title may hold anything, so a rule with one shows what compile was given.
rules()
{
	sockmend -r 'eof { spin_limit = 7 }' -n -r "
	program = \"it's *\"	# \$HOME \`id\`
	keepalive { idle = 5s }" -v -r'reuse_address = yes' \
		sh -c 'printf %s "$SOCKMEND_POLICY"' >"$T/policy" ||
		fail "$shell: rules are refused"
	sed -n 's/rule name=[^ ]* //p' "$T/policy" | head -n 3 >"$T/rules"
	has "$shell: the first" "$T/rules" 'spin_limit=7'
	has "$shell: the second" "$T/rules" "program=it.*s.*keepalive.idle=5000"
	has "$shell: the third" "$T/rules" '^reuse_address=yes'
	"$B/sockmendctl" compile -r 'reuse_address = yes' >"$T/wanted"
	same "$shell: the policy is whole, its last newline too" \
		"$(cksum <"$T/wanted")" \
		"$(sockmend -r 'reuse_address = yes' sh -c \
			'printf %s "$SOCKMEND_POLICY"' | cksum)"
}

# What the program is called, and which of those called that it is.
names()
{
	mkdir -p "$T/bin"
	for name in -odd a=b -a=b -x= echo; do
		printf '#!/bin/sh\necho "%s <$1>"\n' "$name" >"$T/bin/$name"
		chmod +x "$T/bin/$name"
	done
	cd "$T/bin" || exit
	same "$shell: relative" 'echo <x>' "$(sockmend ./echo x)"
	same "$shell: a dash, by path" '-odd <x>' "$(sockmend -- ./-odd x)"
	PATH=$T/bin:$PATH
	same "$shell: a dash, in PATH" '-odd <x>' "$(sockmend -- -odd x)"
	same "$shell: no assignment" 'a=b <x>' "$(sockmend a=b x)"
	same "$shell: a dash and no assignment" '-a=b <x>' "$(sockmend -- -a=b x)"
	same "$shell: a dash and no assignment" '-x= <y>' "$(sockmend -- -x= y)"
	same "$shell: first in PATH, no builtin" 'echo <x>' "$(sockmend echo x)"
	PATH=$T/nothing::/usr/bin:/bin
	same "$shell: here, as PATH says" 'echo <x>' "$(sockmend echo x)"
	PATH=${PATH#*::}
	same "$shell: /bin/echo" 'x' "$(sockmend echo x)"
	sockmend cd / 2>/dev/null
	same "$shell: cd is a builtin, no program" 127 $?
	cd "$TOP" || exit
	same "$shell: argv[0] is the name as given" 'cat' \
		"$(sockmend cat /proc/self/cmdline | tr '\0' '\n' | head -n 1)"
}

in_each_shell arguments
in_each_shell rules
in_each_shell names
