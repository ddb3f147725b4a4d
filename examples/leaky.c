/* SPDX-License-Identifier: MIT
 * leaky: the price server, which never closes what its clients closed.
 *
 * One select() loop serves everybody. When a client is done, the loop takes
 * it out of the set, so that select() is quiet again, and forgets it. The
 * close() was forgotten too: every client leaves a descriptor here and a
 * connection in CLOSE_WAIT, until there are no descriptors left.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/types.h>
#include <sys/time.h>
#include <sys/socket.h>
#include <netinet/in.h>

static fd_set clients;
static int served;

static void welcome(int s)
{
	int c = accept(s, NULL, NULL);

	if (c < 0) {
		perror("accept");
		sleep(1); /* let things calm down */
		return;
	}
	FD_SET(c, &clients);
}

static void serve(int c)
{
	char line[256];
	int n = recv(c, line, sizeof(line), 0);

	if (n <= 0) {
		FD_CLR(c, &clients); /* done with this one */
		return;
	}
	sprintf(line, "price %d\n", 100 + ++served);
	send(c, line, strlen(line), 0);
	fprintf(stderr, "client %d served, on descriptor %d\n", served, c);
}

int main(int argc, char **argv)
{
	struct sockaddr_in sin;
	int s, c, on = 1;
	fd_set ready;

	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_port = htons(argc > 1 ? atoi(argv[1]) : 5000);
	s = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(s, (struct sockaddr *)&sin, sizeof(sin)) < 0 ||
	    listen(s, 5) < 0) {
		perror("leaky");
		exit(1);
	}
	FD_SET(s, &clients);
	for (;;) {
		ready = clients;
		if (select(FD_SETSIZE, &ready, NULL, NULL, NULL) < 0)
			continue;
		for (c = 0; c < FD_SETSIZE; c++)
			if (FD_ISSET(c, &ready) && c != s)
				serve(c);
		if (FD_ISSET(s, &ready))
			welcome(s);
	}
}
