#!/bin/sh
# The library has names that musl, and glibc before 2.34, does not have. A
# program that looks for one of them finds none, or one that works.
. "$(dirname "$0")/../lib/test.sh"
. "$(dirname "$0")/../lib/abi.sh"
can_build musl-gcc || skip "no compiler for musl"
cat >"$T/names.c" <<'END'
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOK(name, type, ...) type (*name)(__VA_ARGS__) = dlsym(RTLD_DEFAULT, #name)
#define TELL(name, works) printf("%s %s\n", #name, !name ? "none" : (works) ? "works" : "fails")
#define is_closed(fd) (fcntl(fd, F_GETFD) < 0)

int main(void)
{
	LOOK(closefrom, void, int);
	LOOK(close_range, int, unsigned, unsigned, int);
	LOOK(_Fork, pid_t, void);
	LOOK(__fork, pid_t, void);
	LOOK(__read, ssize_t, int, void *, size_t);
	LOOK(__read_chk, ssize_t, int, void *, size_t, size_t);
	LOOK(__recv_chk, ssize_t, int, void *, size_t, size_t, int);
	LOOK(__recvfrom_chk, ssize_t, int, void *, size_t, size_t, int, void *, void *);
	LOOK(__connect, int, int, void *, socklen_t);
	LOOK(__close, int, int);
	LOOK(__dup2, int, int, int);
	LOOK(fcntl64, int, int, int, ...);
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof at;
	int pair[2], fd = socket(AF_INET, SOCK_STREAM, 0), child = -1, status = -1;
	char bytes[8];

	setbuf(stdout, NULL);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(fd, (void *)&at, len);
	listen(fd, 5);
	getsockname(fd, (void *)&at, &len);
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	write(pair[1], "1234567", 7);
	TELL(__connect, !__connect(socket(AF_INET, SOCK_STREAM, 0), &at, len));
	TELL(__read, __read(pair[0], bytes, 1) == 1);
	TELL(__read_chk, __read_chk(pair[0], bytes, 1, 8) == 1);
	TELL(__recv_chk, __recv_chk(pair[0], bytes, 1, 8, MSG_DONTWAIT) == 1);
	TELL(__recvfrom_chk, __recvfrom_chk(pair[0], bytes, 1, 8, 0, NULL, NULL) == 1);
	TELL(__dup2, __dup2(fd, 80) == 80);
	TELL(__close, !__close(80) && is_closed(80));
	TELL(fcntl64, fcntl64(fd, F_DUPFD, 80) == 80);
	TELL(_Fork, (child = _Fork()) ? waitpid(child, &status, 0) == child && !status : (_exit(0), 0));
	TELL(__fork, (child = __fork()) ? waitpid(child, &status, 0) == child && !status : (_exit(0), 0));
	TELL(close_range, !close_range(70, 90, 0) && is_closed(80) && close_range(9, 8, 0) < 0 && errno == EINVAL);
	for (int n = 100; n < 300; n++)
		dup2(fd, n);
	if (closefrom)
		closefrom(100);
	TELL(closefrom, is_closed(100) && is_closed(213) && is_closed(299) && !is_closed(fd));
	return 0;
}
END
musl-gcc -w -D_GNU_SOURCE -o "$T/musl" "$T/names.c" && cc -w -D_GNU_SOURCE -o "$T/glibc" "$T/names.c" -ldl || fail cc
rules='rule "all" { keepalive { idle = 5s } eof { } idle { timeout = 1h } }'
for libc in musl glibc; do
	bare "$T/$libc" >"$T/bare"
	mended "$rules" "$T/$libc" >"$T/mended"
	lacks "bare, $libc" "$T/bare" fails
	lacks "mended, $libc" "$T/mended" fails
	same "as many as were asked for, $libc" 12 "$(wc -l <"$T/mended")"
done
