#!/bin/sh
# While dlopen() or dlclose() runs a constructor or a destructor that waits for
# another thread, that thread's first calls of each name return. So does a
# signal handler's, and so do they where a library that the program is linked
# with calls dlopen() before our own constructor runs.
. "$(dirname "$0")/../lib/test.sh"
needs cc

cat >"$T/calls.h" <<'END'
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Every kind of call we stand in front of, each for the first time. */
static void *all_calls(void *unused)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	struct sockaddr *name = (struct sockaddr *)&at;
	socklen_t len = sizeof at;
	char byte = 0;
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	struct mmsghdr messages = { .msg_hdr = { .msg_iov = &part, .msg_iovlen = 1 } };
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	int client = socket(AF_INET, SOCK_STREAM, 0), served, one = 1, status;
	pid_t child;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(listener, name, len) || listen(listener, 5) ||
	    getsockname(listener, name, &len) || connect(client, name, len))
		exit(3);
	served = accept(listener, NULL, NULL);
	send(client, "123456", 6, 0);
	read(served, &byte, 1);
	readv(served, &part, 1);
	recv(served, &byte, 1, 0);
	recvfrom(served, &byte, 1, 0, NULL, NULL);
	recvmsg(served, &message, 0);
	recvmmsg(served, &messages, 1, 0, NULL);
	close(fcntl(served, F_DUPFD, 0));
	dup2(listener, 90);
	dup3(listener, 91, O_CLOEXEC);
	fclose(fdopen(dup(listener), "r"));
	child = fork();
	if (!child)
		_exit(0);
	waitpid(child, &status, 0);
	shutdown(client, SHUT_RDWR);
	close(client);
	close(served);
	close(listener);
	return unused;
}

static void in_a_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, all_calls, NULL))
		exit(4);
	pthread_join(thread, NULL);
}
END
cat >"$T/constructor.c" <<'END'
#include "calls.h"
__attribute__((constructor)) static void start(void) { in_a_thread(); }
END
cat >"$T/destructor.c" <<'END'
#include "calls.h"
__attribute__((destructor)) static void end(void) { in_a_thread(); }
END
cat >"$T/handler.c" <<'END'
#include "calls.h"
static volatile sig_atomic_t handled;
static void handle(int signal) { (void)signal; all_calls(NULL); handled = 1; }
static void *pauses(void *unused) { for (;;) pause(); return unused; }
__attribute__((constructor)) static void start(void)
{
	pthread_t thread;
	signal(SIGUSR1, handle);
	pthread_create(&thread, NULL, pauses, NULL);
	pthread_kill(thread, SIGUSR1);
	while (!handled)
		usleep(1000);
}
END
cat >"$T/early.c" <<'END'
#include <dlfcn.h>
#include <stdlib.h>
__attribute__((constructor)) static void start(void)
{
	if (!dlopen(getenv("PLUGIN"), RTLD_NOW))
		exit(5);
}
END
cat >"$T/load.c" <<'END'
#include <dlfcn.h>
#include <stdio.h>
int main(int count, char **word)
{
	void *plugin = count > 1 ? dlopen(word[1], RTLD_NOW) : NULL;
	if (count > 1 && (!plugin || dlclose(plugin)))
		return 2;
	return puts("done") < 0;
}
END
for plugin in constructor destructor handler; do
	cc -w -shared -fPIC -O1 -D_GNU_SOURCE -pthread -o "$T/$plugin.so" "$T/$plugin.c" || fail cc
done
cc -w -shared -fPIC -o "$T/libearly.so" "$T/early.c" -ldl &&
	cc -w -o "$T/load" "$T/load.c" -ldl -pthread &&
	cc -w -o "$T/linked" "$T/load.c" -Wl,--no-as-needed -L"$T" -learly -ldl -pthread \
		-Wl,-rpath,"$T" || fail cc

# The loader's lock is dlsym()'s: nothing of ours calls it.
cat >"$T/nodlsym.c" <<'END'
#include <stdlib.h>
void *dlsym(void *scope, const char *name) { abort(); }
END
cc -w -shared -fPIC -o "$T/nodlsym.so" "$T/nodlsym.c" || fail cc

rules='rule "all" { keepalive { idle = 5s } eof { } idle { timeout = 1h } ephemeral_port = yes }'
loads()
{
	for plugin in constructor destructor handler; do
		same "$1, $plugin" done "$(shift; "$@" timeout -k 5 60 "$T/load" "$T/$plugin.so" 2>&1)"
	done
	PLUGIN=$T/constructor.so
	export PLUGIN
	same "$1, before our constructor" done "$(shift; "$@" timeout -k 5 60 "$T/linked" 2>&1)"
}

loads bare bare
loads mended mended "$rules"
loads off env SOCKMEND_MODE=off LD_PRELOAD="$B/libsockmend.so"
loads "bound at start" env LD_BIND_NOW=1 LD_PRELOAD="$B/libsockmend.so"
loads "without dlsym" env LD_PRELOAD="$B/libsockmend.so:$T/nodlsym.so"
