/* SPDX-License-Identifier: MIT
 * Workers: differ itself, bare or mended, in a network of its own.
 */
#include "workers.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char build[512], home[32];

/* .../build/tests/differential/differ lives three below the build. */
static bool find_build(void)
{
	const ssize_t len = readlink("/proc/self/exe", build, sizeof build - 1);
	char *slash = NULL;

	if (len <= 0)
		return false;
	build[len] = '\0';
	for (int up = 0; up < 3; up++) {
		slash = strrchr(build, '/');
		if (!slash)
			return false;
		*slash = '\0';
	}
	return true;
}

static bool compile(const struct posture *p)
{
	char command[2048], conf[128];
	FILE *file;

	snprintf(conf, sizeof conf, "%s/%s.conf", home, p->name);
	file = fopen(conf, "w");
	if (!file)
		return false;
	fputs(p->rules, file);
	fclose(file);
	snprintf(command, sizeof command,
		 "'%s/sockmendctl' compile -c %s >%s/%s.policy", build, conf,
		 home, p->name);
	return !system(command);
}

bool workers_prepare(void)
{
	snprintf(home, sizeof home, "/tmp/differ.XXXXXX");
	if (!find_build() || !mkdtemp(home))
		return false;
	for (unsigned i = 0; i < posture_count; i++)
		if (!compile(&postures[i]))
			return false;
	return true;
}

static void remove_all(const char *path)
{
	char name[512];
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		if (unlink(name))
			remove_all(name);
	}
	if (dir)
		closedir(dir);
	rmdir(path);
}

void workers_tidy(void)
{
	remove_all(home);
}

void desk_clear(struct desk *desk)
{
	remove_all(desk->rundir);
	mkdir(desk->rundir, 0700);
}

bool desk_make(struct desk *desk)
{
	desk->fd = memfd_create("account", 0);
	if (desk->fd < 0 || ftruncate(desk->fd, sizeof(struct account)))
		return false;
	desk->account = mmap(NULL, sizeof(struct account),
			     PROT_READ | PROT_WRITE, MAP_SHARED, desk->fd, 0);
	snprintf(desk->rundir, sizeof desk->rundir, "%s/run.%d", home,
		 desk->fd);
	mkdir(desk->rundir, 0700);
	return desk->account != MAP_FAILED;
}

/* Every segment is acknowledged at once: a delayed acknowledgement would make
 * states and queues a matter of 40 ms more or less. */
static const char start[] =
	"{ ip link set lo up"
	" && ip route replace table local local 127.0.0.0/8 dev lo"
	" proto kernel scope host src 127.0.0.1 quickack 1"
	" && ip route replace table local local 127.0.0.1 dev lo"
	" proto kernel scope host src 127.0.0.1 quickack 1"
	" && ip -6 route del table local local ::1 dev lo"
	" && ip -6 route add table local local ::1 dev lo"
	" proto kernel quickack 1; } || exit 3; exec env \"$@\"";

static void list_ops(char *list, const bool *ops)
{
	for (int i = 0; ops && i < OPS_MAX; i++)
		if (ops[i])
			list += sprintf(list, "%d,", i);
	*list = '\0';
}

static void become(const struct desk *desk, const struct posture *p,
		   const struct work *work)
{
	char preload[600], policy[160], mode[32], log[32], rundir[128];
	char self[600], seed[32], range[48], list[4 * OPS_MAX];

	snprintf(preload, sizeof preload, "LD_PRELOAD=%s%s", p ? build : "",
		 p ? "/libsockmend.so" : "");
	snprintf(policy, sizeof policy, "SOCKMEND_POLICY=%s/%s.policy", home,
		 p ? p->name : "");
	snprintf(mode, sizeof mode, "SOCKMEND_MODE=%s", p ? p->mode : "");
	snprintf(log, sizeof log, "SOCKMEND_LOG=%s", p ? p->log : "");
	snprintf(rundir, sizeof rundir, "SOCKMEND_RUNDIR=%s", desk->rundir);
	snprintf(self, sizeof self, "%s/tests/differential/differ", build);
	snprintf(seed, sizeof seed, "--seed=%llu",
		 (unsigned long long)work->seed);
	snprintf(range, sizeof range, "--work=%u-%u", work->from, work->to);
	list_ops(list, work->ops);
	execl("/bin/sh", "sh", "-c", start, "sh", preload, policy, mode, log,
	      rundir, self, seed, range, work->ops ? "--ops" : NULL, list,
	      NULL);
}

static void move_in(const struct desk *desk)
{
	const int nowhere = open("/dev/null", O_RDWR);

	dup2(desk->fd, 3);
	for (int fd = 0; fd < 3; fd++)
		dup2(nowhere, fd);
	closefrom(4);
}

bool worker_run(struct desk *desk, const struct posture *posture,
		const struct work *work)
{
	int status = 0;
	const pid_t child = fork();

	if (!child) {
		move_in(desk);
		if (!unshare(CLONE_NEWNET))
			become(desk, posture, work);
		_exit(3);
	}
	waitpid(child, &status, 0);
	desk_clear(desk);
	return !status;
}
