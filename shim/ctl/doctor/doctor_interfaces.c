/* SPDX-License-Identifier: MIT
 * Reverse path filters: what holds on an interface is the stricter of its
 * own value and that of `all`.
 */
#include "doctor.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "netns.h"

#define CONF "/proc/sys/net/ipv4/conf"

static const char meaning[] =
	"1: what comes from an address the answer would not go back to through "
	"the same interface is dropped in silence; with two ways to a device, "
	"its connections die or never begin. 2: only what could not be "
	"answered "
	"at all";

static int open_directory(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* -1 when the kernel does not say. */
static int64_t filter_of(struct target *patient, const char *interface)
{
	struct pool *pool = &patient->findings.pool;
	const char *text = doctor_read(
		patient, pool_print(pool, CONF "/%s/rp_filter", interface));
	int64_t number = -1;

	numbers_of(text ? text : "", &number, 1);
	return number;
}

static void look_at(struct target *patient, const char *interface, int64_t all)
{
	struct pool *pool = &patient->findings.pool;
	const int64_t own = filter_of(patient, interface);
	const int64_t holds = own > all ? own : all;
	struct finding finding = {
		.severity = holds == 1 ? SEVERITY_NOTE : SEVERITY_WELL,
		.story = STORY_PATH,
		.subject = doctor_sysctl_name(
			pool, pool_print(pool, "net/ipv4/conf/%s/rp_filter",
					 interface)),
		.value = pool_print(pool, "%d (all: %d, so %d holds)", (int)own,
				    (int)all, (int)holds),
		.meaning = meaning,
	};

	if (own < 0)
		return;
	if (holds == 1)
		finding.sysctl = pool_print(pool, "%s=2", finding.subject);
	findings_add(&patient->findings, &finding);
}

static bool is_interface(const char *name)
{
	return *name != '.' && strcmp(name, "all") && strcmp(name, "default") &&
	       strcmp(name, "lo");
}

static void look_at_each(struct target *patient, DIR *directory)
{
	const int64_t all = filter_of(patient, "all");
	const struct dirent *entry;

	while ((entry = readdir(directory)))
		if (is_interface(entry->d_name))
			look_at(patient, entry->d_name, all);
}

static void say_unknown(struct target *patient)
{
	findings_add(&patient->findings,
		     &(struct finding){.severity = SEVERITY_UNKNOWN,
				       .story = STORY_PATH,
				       .subject = "net.ipv4.conf.*.rp_filter",
				       .value = "may not be read from here",
				       .meaning = meaning});
}

void doctor_interfaces(struct target *patient)
{
	int fd = netns_open(patient->pid, open_directory, CONF);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);

	if (!directory) {
		if (fd >= 0)
			close(fd);
		say_unknown(patient);
		return;
	}
	look_at_each(patient, directory);
	closedir(directory);
}
