#!/bin/sh
# Beside another preloaded library that answers wrongly for libc, spoils errno,
# takes the environment away and wants no memory to be had: the program sees
# what it sees beside that neighbour without us.
. "$(dirname "$0")/../lib/test.sh"
needs cc
cat >"$T/liar.c" <<'END'
/* A neighbour that lies, one way for each word of LIES. */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static char lies[128];

static int lie(const char *word)
{
	return strstr(lies, word) != NULL;
}

__attribute__((constructor)) static void start(void)
{
	struct rlimit none = { 0, 0 };

	if (getenv("LIES"))
		strncpy(lies, getenv("LIES"), sizeof lies - 1);
	if (lie("clearenv"))
		clearenv();
	if (lie("noenv"))
		environ = NULL;
	if (lie("notdumpable"))
		prctl(PR_SET_DUMPABLE, 0);
	if (lie("nomem"))
		setrlimit(RLIMIT_AS, &none);
}

pid_t getpid(void)
{
	return lie("getpid") ? 1 : gettid();
}

uid_t geteuid(void)
{
	return lie("getpid") ? 4711 : getuid();
}

void *mmap(void *at, size_t len, int prot, int flags, int fd, off_t off)
{
	static void *(*real)(void *, size_t, int, int, int, off_t);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "mmap");
	if (!lie("mmap"))
		return real(at, len, prot, flags, fd, off);
	errno = ENOMEM;
	return MAP_FAILED;
}

int getsockopt(int fd, int level, int name, void *value, socklen_t *len)
{
	static int (*real)(int, int, int, void *, socklen_t *);
	int result;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "getsockopt");
	result = real(fd, level, name, value, len);
	if (lie("errno"))
		errno = 4095;
	return result;
}

int close(int fd)
{
	static int (*real)(int);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "close");
	if (lie("close")) {
		errno = EIO;
		real(fd);
		return -1;
	}
	return real(fd);
}
END
cc -shared -fPIC -O1 -w -D_GNU_SOURCE -o "$T/liar.so" "$T/liar.c" || fail cc

rules='rule "all" { keepalive { idle = 5s } idle { timeout = 1h } eof { }
	close_wait { after = 1h reclaim = pressure } reuse_address = yes }'
SOCKMEND_POLICY=$(cat "$(policy "$rules")")
export SOCKMEND_POLICY
script="tcp4 bind 127.0.0.1:0 listen 5 state close close tcp4 connect 127.0.0.1:1"

# beside PRELOAD: what the program sees and how it ends.
beside()
{
	# shellcheck disable=SC2086
	LD_PRELOAD=$1 timeout $((20 * PATIENCE)) "$P/sock" $script 2>&1 |
		grep -v '^sockmend: ' | sed 's/:[0-9]\{5\}/:PORT/g'
}

for LIES in nothing clearenv noenv notdumpable nomem getpid mmap errno \
	close "getpid mmap errno close clearenv"; do
	export LIES
	alone=$(beside "$T/liar.so")
	same "$LIES, before us" "$alone" "$(beside "$T/liar.so:$B/libsockmend.so")"
	same "$LIES, behind us" "$alone" "$(beside "$B/libsockmend.so:$T/liar.so")"
done
