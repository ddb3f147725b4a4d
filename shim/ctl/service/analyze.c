/* SPDX-License-Identifier: MIT
 * Runs systemd-analyze(1) and reads what it prints.
 */
#include "analyze.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAID_MAX 65536
#define NOT_THERE 127

static void become(const char *const *words, int out)
{
	int null = open("/dev/null", O_RDONLY);

	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	setenv("SYSTEMD_COLORS", "0", 1);
	setenv("SYSTEMD_PAGER", "cat", 1);
	execvp(words[0], (char *const *)(uintptr_t)words);
	_exit(NOT_THERE);
}

/* What is over SAID_MAX is read and forgotten, so that the writer ends. */
static char *read_said(int fd, struct pool *pool)
{
	char *said = pool_take(pool, SAID_MAX + 1), rest[4096];
	size_t at = 0;
	ssize_t got;

	while (at < SAID_MAX && (got = read(fd, said + at, SAID_MAX - at)) > 0)
		at += (size_t)got;
	while (read(fd, rest, sizeof rest) > 0)
		continue;
	return said;
}

/* Its exit status, NOT_THERE when it could not be run. */
static int ask(const char *const *words, struct pool *pool, const char **said)
{
	int pipe[2], status = 0;
	pid_t child;

	*said = "";
	if (pipe2(pipe, O_CLOEXEC))
		return NOT_THERE;
	child = fork();
	if (!child)
		become(words, pipe[1]);
	close(pipe[1]);
	if (child > 0) {
		*said = read_said(pipe[0], pool);
		waitpid(child, &status, 0);
	}
	close(pipe[0]);
	return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : NOT_THERE;
}

enum analyzed analyze_unit(const char *root, const char *unit,
			   struct pool *pool, const char **said)
{
	const char *words[] = {
		"systemd-analyze",
		"--man=no",
		pool_print(pool, "--root=%s", *root ? root : "/"),
		"verify",
		unit,
		NULL,
	};
	int status = ask(words, pool, said);

	if (status == NOT_THERE)
		return ANALYZED_NOT;
	return status ? ANALYZED_BADLY : ANALYZED_WELL;
}

const char *analyze_sets(struct pool *pool)
{
	const char *words[] = {"systemd-analyze", "--no-pager",
			       "syscall-filter", NULL};
	const char *said;

	return ask(words, pool, &said) ? NULL : pool_print(pool, "\n%s", said);
}
