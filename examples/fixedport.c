/* SPDX-License-Identifier: MIT
 * fixedport: the order terminal, which calls the host once for each order.
 *
 * The host's firewall lets terminals in by their source port, so this one
 * always calls from port 1025. That firewall is long gone. The port is still
 * here, and TCP keeps it for a minute after each call (TIME_WAIT): the
 * second order of the minute cannot be placed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netdb.h>

#define OUR_PORT 1025 /* agreed with the host's people */

static struct sockaddr_in host;

static int call_host(void)
{
	struct sockaddr_in us;
	int s = socket(AF_INET, SOCK_STREAM, 0);

	memset(&us, 0, sizeof(us));
	us.sin_family = AF_INET;
	us.sin_port = htons(OUR_PORT);
	if (bind(s, (struct sockaddr *)&us, sizeof(us)) < 0)
		perror("bind to port 1025");
	else if (connect(s, (struct sockaddr *)&host, sizeof(host)) < 0)
		perror("connect");
	else
		return s;
	close(s);
	return -1;
}

static void place_order(int number)
{
	char text[256];
	int n, s = call_host();

	if (s < 0) {
		fprintf(stderr, "order %d is lost\n", number);
		return;
	}
	sprintf(text, "order %d\n", number);
	send(s, text, strlen(text), 0);
	n = recv(s, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = 0;
	fprintf(stderr, "the host says: %s", text);
	close(s);
}

int main(int argc, char **argv)
{
	struct hostent *h;
	int i;

	if (argc < 4 || !(h = gethostbyname(argv[1]))) {
		fprintf(stderr, "usage: fixedport host port orders\n");
		exit(1);
	}
	host.sin_family = AF_INET;
	host.sin_port = htons(atoi(argv[2]));
	memcpy(&host.sin_addr, h->h_addr, h->h_length);
	for (i = 1; i <= atoi(argv[3]); i++) {
		place_order(i);
		sleep(1);
	}
	return 0;
}
