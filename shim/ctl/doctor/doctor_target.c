/* SPDX-License-Identifier: MIT
 * The patient's /proc, and how numbers in it are read and told.
 */
#include "doctor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "netns.h"

#define FILE_ROOM 32768

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static void squeeze(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (!is_blank(*from))
			*to++ = *from;
		else if (to > text && !is_blank(from[1]) && from[1])
			*to++ = ' ';
	}
	*to = '\0';
}

/* What is not shown in a namespace of its own is the machine's. */
static long read_there(pid_t pid, const char *path, char *text)
{
	long len = netns_read_file(pid, path, text, FILE_ROOM);

	if (len == -ENOENT && pid)
		return netns_read_file(0, path, text, FILE_ROOM);
	return len;
}

const char *doctor_read(struct target *patient, const char *path)
{
	char *text = pool_take(&patient->findings.pool, FILE_ROOM);
	long len = read_there(patient->pid, path, text);

	if (len < 0) {
		errno = (int)-len;
		return NULL;
	}
	squeeze(text);
	return text;
}

char *doctor_sysctl_name(struct pool *pool, const char *path)
{
	char *name = pool_print(pool, "%s", path);

	for (char *c = name; *c; c++)
		*c = *c == '/' ? '.' : *c == '.' ? '/' : *c;
	return name;
}

unsigned numbers_of(const char *text, int64_t *out, unsigned room)
{
	unsigned count = 0;
	char *end;

	for (; count < room; text = end) {
		int64_t number = strtoll(text, &end, 10);

		if (end == text)
			break;
		out[count++] = number;
	}
	return count;
}

struct port_range doctor_port_range(struct target *patient)
{
	const char *range =
		doctor_read(patient, "/proc/sys/net/ipv4/ip_local_port_range");
	const char *reserved = doctor_read(
		patient, "/proc/sys/net/ipv4/ip_local_reserved_ports");
	int64_t port[2] = {32768, 60999};

	numbers_of(range ? range : "", port, 2);
	return (struct port_range){(unsigned)port[0], (unsigned)port[1],
				   reserved ? reserved : ""};
}

/* "80,9000-9010" */
static bool is_reserved(const char *list, unsigned port)
{
	while (*list) {
		char *end;
		unsigned long first = strtoul(list, &end, 10), last = first;

		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		if (port >= first && port <= last)
			return true;
		if (*end != ',')
			return false;
		list = end + 1;
	}
	return false;
}

bool port_range_has(const struct port_range *range, unsigned port)
{
	return port >= range->first && port <= range->last &&
	       !is_reserved(range->reserved, port);
}

const char *doctor_sysctl(struct target *patient, const char *name,
			  const char *value)
{
	struct pool *pool = &patient->findings.pool;
	char *path = pool_print(pool, "/proc/sys/%s", name);
	int64_t now[2] = {0, 0}, then[2] = {0, 0};
	const char *text;
	bool lower;

	for (char *c = path + strlen("/proc/sys/"); *c; c++)
		*c = *c == '.' ? '/' : *c == '/' ? '.' : *c;
	text = doctor_read(patient, path);
	if (!text || !numbers_of(text, now, 2))
		return "";
	lower = numbers_of(value, then, 2) == 2
			? then[1] - then[0] <= now[1] - now[0]
			: then[0] <= now[0] &&
				  (now[0] > 2 || then[0] == now[0]);
	return lower ? "" : pool_print(pool, "%s=%s", name, value);
}
