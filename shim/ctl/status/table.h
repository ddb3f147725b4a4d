/* SPDX-License-Identifier: MIT
 * Tables: aligned and fitted on a terminal, plain between tabs elsewhere.
 */
#ifndef SOCKMEND_TABLE_H
#define SOCKMEND_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "pool.h"

#define TABLE_COLUMNS 16

struct column {
	const char *title;
	unsigned priority; /* where room is scarce the highest number goes */
	bool right; /* a number: aligned to the right */
	bool plain; /* not on a terminal */
};

/* What it is written on. */
struct table_output {
	FILE *out;
	unsigned width; /* 0: no terminal */
	unsigned rows; /* at most, with the title; 0: all */
	bool coloured;
};

struct table {
	unsigned columns, rows;
	const struct column *column;
	struct row *row;
	struct pool pool;
};

struct row {
	const char *cell[TABLE_COLUMNS]; /* NULL: a dash */
	const char *colour; /* an SGR number, or NULL */
};

/* A row to fill in; its cells are printable ASCII of the table's pool. */
struct row *table_add(struct table *table);

void table_print(const struct table *table, const struct table_output *sheet);

#endif
