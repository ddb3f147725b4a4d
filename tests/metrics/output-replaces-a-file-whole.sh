#!/bin/sh
# metrics --output replaces its file at once and whole, keeps its mode, follows
# no link that may be a trap, and replaces nothing that is no regular file.
. "$(dirname "$0")/../lib/test.sh"
needs strace
mkdir -m 755 "$T/prom"
out=$T/prom/sockmend.prom
metrics()
{
	"$B/sockmendctl" metrics --output "$@" 2>"$T/metrics.err"
}

refused()
{
	same "$1: refused" 1 "$2"
	has "$1: said" "$T/metrics.err" "$3"
}

metrics "$out" || fail "a new file"
same "a new file's mode" 644 "$(stat -c %a "$out")"
has "its contents" "$out" '^sockmend_build_info'
chmod 640 "$out"
inode=$(stat -c %i "$out")
strace -f -o "$T/trace" -e trace=openat,fsync,rename,renameat,renameat2,write \
	"$B/sockmendctl" metrics --output "$out" || fail "again"
same "the mode is kept" 640 "$(stat -c %a "$out")"
[ "$inode" != "$(stat -c %i "$out")" ] || fail "it was written in place"
same "nothing is left beside it" sockmend.prom "$(ls "$T/prom")"
sed -n '/sockmend\.prom\./,$p' "$T/trace" >"$T/tail"
same "synced, renamed, and the directory synced" 'fsync rename fsync' \
	"$(grep -oE '(fsync|rename)[a-z0-9]*\(' "$T/tail" | tr -d '(2' | sed 's/at$//' | xargs)"

# A full disk leaves the old one. (The rename is never reached.)
cp "$out" "$T/before"
strace -o /dev/null -e trace=fsync -e inject=fsync:error=ENOSPC:when=3 \
	"$B/sockmendctl" metrics --output "$out" 2>"$T/metrics.err"
refused "a full disk" $? 'No space left'
same "the old file stands" "$(cat "$T/before")" "$(cat "$out")"
same "no half one" sockmend.prom "$(ls "$T/prom")"

# Links: followed in a directory of ours, refused where others may write.
ln -s sockmend.prom "$T/prom/link"
metrics "$T/prom/link" || fail "a link of ours: $(cat "$T/metrics.err")"
[ -L "$T/prom/link" ] || fail "the link was replaced"
mkdir -m 1777 "$T/tmp"
echo victim >"$T/victim"
ln -s "$T/victim" "$T/tmp/trap"
metrics "$T/tmp/trap"
refused "a trap" $? 'symbolic link where others may write'
same "the victim" victim "$(cat "$T/victim")"
metrics "$T/tmp/new" || fail "a new file in such a place"

mkfifo "$T/prom/fifo"
metrics "$T/prom/fifo"
refused "a FIFO" $? 'not a regular file'
[ -p "$T/prom/fifo" ] || fail "the FIFO is gone"
metrics /dev/null
refused "/dev/null" $? 'not a regular file'
[ -c /dev/null ] || fail "/dev/null is gone"
metrics "$T/prom"
refused "a directory" $? 'not a regular file'
metrics "$T/missing/file"
refused "no such directory" $? 'No such file'
