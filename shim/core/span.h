/* SPDX-License-Identifier: MIT
 * A piece of a text: never NUL-terminated, never read beyond its end.
 */
#ifndef SOCKMEND_SPAN_H
#define SOCKMEND_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const char *at, *end;
};

static inline size_t span_len(struct span s)
{
	return (size_t)(s.end - s.at);
}

static inline bool span_is(struct span s, const char *word)
{
	while (s.at != s.end && *s.at == *word && *word) {
		s.at++;
		word++;
	}
	return s.at == s.end && !*word;
}

/* Cut *rest at the first `separator`: what stands before it. */
static inline struct span span_cut(struct span *rest, char separator)
{
	const char *found = memchr(rest->at, separator, span_len(*rest));
	struct span head = {rest->at, found ? found : rest->end};

	rest->at = found ? found + 1 : rest->end;
	return head;
}

/* Up to 12 digits and nothing else. */
static inline bool span_number(struct span s, int64_t *number)
{
	*number = 0;
	if (s.at == s.end || span_len(s) > 12)
		return false;
	for (; s.at < s.end; s.at++) {
		if (*s.at < '0' || *s.at > '9')
			return false;
		*number = *number * 10 + (*s.at - '0');
	}
	return true;
}

/* FNV-1a, 32 bit. */
static inline uint32_t span_hash(struct span s)
{
	uint32_t h = 2166136261u;

	while (s.at < s.end)
		h = (h ^ (uint8_t)*s.at++) * 16777619u;
	return h;
}

#endif
