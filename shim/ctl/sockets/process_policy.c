/* SPDX-License-Identifier: MIT
 * The policy a process goes by, found as the library finds it (self.c): in
 * its environment, else in its file system, else the profile safe.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/policy_text.h"
#include "procfs.h"
#include "processes.h"
#include "core/default_policy.h"

#define POLICY_FILE SYSCONFDIR "/sockmend/policy"

struct text_found {
	const char *text;
	size_t len;
	const char *from, *wrong;
};

static const char *open_fault(int error)
{
	return error == EINVAL	  ? "is not a regular file"
	       : error == ENOTSUP ? "is on a pseudo file system"
	       : error == ENOENT  ? "no such file"
				  : strerror(error);
}

static size_t read_all(int fd, char *out, size_t room)
{
	size_t len = 0;
	ssize_t got = 1;

	while (got > 0 && len < room) {
		got = read(fd, out + len, room - len);
		len += got > 0 ? (size_t)got : 0;
	}
	return len;
}

typedef int opener(pid_t pid, const char *path);

static struct text_found read_file(const struct process *p, const char *path,
				   opener *open_path, struct pool *pool)
{
	struct text_found found = {.text = "", .from = path};
	const int fd = open_path(p->pid, path);
	char *text;

	if (fd < 0) {
		found.wrong = open_fault(errno);
		return found;
	}
	text = pool_take(pool, POLICY_TEXT_MAX + 2);
	found.len = read_all(fd, text, POLICY_TEXT_MAX + 1);
	found.text = text;
	if (!found.len)
		found.wrong = "is empty";
	close(fd);
	return found;
}

static struct text_found find_text(const struct process *p, const char *named,
				   struct pool *pool)
{
	struct text_found found = {.from = "SOCKMEND_POLICY"};

	if (*named == '/')
		return read_file(p, pool_copy(pool, named, strlen(named)),
				 proc_open_own_path, pool);
	if (*named) {
		found.len = strlen(named);
		found.text = pool_copy(pool, named, found.len);
		return found;
	}
	found = read_file(p, POLICY_FILE, proc_open_path, pool);
	if (found.wrong && strcmp(found.wrong, "is empty")) {
		found.from = "built in";
		found.text = safe_policy;
		found.len = strlen(safe_policy);
		found.wrong = NULL;
	}
	return found;
}

/* A program that writes its title over its environment (setproctitle) leaves
 * nothing there that could be believed. */
static bool is_intact(const struct process *p, const struct proc_words *w)
{
	const char *first = w->len ? w->bytes : "";
	int preload;

	if (*first == 0 || *first == '=' || !strchr(first, '='))
		return false;
	if (strstr(proc_variable(w, "LD_PRELOAD"), "libsockmend.so"))
		return true;
	preload = proc_open_path(p->pid, "/etc/ld.so.preload");
	if (preload >= 0)
		close(preload);
	return preload >= 0;
}

static void read_policy(struct process *p, const struct text_found *found,
			struct pool *pool)
{
	const struct program program = {p->name, p->invoked, p->exe};
	struct arena arena = {.size = policy_arena_size(found->len)};

	arena.base = pool_take(pool, arena.size);
	p->policy_from = found->from;
	p->policy_wrong = found->wrong;
	if (!p->policy_wrong)
		p->policy_wrong = policy_read(found->text, found->len, &program,
					      &arena, &p->policy);
	if (p->policy_wrong)
		p->policy.count = 0;
}

/* What the environment says goes before the policy. */
static void read_mode(struct process *p, const char *word)
{
	const int mode =
		word_index(mode_words, word, (unsigned)strnlen(word, 64));

	if (*word && mode < 0) {
		p->policy_from = "SOCKMEND_MODE";
		p->policy_wrong = "is no mode";
		p->policy.count = 0;
	}
	if (*word && mode >= 0)
		p->policy.mode = (enum mode)mode;
	p->observe = p->policy.mode == MODE_OBSERVE;
	p->off = p->policy.mode == MODE_OFF;
	if (p->off)
		p->policy.count = 0;
}

void process_read_policy(struct process *process, struct pool *pool)
{
	const int proc = proc_open(process->pid);
	struct proc_words environment;
	struct text_found found;

	if (proc < 0)
		return;
	environment = proc_read_words(proc, "environ");
	close(proc);
	if (is_intact(process, &environment)) {
		found = find_text(
			process, proc_variable(&environment, "SOCKMEND_POLICY"),
			pool);
		read_policy(process, &found, pool);
		read_mode(process,
			  proc_variable(&environment, "SOCKMEND_MODE"));
	} else {
		process->policy_from = "its environment";
		process->policy_wrong = "overwritten by the program";
	}
	free(environment.bytes);
}

/* The first rule that surely matches, as the library looks for it. */
static const struct rule *surely(const struct policy *policy,
				 enum direction direction,
				 const struct endpoint *local,
				 const struct endpoint *peer)
{
	const struct match_key key = {direction, local, peer};

	return policy_first_certain(policy, &key);
}

static const struct rule *rule_of_listener(const struct process *p,
					   const struct endpoint *local,
					   bool *sure)
{
	const struct match_key m = {DIRECTION_ACCEPT, local, NULL};
	enum match match = MATCH_NO;
	const struct rule *rule = policy_next(&p->policy, 0, &m, &match);

	*sure = !rule || match == MATCH_YES;
	return rule;
}

/* Whether connect() found it bound cannot be seen any more. */
static const struct rule *rule_of_client(const struct policy *policy,
					 const struct endpoint *local,
					 const struct endpoint *peer,
					 bool *sure)
{
	const struct rule *rule =
		surely(policy, DIRECTION_CONNECT, local, peer);

	*sure = rule == surely(policy, DIRECTION_CONNECT, NULL, peer);
	return rule;
}

const struct rule *process_rule(const struct process *process,
				enum direction direction,
				const struct endpoint *local,
				const struct endpoint *peer, bool *sure)
{
	const struct policy *policy = &process->policy;
	const struct rule *server, *client;

	*sure = true;
	if (!peer->known)
		return rule_of_listener(process, local, sure);
	server = surely(policy, DIRECTION_ACCEPT, local, peer);
	if (direction == DIRECTION_ACCEPT)
		return server;
	client = rule_of_client(policy, local, peer, sure);
	if (direction == DIRECTION_ANY)
		*sure &= client == server;
	return client;
}
