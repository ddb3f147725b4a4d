/* SPDX-License-Identifier: MIT
 * blindloop: the meter logger, which does not see the end of file.
 *
 * Meters call in, one after the other, and report. The loop ends when recv()
 * fails: "n < 0 means the meter is gone". But a meter that hangs up makes
 * recv() return 0, at once and for ever: the loop burns a CPU and the next
 * meter is never heard.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <arpa/inet.h>

static void listen_to(int meter)
{
	char report[256];
	int n;

	for (;;) {
		n = recv(meter, report, sizeof(report), 0);
		if (n < 0) { /* the meter is gone */
			perror("recv");
			return;
		}
		fwrite(report, 1, n, stderr);
		if (n && report[n - 1] == '\n') /* report is complete */
			send(meter, "noted\n", 6, 0);
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_in sin;
	int s, meter, on = 1;
	socklen_t len;

	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_port = htons(argc > 1 ? atoi(argv[1]) : 5000);
	s = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(s, (struct sockaddr *)&sin, sizeof(sin)) < 0 ||
	    listen(s, 5) < 0) {
		perror("blindloop");
		exit(1);
	}
	for (;;) {
		len = sizeof(sin);
		meter = accept(s, (struct sockaddr *)&sin, &len);
		fprintf(stderr, "meter at %s port %d\n",
			inet_ntoa(sin.sin_addr), ntohs(sin.sin_port));
		listen_to(meter);
		close(meter);
	}
}
