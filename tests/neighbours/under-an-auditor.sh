#!/bin/sh
# An auditor (LD_AUDIT, rtld-audit(7)) puts a function of its own in front of
# libc's connect(): it is called as often as without us, and the connection is
# mended.
. "$(dirname "$0")/../lib/test.sh"
needs cc
cat >"$T/auditor.c" <<'END'
#define _GNU_SOURCE
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static uintptr_t libc;
static int (*next)(int, const struct sockaddr *, socklen_t);

unsigned la_version(unsigned version) { return version; }

unsigned la_objopen(struct link_map *map, Lmid_t id, uintptr_t *cookie)
{
	if (strstr(map->l_name, "/libc.so.6") && id == LM_ID_BASE)
		libc = *cookie;
	return LA_FLG_BINDTO | LA_FLG_BINDFROM;
}

static int watched(int fd, const struct sockaddr *to, socklen_t len)
{
	write(2, "audited\n", 8);
	return next(fd, to, len);
}

uintptr_t la_symbind64(Elf64_Sym *sym, unsigned index, uintptr_t *from,
		       uintptr_t *to, unsigned *flags, const char *name)
{
	if (*to != libc || strcmp(name, "connect"))
		return sym->st_value;
	*(uintptr_t *)&next = sym->st_value;
	return (uintptr_t)watched;
}
END
cc -w -shared -fPIC -o "$T/auditor.so" "$T/auditor.c" || fail cc
rules='rule "all" { keepalive { idle = 5s } eof { } idle { timeout = 1h } }'
script="tcp4 bind 127.0.0.1:5009 listen 5 tcp4 connect 127.0.0.1:5009 state"

# shellcheck disable=SC2086
env LD_AUDIT="$T/auditor.so" timeout 20 "$P/sock" $script >"$T/bare" 2>"$T/bare.audit"
same "bare: status" 0 $?
[ -s "$T/bare.audit" ] || skip "this loader calls no auditor"
mended_policy=$(cat "$(policy "$rules")")
# shellcheck disable=SC2086
env LD_AUDIT="$T/auditor.so" LD_PRELOAD="$B/libsockmend.so" \
	SOCKMEND_POLICY="$mended_policy" timeout 20 "$P/sock" $script >"$T/mended" 2>"$T/mended.audit"
same "mended: status" 0 $?
same "what the auditor saw" "$(cat "$T/bare.audit")" "$(cat "$T/mended.audit")"
event "mended" 'options-set rule all .*-> 127.0.0.1:5009'
