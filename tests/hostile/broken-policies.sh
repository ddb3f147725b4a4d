#!/bin/sh
# A policy that is missing, cut short, damaged, foreign, too long or no file at
# all: one line on stderr if it was named, and the program runs untouched.
. "$(dirname "$0")/../lib/test.sh"

good=$(policy 'rule "all" { program = {"a*", "sock"} peer = {"10.0.0.0/8:1-9", "*"}
	keepalive { idle = 5s } eof { spin_limit = 1 } idle { timeout = 1h } }')
script="tcp4 bind 127.0.0.1:0 listen 5 get SO_KEEPALIVE"

# with VALUE: run under that policy, into $T/said; its exit status.
with()
{
	# shellcheck disable=SC2086
	env LD_PRELOAD="$B/libsockmend.so" SOCKMEND_POLICY="$1" \
		"$P/sock" $script >"$T/said" 2>"$T/complaints"
}

# untouched WHAT LINES: as bare, with so many lines on stderr, and no journal.
untouched()
{
	same "$1: exit status" 0 "$status"
	same "$1: what it saw" "$bare" "$(cat "$T/said")"
	same "$1: lines on stderr" "$2" "$(wc -l <"$T/complaints")"
	[ "$2" = 0 ] ||
		has "$1: what is said" "$T/complaints" '^sockmend: SOCKMEND_POLICY.*unmended$'
	same "$1: no journal" "" "$(ls "$T/run")"
}

# refused WHAT VALUE
refused()
{
	with "$2"
	status=$?
	untouched "$1" 1
}

# shellcheck disable=SC2086
bare=$("$P/sock" $script)
with "$good"
has "the whole policy" "$T/said" 'SO_KEEPALIVE 1'
[ -n "$(ls "$T/run")" ] || fail "the whole policy keeps no journal"
rm -f "$T/run"/*

# ---- cut short at every byte, as a file and as text, where the last newline
# alone may be missing; and one byte changed anywhere. In Python, which starts
# some 700 programs in a tenth of the time.
cat >"$T/cuts.py" <<'END'
import os, re, subprocess, sys
good, bare, place, library, program = sys.argv[1:6]
policy = open(good, "rb").read()

def refused(what, value):
    done = subprocess.run([program] + sys.argv[6:], capture_output=True,
                          env={**os.environ, "LD_PRELOAD": library, "SOCKMEND_POLICY": value})
    lines = done.stderr.decode(errors="replace").splitlines()
    left = os.listdir(os.environ["SOCKMEND_RUNDIR"])
    if (done.returncode, done.stdout.decode().rstrip("\n"), len(lines), left) != (0, bare, 1, []) \
            or not re.search("^sockmend: SOCKMEND_POLICY.*unmended$", lines[0]):
        sys.exit(f"{what}: {done} and journals {left}")

def as_file(what, text):
    open(place, "wb").write(text)
    refused(what, place)

cases = 0
for length in range(1, len(policy) - 1):
    what = f"the first {length} of {len(policy)} bytes"
    as_file(what, policy[:length])
    refused(what + ", as text", policy[:length])
    cases += 2
for byte in range(0, len(policy) - 1, 7):
    as_file(f"byte {byte} changed", policy[:byte] + b"\1" + policy[byte + 1:])
    cases += 1
print(cases)
END
# shellcheck disable=SC2086
cases=$("$PYTHON" "$T/cuts.py" "$good" "$bare" "$T/cut" "$B/libsockmend.so" "$P/sock" \
	$script 2>"$T/cuts.err") || fail "$(cat "$T/cuts.err")"
[ "$cases" -ge 300 ] || fail "only $cases cases"

# ---- of other versions, with things it cannot hold
sed '1s/ [0-9][0-9]* / 99 /' "$good" >"$T/version"
refused "of version 99" "$T/version"
has "of version 99" "$T/complaints" 'of another version'
sed '1s/sockmend/SOCKMEND/' "$good" >"$T/foreign"
refused "foreign" "$T/foreign"
refused "a word" "yes"
refused "a relative path" "./policy"
for bytes in 1 100 65535 65536 65537 200000; do
	head -c $bytes /dev/urandom >"$T/random"
	refused "$bytes random bytes" "$T/random"
	head -c $bytes /dev/zero >"$T/zeros"
	refused "$bytes zeros" "$T/zeros"
	{ cat "$good"; head -c $bytes /dev/zero; } >"$T/zeros"
	refused "a policy and $bytes zeros" "$T/zeros"
done
{ head -n 1 "$good"; head -c 65536 /dev/zero | tr '\0' x; echo; tail -n 2 "$good"; } >"$T/long"
refused "a long line" "$T/long"
has "a long line" "$T/complaints" 'longer than 65536 bytes'
for bytes in 65536 65537 100000; do
	refused "$bytes bytes of text" "$(head -c $bytes /dev/zero | tr '\0' x)"
done

# resealed SED-SCRIPT: the policy changed, its seal put right again: what a
# hand that knows the format could write.
resealed()
{
	sed "$1" "$good" | "$PYTHON" -c '
import sys
text = sys.stdin.buffer.read().rsplit(b"end ", 1)
count = text[1].split()[0]
h = 2166136261
for byte in text[0]:
    h = (h ^ byte) * 16777619 & 0xffffffff
sys.stdout.buffer.write(text[0] + b"end " + count + b" %08x\n" % h)' >"$T/resealed"
}

resealed ''
same "a resealed policy is the same" "$(cat "$good")" "$(cat "$T/resealed")"
for change in 's/idle.timeout=3600000/idle.timeout=9999999999999999/' \
	's/idle.timeout=3600000/idle.timeout=-1/' 's/idle.timeout=3600000/idle.timeout=/' \
	's/idle=on/idle=off/' 's/idle=on/idel=on/' 's/idle=on/idle/' \
	's/name=all//' 's/name=all/name=%00/' 's/name=all/name=%/' 's/name=all/name=%zz/' \
	's/name=all/name=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx/' \
	's/program=/program=%,/' 's/name=all/name=%fz/' 's/peer=/peer=999.1.1.1,/' 's/peer=/peer=[::1/' \
	's/peer=/peer=1.1.1.1\/33,/' 's/peer=/peer=*:0,/' 's/peer=/peer=*:9-1,/' \
	's/peer=/peer=*:70000,/' 's/^rule/rules/' 's/^end 1/end 0/' 's/^end 1/end 2/' \
	's/^end 1/end 999999999999/' 's/^end 1/end -1/' \
	's/idle=on/idle=on idle=on/' '1s/mend none/mend/' '1s/mend none/mend loud/'; do
	resealed "$change"
	refused "resealed after $change" "$T/resealed"
done

# ---- not a regular file, or not one to read
refused "a missing file" "$T/missing"
has "a missing file" "$T/complaints" 'no such file'
refused "a missing directory" "$T/missing/policy"
refused "a directory" "$T"
refused "/dev/zero" /dev/zero
refused "/dev/null" /dev/null
mkfifo "$T/fifo"
refused "a FIFO" "$T/fifo"
: >"$T/empty"
refused "an empty file" "$T/empty"
ln -s loop "$T/loop"
refused "a link to itself" "$T/loop"
refused "a long path" "/$(head -c 5000 /dev/zero | tr '\0' x)"
if [ "$(id -u)" = 0 ]; then
	cp "$good" "$T/unreadable"
	chmod 000 "$T/unreadable"
	chmod 755 "$T"
	script="setuid 65534 $script"
	bare=$(
		# shellcheck disable=SC2086
		"$P/sock" $script)
	refused "an unreadable file" "$T/unreadable"
fi
