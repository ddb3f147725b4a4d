/* SPDX-License-Identifier: MIT
 * Fuzz target: the policy text, as the library reads it in every program.
 *
 * Each input is read as it is, and once more with its last line made anew,
 * for hardly any would have the right sum. What is read governs without a
 * step outside, and comes back as the same text when it is written.
 */
#include "fuzz.h"

#include "core/policy_text.h"
#include "core/span.h"

static const struct program program = { "camsrv", "./camsrv",
					"/opt/old/bin/camsrv" };

static const struct endpoint here = { { [10] = 0xff, 0xff, 10, 9, 0, 1 },
				      5000, true };

/* The rules are asked as they are at a connect(). */
static void govern(const struct policy *policy)
{
	const struct match_key moment = { DIRECTION_CONNECT, &here, NULL };
	const struct rule *rule;
	enum match match = MATCH_MAYBE;

	for (unsigned i = 0; match == MATCH_MAYBE; i++) {
		rule = policy_next(policy, i, &moment, &match);
		if (!rule)
			return;
		for (unsigned f = 0; f < RULE_OPTIONS; f++)
			rule_value(rule, f);
		i = (unsigned)(rule - policy->rule);
	}
}

static const char *read_with(struct arena *arena, const char *text, size_t len,
			     const struct program *whose,
			     struct policy *policy)
{
	arena->size = policy_arena_size(len);
	arena->base = calloc(1, arena->size);
	PROMISE(arena->base);
	arena->used = 0;
	return policy_read(text, len, whose, arena, policy);
}

/* Written, read and written again: the same. */
static void comes_back(const struct policy *policy)
{
	static char first[POLICY_TEXT_MAX + 1], second[POLICY_TEXT_MAX + 1];
	const size_t len = policy_write(policy, first);
	struct arena arena;
	struct policy again;

	if (!len)
		return;
	PROMISE(!read_with(&arena, first, len, NULL, &again));
	PROMISE(again.count == policy->count);
	PROMISE(policy_write(&again, second) == len);
	PROMISE(!memcmp(first, second, len));
	free(arena.base);
}

static void read_it(const char *text, size_t len)
{
	struct arena arena;
	struct policy policy;
	const char *wrong = read_with(&arena, text, len, NULL, &policy);

	if (wrong)
		PROMISE(*wrong);
	else
		comes_back(&policy);
	free(arena.base);
	if (!read_with(&arena, text, len, &program, &policy))
		govern(&policy);
	free(arena.base);
}

/* The input, and behind it the line that vouches for it. */
static void read_resealed(const uint8_t *bytes, size_t size)
{
	const char *start = (const char *)bytes;
	struct span body = { start, start + size };
	unsigned lines = 0;
	char *text = malloc(size + 32);
	int end;

	PROMISE(text);
	memcpy(text, bytes, size);
	for (size_t i = 0; i < size; i++)
		lines += bytes[i] == '\n';
	end = sprintf(text + size, "end %u %08x\n", lines ? lines - 1 : 0,
		      span_hash(body));
	read_it(text, size + (size_t)end);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = copy_of(bytes, size);

	read_it(text, size);
	free(text);
	if (size)
		read_resealed(bytes, size);
	return 0;
}
