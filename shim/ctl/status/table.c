/* SPDX-License-Identifier: MIT
 * Lays tables out: what does not fit is left out column by column, and the
 * last of them is cut. A line is never longer than the terminal is wide.
 */
#include "table.h"

#include <string.h>

#define GAP 2

struct row *table_add(struct table *table)
{
	table->row = pool_grow(&table->pool, table->row, table->rows,
			       sizeof *table->row);
	table->row[table->rows] = (struct row){0};
	return &table->row[table->rows++];
}

static const char *cell_of(const struct row *row, unsigned column)
{
	return row->cell[column] && *row->cell[column] ? row->cell[column]
						       : "-";
}

struct layout {
	unsigned width[TABLE_COLUMNS]; /* 0: left out */
	unsigned last;
};

static unsigned whole_width(const struct layout *l, unsigned columns)
{
	unsigned width = 0;

	for (unsigned i = 0; i < columns; i++)
		if (l->width[i])
			width += l->width[i] + (width ? GAP : 0);
	return width;
}

static unsigned natural_width(const struct table *t, unsigned column)
{
	size_t width = strlen(t->column[column].title);

	for (unsigned i = 0; i < t->rows; i++) {
		const size_t len = strlen(cell_of(&t->row[i], column));

		width = len > width ? len : width;
	}
	return (unsigned)width;
}

/* The column that can best be missed, if there are two at least. */
static int least(const struct table *t, const struct layout *l)
{
	unsigned left = 0;
	int found = -1;

	for (unsigned i = 0; i < t->columns; i++) {
		if (!l->width[i])
			continue;
		left++;
		if (found < 0 ||
		    t->column[i].priority > t->column[found].priority)
			found = (int)i;
	}
	return left > 1 ? found : -1;
}

static struct layout lay_out(const struct table *t, unsigned width)
{
	struct layout l = {.last = 0};
	int gone;

	for (unsigned i = 0; i < t->columns; i++)
		l.width[i] = t->column[i].plain ? 0 : natural_width(t, i);
	while (whole_width(&l, t->columns) > width &&
	       (gone = least(t, &l)) >= 0)
		l.width[gone] = 0;
	for (unsigned i = 0; i < t->columns; i++)
		if (l.width[i])
			l.last = i;
	if (l.width[l.last] > width)
		l.width[l.last] = width;
	return l;
}

static void print_cell(const struct column *column, const char *text,
		       unsigned width, bool last, FILE *out)
{
	const int room = (int)width;

	if (last && !column->right)
		fprintf(out, "%.*s", room, text);
	else if (column->right)
		fprintf(out, "%*.*s", room, room, text);
	else
		fprintf(out, "%-*.*s", room, room, text);
	if (!last)
		fprintf(out, "%*s", GAP, "");
}

static void print_line(const struct table *t, const struct layout *l,
		       const struct row *row, const struct table_output *sheet)
{
	const char *colour = sheet->coloured ? row->colour : NULL;

	if (colour)
		fprintf(sheet->out, "\033[%sm", colour);
	for (unsigned i = 0; i < t->columns; i++)
		if (l->width[i])
			print_cell(&t->column[i], cell_of(row, i), l->width[i],
				   i == l->last, sheet->out);
	fputs(colour ? "\033[m\n" : "\n", sheet->out);
}

static void print_plain(const struct table *t, const struct row *row, FILE *out)
{
	for (unsigned i = 0; i < t->columns; i++) {
		if (i)
			putc_unlocked('\t', out);
		fputs_unlocked(cell_of(row, i), out);
	}
	putc('\n', out);
}

static struct row titles(const struct table *t)
{
	struct row row = {.colour = "1"};

	for (unsigned i = 0; i < t->columns; i++)
		row.cell[i] = t->column[i].title;
	return row;
}

void table_print(const struct table *table, const struct table_output *sheet)
{
	const struct row title = titles(table);
	struct layout l;
	unsigned rows = table->rows;

	if (!sheet->width) {
		print_plain(table, &title, sheet->out);
		for (unsigned i = 0; i < rows; i++)
			print_plain(table, &table->row[i], sheet->out);
		return;
	}
	l = lay_out(table, sheet->width);
	print_line(table, &l, &title, sheet);
	/* The last line tells what is not shown. */
	if (sheet->rows && rows + 1 > sheet->rows)
		rows = sheet->rows > 2 ? sheet->rows - 2 : 0;
	for (unsigned i = 0; i < rows; i++)
		print_line(table, &l, &table->row[i], sheet);
	if (rows < table->rows)
		fprintf(sheet->out, "%.*s%u more\n", sheet->width > 24 ? 4 : 0,
			"... ", table->rows - rows);
}
