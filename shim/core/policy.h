/* SPDX-License-Identifier: MIT
 * Which rule governs a socket. Pure: no system call, no global, no errno.
 *
 * A policy is an ordered list of rules. The first rule that matches a moment
 * governs it. At some moments not everything is known (a listener has no peer
 * yet), so a match has three answers, and a rule is only sure to govern when
 * it answers MATCH_YES and no rule before it answered MATCH_MAYBE.
 */
#ifndef SOCKMEND_POLICY_H
#define SOCKMEND_POLICY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "core/rule_options.h"

#define POLICY_TEXT_MAX 65536 /* bytes, terminating NUL not counted */
#define RULE_NAME_MAX 31 /* bytes */

enum mode { MODE_MEND, MODE_OBSERVE, MODE_OFF };
enum log { LOG_NONE, LOG_STDERR };
enum direction { DIRECTION_ANY, DIRECTION_ACCEPT, DIRECTION_CONNECT };
enum match { MATCH_NO, MATCH_MAYBE, MATCH_YES };

extern const char mode_words[]; /* "mend|observe|off" */
extern const char log_words[]; /* "none|stderr" */
extern const char direction_words[]; /* "any|accept|connect" */

/* An address in IPv6 form (IPv4 as ::ffff:a.b.c.d, RFC 4291 2.5.5.2) and a
 * port in host byte order; port 0 is not known. */
struct endpoint {
	uint8_t addr[16];
	uint16_t port;
	bool known; /* false: the address is not known */
};

/* ADDR[/LEN][:PORT[-PORT]]. IPv4 prefixes match IPv4 and v4-mapped addresses
 * alone, IPv6 prefixes IPv6 addresses alone, `*` matches both. */
struct prefix {
	uint8_t addr[16];
	uint8_t bits; /* of the IPv6 form: 96 + n for IPv4 */
	bool any; /* `*`: every address */
	uint16_t port_first, port_last; /* 0 and 65535: every port */
};

struct prefix_list {
	unsigned count;
	struct prefix *of;
};

struct glob_list {
	unsigned count;
	char **of;
};

struct rule {
	char name[RULE_NAME_MAX + 1];
	struct glob_list program;
	enum direction direction;
	struct prefix_list local, peer;
	int64_t value[RULE_OPTIONS]; /* UNSET where the rule is silent */
};

struct policy {
	enum mode mode;
	enum log log;
	unsigned count;
	struct rule *rule;
};

/* Who the process is: rules see `name`, globs with a slash both paths. */
struct program {
	const char *name, *invoked, *exe; /* "" where not known */
};

/* One call on one socket as rules see it; NULL or !known: not known yet. */
struct match_key {
	enum direction direction; /* DIRECTION_ANY: not known yet */
	const struct endpoint *local, *peer;
};

/* Does `rule` mean this program at all? */
bool rule_means_program(const struct rule *rule, const struct program *program);

/* Does any rule mean programs by their whole path? */
bool policy_names_paths(const struct policy *policy);

/* Leave out the rules that do not mean this program. One in mode `off` keeps
 * its place, and has no mend. */
void policy_keep_for(struct policy *policy, const struct program *program);

/* Does `rule` match the moment, whatever the program? */
enum match rule_match(const struct rule *rule, const struct match_key *moment);

/* The first rule from number `from` on that may match, or NULL. *match says
 * whether it does. To go on, pass its number plus one. */
const struct rule *policy_next(const struct policy *policy, unsigned from,
			       const struct match_key *moment,
			       enum match *match);

/* The first rule that certainly governs a connection, or NULL. One that only may
 * govern it is passed over. */
const struct rule *policy_first_certain(const struct policy *policy,
					const struct match_key *key);

/* Has no rule that can govern a socket any mend? A rule without mends that
 * matches every socket keeps those behind it from governing any. */
bool policy_leaves_alone(const struct policy *policy);

/* What the rule says, or what its section means where it is silent. */
int64_t rule_value(const struct rule *rule, enum rule_option id);

/* The more careful of the mode of the policy and that of the rule. */
enum mode rule_mode(const struct policy *policy, const struct rule *rule);

/* Is the option on: a section that is there, a `yes`, a duration not 0? */
bool rule_has(const struct rule *rule, enum rule_option id);

/* *, ? and [a-z] as in glob(7); '*' matches '/' as well. */
bool glob_matches(const char *glob, const char *text);

/* From a socket address of `len` bytes; not known when the family is not
 * AF_INET or AF_INET6, or when `len` is too short. */
struct endpoint endpoint_of(const void *sockaddr, socklen_t len);

bool endpoint_is_v4(const struct endpoint *e);
bool endpoint_is_wildcard(const struct endpoint *e);

#endif
