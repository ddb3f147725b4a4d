/* SPDX-License-Identifier: MIT
 * Fuzz target: the configuration language, as a file and as the body of -r.
 *
 * What lint() leaves of a text, libconfuse must read; what is read compiles to
 * a policy text the library takes; each thing wrong is said in one line.
 */
#include "fuzz.h"

#include "grammar.h"
#include "core/policy_text.h"

/* What libconfuse has nothing to say about, lint() must have refused. */
static bool is_ours(const char *text)
{
	static const char other[] = ": libconfuse cannot read it";
	const size_t len = strlen(text);

	return len < sizeof other - 1 ||
	       strcmp(text + len - (sizeof other - 1), other);
}

static bool is_one_line(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 127)
			return false;
	return true;
}

static void compile(const struct config *config)
{
	static char text[POLICY_TEXT_MAX + 1];
	const size_t len = policy_write(&config->policy, text);
	struct arena arena = { .size = policy_arena_size(len) };
	struct policy policy;

	if (!len)
		return;
	arena.base = calloc(1, arena.size);
	PROMISE(arena.base);
	PROMISE(!policy_read(text, len, NULL, &arena, &policy));
	PROMISE(policy.count == config->policy.count);
	free(arena.base);
}

static void read_as(const uint8_t *bytes, size_t size, bool is_body)
{
	struct config config = { 0 };
	struct problems all = { 0 };
	struct config_errors complaint = { .all = &all };
	struct source source = { .name = "input", .len = size };
	bool well;

	source.text = pool_copy(&config.pool, (const char *)bytes, size);
	well = is_body ? grammar_read_body(&source, &config, &complaint)
		       : grammar_read(&source, NULL, &config, &complaint);
	PROMISE(well == !*complaint.text);
	for (unsigned i = 0; i < all.kept; i++) {
		PROMISE(is_one_line(all.of[i].text));
		PROMISE(is_ours(all.of[i].text));
	}
	if (well)
		compile(&config);
	problems_free(&all);
	pool_return(&config.pool);
}

/* A file of its own is not in reach of an input: none includes one. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (size > SOURCE_MAX)
		return -1;
	read_as(bytes, size, false);
	read_as(bytes, size, true);
	return 0;
}
