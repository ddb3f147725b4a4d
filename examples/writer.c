/* SPDX-License-Identifier: MIT
 * writer: the ticker, which writes quotes to one display after the other.
 *
 * send() returns when the quote is on its way, and fails when the display is
 * gone. A display that hangs is neither: it takes nothing, its window is
 * zero, and send() waits for it for ever. So do all the other displays.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <unistd.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <arpa/inet.h>

static void write_quotes(int display)
{
	char quote[1024];
	long bytes = 0;
	int n, price = 0;

	memset(quote, '.', sizeof(quote));
	quote[sizeof(quote) - 1] = '\n';
	do {
		memcpy(quote, "ACME ", 5);
		sprintf(quote + 5, "%08d", price++);
		quote[13] = ' ';
		n = send(display, quote, sizeof(quote), 0);
		bytes += n > 0 ? n : 0;
	} while (n > 0);
	perror("send");
	fprintf(stderr, "display gone after %ld bytes\n", bytes);
}

int main(int argc, char **argv)
{
	struct sockaddr_in sin;
	int s, display, on = 1;
	socklen_t len;

	signal(SIGPIPE, SIG_IGN);
	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_port = htons(argc > 1 ? atoi(argv[1]) : 5000);
	s = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(s, (struct sockaddr *)&sin, sizeof(sin)) < 0 ||
	    listen(s, 5) < 0) {
		perror("writer");
		exit(1);
	}
	for (;;) {
		len = sizeof(sin);
		display = accept(s, (struct sockaddr *)&sin, &len);
		fprintf(stderr, "display at %s port %d\n",
			inet_ntoa(sin.sin_addr), ntohs(sin.sin_port));
		write_quotes(display);
		close(display);
	}
}
