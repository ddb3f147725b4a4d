/* SPDX-License-Identifier: MIT
 * What the kernel holds at the end of a case.
 */
#include "differ.h"
#include "options.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void tell_tcp(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof info;
	static const char *const states[] = {
		"-",	    "ESTABLISHED", "SYN_SENT",	 "SYN_RECV",
		"FIN_WAIT", "FIN_WAIT",	   "TIME_WAIT",	 "CLOSE",
		"CLOSE_WAIT", "LAST_ACK",  "LISTEN",	 "CLOSING",
	};

	if (syscall(SYS_getsockopt, fd, IPPROTO_TCP, TCP_INFO, &info, &len))
		return;
	tell(" %s", info.tcpi_state < COUNT(states) ? states[info.tcpi_state]
						     : "?");
	if (info.tcpi_state == TCP_LISTEN)
		tell(" queue %u", info.tcpi_unacked);
}

static void tell_names(int fd)
{
	struct sockaddr_storage name = { 0 };
	socklen_t len = sizeof name;

	/* A port held back is what getsockname() says, so ask as a program. */
	if (!getsockname(fd, (struct sockaddr *)&name, &len)) {
		tell(" at ");
		tell_name(&name, len, fd);
	}
	len = sizeof name;
	if (!getpeername(fd, (struct sockaddr *)&name, &len)) {
		tell(" to ");
		tell_name(&name, len, fd);
	}
}

static void tell_left(int fd, long flags)
{
	int in = -1, out = -1;

	things_learn(fd);
	tell("left %d: kind %d flags %#lx %#lx", fd, things[fd].kind,
	     (unsigned long)flags,
	     (unsigned long)syscall(SYS_fcntl, fd, F_GETFL));
	if (!(things[fd].kind & SOCKETS)) {
		tell("\n");
		return;
	}
	ioctl(fd, SIOCINQ, &in);
	ioctl(fd, SIOCOUTQ, &out);
	tell(" in %d out %d", in, out);
	if (things[fd].kind & TCP)
		tell_tcp(fd);
	tell_names(fd);
	tell_options(fd);
	tell("\n");
}

void tell_all_left(void)
{
	for (int fd = 0; fd < TABLE; fd++) {
		const long flags = syscall(SYS_fcntl, fd, F_GETFD);

		if (flags >= 0)
			tell_left(fd, flags);
		if (fd == 70 && things_end < 1000)
			fd = 1020;
	}
}
