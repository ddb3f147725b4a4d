/* SPDX-License-Identifier: MIT
 * What doctor looks at: a network namespace, and the programs in it.
 */
#ifndef SOCKMEND_DOCTOR_H
#define SOCKMEND_DOCTOR_H

#include "diagnose.h"
#include "findings.h"
#include "socket_owners.h"
#include "tcp_diag.h"

struct target {
	pid_t pid; /* whose network namespace; 0: ours */
	int64_t silence; /* from when on a connection is silent */
	const char *policy_note; /* of the system's policy, or NULL */
	bool whole; /* all programs there, not only those asked for */
	struct processes processes; /* those meant, with their descriptors */
	struct owners owners; /* of the sockets, as far as we may see */
	struct tcp_sockets sockets;
	struct findings findings;
};

/* Each adds what it found to patient->findings. */
void doctor_settings(struct target *patient);
void doctor_interfaces(struct target *patient);
void doctor_counters(struct target *patient);
void doctor_sockets(struct target *patient);
void doctor_destinations(struct target *patient);
void doctor_processes(struct target *patient);

/* A file below /proc as the patient sees it, its white space made single
 * blanks, or NULL with errno. */
const char *doctor_read(struct target *patient, const char *path);

/* "net/ipv4/tcp_fin_timeout", below /proc/sys, as sysctl(8) calls it: a dot in
 * an interface's name becomes a slash. */
char *doctor_sysctl_name(struct pool *pool, const char *path);

/* Up to `room` numbers of a text; how many there are. */
unsigned numbers_of(const char *text, int64_t *out, unsigned room);

struct port_range {
	unsigned first, last;
	const char *reserved; /* "8080,9000-9010" */
};

/* The ports clients are given. */
struct port_range doctor_port_range(struct target *patient);
bool port_range_has(const struct port_range *range, unsigned port);

/* "NAME=VALUE" for sysctl.conf(5); "" where that would lower a value, which
 * another program may need. A switch (0 to 2) may be set to any. */
const char *doctor_sysctl(struct target *patient, const char *name,
			  const char *value);

#endif
