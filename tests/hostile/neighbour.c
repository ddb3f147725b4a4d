/* SPDX-License-Identifier: MIT
 * Another preloaded library: it uses sockets in its constructor, before any
 * of ours could run, and stands in front of some of the same calls.
 *
 * NEIGHBOUR names a file for what it saw.
 */
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int recvs, closes, connects;

ssize_t recv(int fd, void *buffer, size_t len, int flags)
{
	ssize_t (*next)(int, void *, size_t, int) =
		(ssize_t(*)(int, void *, size_t, int))dlsym(RTLD_NEXT, "recv");

	recvs++;
	return next(fd, buffer, len, flags);
}

int close(int fd)
{
	int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, "close");

	closes++;
	return next(fd);
}

int connect(int fd, const struct sockaddr *to, socklen_t len)
{
	int (*next)(int, const struct sockaddr *, socklen_t) =
		(int (*)(int, const struct sockaddr *, socklen_t))dlsym(
			RTLD_NEXT, "connect");

	connects++;
	return next(fd, to, len);
}

static int keepalive_of(int fd)
{
	int on = -1;
	socklen_t len = sizeof(on);

	getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, &len);
	return on;
}

__attribute__((constructor)) static void begin(void)
{
	struct sockaddr_in server = { .sin_family = AF_INET };
	socklen_t len = sizeof(server);
	int listener = socket(AF_INET, SOCK_STREAM, 0), client, served;
	FILE *out = fopen(getenv("NEIGHBOUR"), "w");
	char byte;

	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(listener, (struct sockaddr *)&server, len);
	listen(listener, 5);
	getsockname(listener, (struct sockaddr *)&server, &len);
	client = socket(AF_INET, SOCK_STREAM, 0);
	connect(client, (struct sockaddr *)&server, len);
	served = accept(listener, NULL, NULL);
	fprintf(out, "constructor: keepalive %d, recv %d\n",
		keepalive_of(served), (int)recv(served, &byte, 1, 0));
	close(client);
	close(served);
	close(listener);
	fclose(out);
	recvs = closes = connects = 0;
}

__attribute__((destructor)) static void end(void)
{
	FILE *out = fopen(getenv("NEIGHBOUR"), "a");

	fprintf(out, "program: recv %d close %d connect %d\n", recvs, closes,
		connects);
	fclose(out);
}
