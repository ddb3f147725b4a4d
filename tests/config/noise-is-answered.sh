#!/bin/sh
# Random edits of a good file: a policy, or one line that says what is wrong;
# never a crash, a hang, or a word from libconfuse.
. "$(dirname "$0")/../lib/system.sh"

cat >noise.py <<'END'
import random, re, subprocess, sys
good = open(sys.argv[2], 'rb').read()
pieces = [b'{', b'}', b'(', b')', b'=', b',', b'"', b"'", b'\\', b'/*', b'*/',
          b'#', b'\n', b'\0', b'\xff', b'\r', b'*', b'+=', b'${A}', b'rule ',
          b'include("noise.conf")', b'idle', b'off', b'99999999999', b'5s;']
random = random.Random(1998)
counts = [0, 0]
for _ in range(400):
    text = bytearray(good)
    for _ in range(random.choice([1, 1, 2, 5])):
        at = random.randrange(len(text) + 1)
        change = random.randrange(4)
        if change == 0:
            text[at:at] = random.choice(pieces)
        elif change == 1:
            del text[at:at + random.choice([1, 3, 30])]
        elif change == 2:
            text[at:at + 1] = bytes([random.randrange(256)])
        else:
            del text[at:]
    open('noise.conf', 'wb').write(text)
    run = subprocess.run([sys.argv[1], 'compile', '-c', 'noise.conf'],
                         capture_output=True, timeout=200)
    said = run.stderr.decode('utf-8', 'replace')
    assert run.returncode in (0, 1), (run, bytes(text))
    counts[run.returncode] += 1
    if run.returncode == 0:
        assert not said and run.stdout.startswith(b'sockmend-policy'), run
        continue
    assert not run.stdout and 'libconfuse' not in said, run
    line = re.fullmatch(r'noise\.conf:(\d+): .*(want|belongs inside) .*\n', said)
    assert line, (said, bytes(text))
    assert 1 <= int(line[1]) <= text.count(b'\n') + 1, (said, bytes(text))
assert min(counts) > 10, counts
END
"$PYTHON" noise.py "$CTL" "$TOP/conf/profiles/device-fleet.conf" \
	>noise.out 2>&1 || fail "noise"
