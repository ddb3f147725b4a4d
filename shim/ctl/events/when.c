/* SPDX-License-Identifier: MIT
 * A moment as people write it: so long ago, or a date.
 */
#include "when.h"

#include <ctype.h>
#include <time.h>

#include "duration.h"

#define SECOND_NS INT64_C(1000000000)
#define MILLISECOND_NS INT64_C(1000000)

/* ".123", as far as nanoseconds go. */
static const char *read_fraction(const char *at, int64_t *nanoseconds)
{
	int64_t unit = SECOND_NS / 10;

	if (*at != '.' || !isdigit((unsigned char)at[1]))
		return at;
	for (at++; isdigit((unsigned char)*at); at++, unit /= 10)
		*nanoseconds += unit * (*at - '0');
	return at;
}

/* " HH:MM[:SS[.FRACTION]]", with a T instead of the blank if need be. */
static const char *read_clock(const char *at, struct tm *tm, int64_t *rest)
{
	if ((*at != ' ' && *at != 'T') || !isdigit((unsigned char)at[1]))
		return at;
	at = strptime(at + 1, "%H:%M", tm);
	if (!at || *at != ':')
		return at;
	at = strptime(at, ":%S", tm);
	return at ? read_fraction(at, rest) : NULL;
}

/* A 31st that its month does not have would be taken for the 1st. */
static bool to_seconds(struct tm tm, const char *zone, time_t *seconds)
{
	const struct tm said = tm;
	long offset;

	tm.tm_isdst = -1;
	if (!*zone) {
		*seconds = mktime(&tm);
		return tm.tm_mday == said.tm_mday && tm.tm_mon == said.tm_mon;
	}
	zone = strptime(zone, "%z", &tm);
	offset = tm.tm_gmtoff;
	*seconds = timegm(&tm) - offset;
	return zone && !*zone && tm.tm_mday == said.tm_mday;
}

static bool read_date(const char *text, int64_t *nanoseconds)
{
	struct tm tm = {0};
	time_t seconds;
	int64_t rest = 0;
	const char *at;

	if (!isdigit((unsigned char)*text))
		return false;
	at = strptime(text, "%Y-%m-%d", &tm);
	if (at)
		at = read_clock(at, &tm, &rest);
	if (!at || tm.tm_year < 70 || !to_seconds(tm, at, &seconds))
		return false;
	*nanoseconds = seconds * SECOND_NS + rest;
	return tm.tm_year < 300; /* what fits */
}

bool when_read(const char *text, int64_t now, int64_t *nanoseconds)
{
	int64_t ago;

	if (!duration_read(text, &ago))
		return read_date(text, nanoseconds);
	*nanoseconds = now - ago * MILLISECOND_NS;
	return true;
}
