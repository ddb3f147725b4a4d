/* SPDX-License-Identifier: MIT
 * A server that reads by stdio, or through a plugin: host MODE PORT PLUGIN.
 */
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static long (*plugin_read)(int, void *, unsigned long);
static int (*plugin_close)(int);

static void load(const char *path)
{
	void *plugin = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);

	if (!plugin)
		exit(1);
	plugin_read = dlsym(plugin, "plugin_read");
	plugin_close = dlsym(plugin, "plugin_close");
}

static int listen_on(int port)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	any.sin_port = htons(port);
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(s, (struct sockaddr *)&any, sizeof any) || listen(s, 5))
		exit(1);
	return s;
}

static void said(long got, const char *text)
{
	if (got > 0)
		printf("read %.*s\n", (int)got, text);
	else
		printf("read nothing\n");
	fflush(stdout);
}

static void by_stdio(int s)
{
	FILE *f = fdopen(s, "r");
	char line[100] = "";

	fgets(line, 6, f);
	said(strlen(line), line);
	said(fgets(line, 6, f) ? strlen(line) : 0, line);
}

static void by_plugin(int s)
{
	char buffer[100];

	said(plugin_read(s, buffer, sizeof buffer), buffer);
	said(plugin_read(s, buffer, sizeof buffer), buffer);
}

/* The connection is closed past the interposers; a pair takes its number. */
static void by_plugin_closed(int s)
{
	int pair[2];
	char byte;

	plugin_close(s);
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	if (pair[0] == s)
		printf("accepted the same number\n");
	fflush(stdout);
	usleep(1500000);
	if (write(pair[1], "x", 1) == 1 && read(pair[0], &byte, 1) == 1)
		printf("the next is as it was\n");
}

int main(int argc, char **argv)
{
	int listener, served;

	load(argv[3]);
	listener = listen_on(atoi(argv[2]));
	served = accept(listener, NULL, NULL);
	if (!strcmp(argv[1], "stdio"))
		by_stdio(served);
	else if (!strcmp(argv[1], "deepbind"))
		by_plugin(served);
	else
		by_plugin_closed(served);
	return 0;
}
