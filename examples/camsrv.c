/* SPDX-License-Identifier: MIT
 * camsrv: the camera recorder's server, one camera at a time, as of 1998.
 *
 * The camera on the roof always calls from port 1025. It sends frames, the
 * server stores them. "When the camera hangs up, recv() returns 0, and we
 * wait for the next call." Nobody asked what happens when the camera loses
 * its power and never hangs up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <arpa/inet.h>

static void store_frames(int camera)
{
	char frame[512];
	int n;

	/* recv() returns 0 when the camera is done */
	while ((n = recv(camera, frame, sizeof(frame) - 1, 0)) != 0) {
		if (n < 0) {
			perror("camsrv: recv");
			continue;
		}
		frame[n] = 0;
		frame[strcspn(frame, "\n")] = 0;
		fprintf(stderr, "recv() = %d: %s\n", n, frame);
		send(camera, "stored\n", 7, 0);
	}
	fprintf(stderr, "recv() = 0: the camera hung up\n");
}

int main(int argc, char **argv)
{
	struct sockaddr_in sin;
	int s, camera, on = 1;
	socklen_t len;

	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_port = htons(argc > 1 ? atoi(argv[1]) : 5000);
	s = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(s, (struct sockaddr *)&sin, sizeof(sin)) < 0 ||
	    listen(s, 1) < 0) {
		perror("camsrv");
		exit(1);
	}
	for (;;) {
		len = sizeof(sin);
		camera = accept(s, (struct sockaddr *)&sin, &len);
		fprintf(stderr, "camera at %s port %d\n",
			inet_ntoa(sin.sin_addr), ntohs(sin.sin_port));
		store_frames(camera);
		close(camera);
	}
}
