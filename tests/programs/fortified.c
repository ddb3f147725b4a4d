/* SPDX-License-Identifier: MIT
 * Reads the end of file through the checked calls that hardened binaries
 * have: fortified PORT connects, then reads until the end with each.
 */
#undef _FORTIFY_SOURCE
#define _FORTIFY_SOURCE 2
#include "probe.h"

#include <sys/types.h>

static char buffer[64];

/* A length the compiler cannot know, into a buffer whose size it does. */
static size_t length(void)
{
	static volatile size_t len = sizeof(buffer);

	return len;
}

int main(int argc, char **argv)
{
	struct address a = address_of(argc > 1 ? argv[1] : "127.0.0.1:80");
	int fd = socket(a.at.any.sa_family, SOCK_STREAM, 0);

	say(CALL(connect(fd, &a.at.any, a.len)), "connect");
	say(CALL(read(fd, buffer, length())), "__read_chk");
	say(CALL(recv(fd, buffer, length(), 0)), "__recv_chk");
	say(CALL(recvfrom(fd, buffer, length(), 0, NULL, NULL)),
	    "__recvfrom_chk");
	return 0;
}
