/* SPDX-License-Identifier: MIT
 * One operation again and again, in a process with many connections: what a
 * call costs it in nanoseconds.
 *
 *   calls OP OPEN MS
 *
 * First OPEN connections are made and left alone, both ends in this process.
 * Then OP runs for MS milliseconds, and one line says how many nanoseconds one
 * took on average, and how many there were:
 *
 *   eagain  a read that finds nothing, on an accepted connection
 *   echo    a byte sent at one end and read at the other
 *   cycle   a connection made, accepted, and both ends closed
 */
#include "bench.h"

#define EACH 20000 /* connections to one port, which has some 28000 */
#define BATCH 256  /* operations between two looks at the clock */

static const char usage[] = "calls eagain|echo|cycle OPEN MS\n";

static int listener, client, served;
static struct sockaddr_in address;

/* Accepted ends inherit SO_LINGER with no call more: closed with 0, they reset
 * their connection. After a FIN one end would stay in TIME_WAIT for a minute:
 * `cycle` would have no ports left within a second, and a process that ends
 * would leave the next one OPEN more to look past. */
static void make_listener(void)
{
	const struct linger reset = { .l_onoff = 1 };

	address = ipv4(INADDR_LOOPBACK, 0);
	listener = listen_at(&address, 0);
	check(!setsockopt(listener, SOL_SOCKET, SO_LINGER, &reset,
			  sizeof(reset)),
	      "SO_LINGER");
}

static void connect_both(void)
{
	client = socket(AF_INET, SOCK_STREAM, 0);
	check(client >= 0, "socket");
	check(!connect(client, (struct sockaddr *)&address, sizeof(address)),
	      "connect");
	served = accept(listener, NULL, NULL);
	check(served >= 0, "accept");
}

static void open_many(long open)
{
	need_descriptors(2 * open);
	for (long i = 0; i < open; i++) {
		if (i % EACH == 0)
			make_listener();
		connect_both();
	}
}

static void eagain(void)
{
	char byte;

	check(recv(served, &byte, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN,
	      "recv");
}

static void echo(void)
{
	char byte = 'x';

	check(send(client, &byte, 1, 0) == 1, "send");
	check(recv(served, &byte, 1, 0) == 1, "recv");
}

static void cycle(void)
{
	connect_both();
	check(!close(served), "close");
	check(!close(client), "close");
}

static const struct operation {
	const char *name;
	void (*run)(void);
} operations[] = {
	{ "eagain", eagain },
	{ "echo", echo },
	{ "cycle", cycle },
};

static const struct operation *operation_named(const char *name)
{
	const size_t count = sizeof(operations) / sizeof(*operations);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(operations[i].name, name))
			return &operations[i];
	misused(usage);
}

static void measure(void (*run)(void), int64_t microseconds)
{
	const int64_t began = microseconds_now();
	int64_t took;
	long times = 0;

	do {
		for (int i = 0; i < BATCH; i++)
			run();
		times += BATCH;
		took = microseconds_now() - began;
	} while (took < microseconds);
	printf("%.2f %ld\n", (double)took * 1000 / (double)times, times);
}

int main(int argc, char **argv)
{
	const struct operation *op;
	long open, ms;

	if (argc != 4)
		misused(usage);
	op = operation_named(argv[1]);
	open = number(argv[2], 0, 1000000, usage);
	ms = number(argv[3], 1, 3600000, usage);
	signal(SIGPIPE, SIG_IGN);
	open_many(open);
	make_listener();
	if (op->run != cycle)
		connect_both();
	measure(op->run, ms * 1000);
	return 0;
}
