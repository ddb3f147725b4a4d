/* SPDX-License-Identifier: MIT
 * From configuration text to rules. The only room that knows libconfuse.
 *
 * libconfuse calls back for every value it has read, in the order of the text;
 * each is checked and stored right there, while the line is known.
 */
#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammar.h"
#include "lint.h"
#include "option.h"
#include "policy_text.h"
#include "scan.h"

#define INCLUDES_MAX 64 /* files read for one, so that it always ends */

struct open_source {
	struct source *source;
	struct scan rules; /* behind the title of the rule last read */
	struct open_source *outer;
};

struct reading {
	struct config *config;
	struct complaint *complaint;
	const char *program;
	struct open_source *innermost;
	unsigned includes;
	struct rule rule; /* the one being read */
};

/* libconfuse hands its callbacks nothing of ours. One reading at a time. */
static struct reading *now;

static bool wrong(const cfg_t *cfg, const struct option *option,
		  const char *value, const char *wants)
{
	char path[64];

	option_path(option, path);
	return complain(now->complaint,
			(struct place){now->innermost->source->name,
				       (unsigned)cfg->line},
			"%s = %.80s: want %s", path, *value ? value : "\"\"",
			wants);
}

static bool find(const cfg_t *cfg, const cfg_opt_t *opt, struct option *option)
{
	return option_find(strcmp(cfg->name, "root") ? cfg->name : "",
			   opt->name, (unsigned)strlen(opt->name), option);
}

static bool set_once(const cfg_t *cfg, const struct option *option,
		     const char *text, int index, struct place *place)
{
	char wants[200];

	if (now->program)
		return wrong(cfg, option, text,
			     "it in sockmend.conf: it is for all programs");
	if (place->file) {
		snprintf(wants, sizeof wants,
			 "it once: %.120s:%u has it already", place->file,
			 place->line);
		return wrong(cfg, option, text, wants);
	}
	*place = (struct place){now->innermost->source->name,
				(unsigned)cfg->line};
	if (place == &now->config->mode)
		now->config->policy.mode = (enum mode)index;
	else
		now->config->policy.log = (enum log)index;
	return true;
}

static bool set_word(const cfg_t *cfg, const struct option *option,
		     const char *text)
{
	int index = word_index(option->words, text, (unsigned)strlen(text));

	if (index < 0)
		return wrong(cfg, option, text, option->words);
	if (option->words == mode_words)
		return set_once(cfg, option, text, index, &now->config->mode);
	if (option->words == log_words)
		return set_once(cfg, option, text, index, &now->config->log);
	now->rule.direction = (enum direction)index;
	return true;
}

static int value_read(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *text = cfg_opt_getnstr(opt, 0);
	struct option option;
	char wants[96];

	find(cfg, opt, &option);
	if (!option.field)
		return set_word(cfg, &option, text) ? 0 : -1;
	if (option.field->kind == FIELD_TEXT)
		text = pool_copy(&now->config->pool, text, strlen(text));
	if (field_read(option.field, text,
		       &now->rule.value[option.field - fields]))
		return 0;
	option_wants(&option, wants);
	wrong(cfg, &option, text, wants);
	return -1;
}

static bool add_program(const cfg_t *cfg, const struct option *option,
			const char *text)
{
	struct glob_list *list = &now->rule.program;
	struct pool *pool = &now->config->pool;

	if (!*text)
		return wrong(cfg, option, text, option->wants);
	list->of = pool_grow(pool, list->of, list->count, sizeof *list->of);
	list->of[list->count++] = pool_copy(pool, text, strlen(text));
	return true;
}

static bool add_prefix(const cfg_t *cfg, const struct option *option,
		       const char *text, struct prefix_list *list)
{
	struct prefix prefix;
	const char *trouble = prefix_read(text, strlen(text), &prefix);

	if (trouble)
		return wrong(cfg, option, text,
			     strncmp(trouble, "want ", 5) ? option->wants
							  : trouble + 5);
	list->of = pool_grow(&now->config->pool, list->of, list->count,
			     sizeof *list->of);
	list->of[list->count++] = prefix;
	return true;
}

static unsigned elements_kept(const char *list)
{
	if (!strcmp(list, "program"))
		return now->rule.program.count;
	if (!strcmp(list, "local"))
		return now->rule.local.count;
	return now->rule.peer.count;
}

/* Called for every element, when it is the last one, and for the list at its
 * end, when there is nothing new in it. */
static int element_read(cfg_t *cfg, cfg_opt_t *opt)
{
	unsigned index = elements_kept(opt->name);
	struct option option;
	const char *text;
	bool kept;

	if (index == cfg_opt_size(opt))
		return 0;
	text = cfg_opt_getnstr(opt, index);
	find(cfg, opt, &option);
	if (!strcmp(opt->name, "program"))
		kept = add_program(cfg, &option, text);
	else if (!strcmp(opt->name, "local"))
		kept = add_prefix(cfg, &option, text, &now->rule.local);
	else
		kept = add_prefix(cfg, &option, text, &now->rule.peer);
	return kept ? 0 : -1;
}

static int section_read(cfg_t *cfg, cfg_opt_t *opt)
{
	struct option option;

	find(cfg, opt, &option);
	now->rule.value[option.field - fields] = YES;
	return 0;
}

static void begin_rule(void)
{
	now->rule = (struct rule){.direction = DIRECTION_ANY};
	for (int i = 0; i < FIELD_COUNT_OF; i++)
		now->rule.value[i] = UNSET;
}

/* The next title in the text, which is that of the rule just read: libconfuse
 * tells of a rule when it is past it, and takes a second one of the same title
 * for the first. */
static struct token next_title(struct scan *scan)
{
	unsigned depth = 0;
	struct token token;

	do {
		token = scan_next(scan);
		depth += token_is_mark(&token, '{');
		depth -= token_is_mark(&token, '}');
	} while (token.kind != TOKEN_END &&
		 (depth || !token_is_word(&token, "rule")));
	return scan_next(scan);
}

/* The text of a title without its quotes and escapes. */
static char *unquote(const struct token *title, struct pool *pool)
{
	char *name = pool_take(pool, title->len + 1), *to = name;
	const char *from = title->text, *end = from + title->len;

	if (title->kind != TOKEN_STRING)
		return memcpy(name, from, title->len);
	for (from++, end--; from < end; from++) {
		from += *from == '\\';
		*to++ = *from;
	}
	return name;
}

static bool name_is_free(const char *name, struct place place)
{
	const struct config *config = now->config;

	for (unsigned i = 0; i < config->policy.count; i++)
		if (!strcmp(config->policy.rule[i].name, name))
			return complain(now->complaint, place,
					"rule = \"%s\": want a name of its "
					"own: %s:%u has this one",
					name, config->place[i].file,
					config->place[i].line);
	return true;
}

static bool name_is_good(const char *name, struct place place)
{
	size_t len = strlen(name);
	bool printable = true;

	for (const char *c = name; *c; c++)
		printable = printable && (unsigned char)*c >= ' ' && *c != 0x7f;
	if (len && len <= RULE_NAME_MAX && printable)
		return true;
	return complain(now->complaint, place,
			"rule = \"%.80s\": want a name of 1-%d bytes", name,
			RULE_NAME_MAX);
}

void config_append(struct config *config, const struct rule *rule,
		   struct place place)
{
	struct policy *policy = &config->policy;

	policy->rule = pool_grow(&config->pool, policy->rule, policy->count,
				 sizeof *policy->rule);
	config->place = pool_grow(&config->pool, config->place, policy->count,
				  sizeof *config->place);
	config->place[policy->count] = place;
	policy->rule[policy->count++] = *rule;
}

static void mean_the_program_of_the_file(void)
{
	struct glob_list *list = &now->rule.program;
	struct pool *pool = &now->config->pool;

	if (!now->program || list->count)
		return;
	list->of = pool_grow(pool, NULL, 0, sizeof *list->of);
	list->of[list->count++] =
		pool_copy(pool, now->program, strlen(now->program));
}

static int rule_read(cfg_t *cfg, cfg_opt_t *opt)
{
	struct token title = next_title(&now->innermost->rules);
	const char *name = unquote(&title, &now->config->pool);
	struct place place = {now->innermost->source->name, title.line};

	(void)cfg;
	(void)opt;
	if (!name_is_good(name, place) || !name_is_free(name, place))
		return -1;
	snprintf(now->rule.name, sizeof now->rule.name, "%s", name);
	mean_the_program_of_the_file();
	config_append(now->config, &now->rule, place);
	begin_rule();
	return 0;
}

/* lint() leaves libconfuse nothing to find; should it find something all the
 * same, that is said too, and never on libconfuse's own way. */
static void other_trouble(cfg_t *cfg, const char *format, va_list args)
{
	char text[200];

	vsnprintf(text, sizeof text, format, args);
	complain(now->complaint,
		 (struct place){now->innermost->source->name,
				(unsigned)cfg->line},
		 "%s", text);
}

static bool parse(cfg_t *cfg, struct source *source)
{
	struct open_source here = {
		.source = source,
		.rules = scan_over(source->text, source->len),
		.outer = now->innermost,
	};
	FILE *text;
	int status;

	if (!source->len) /* fmemopen() of nothing is an error */
		return true;
	text = fmemopen(source->text, source->len, "r");
	if (!text)
		return complain(now->complaint, (struct place){source->name, 0},
				"%s", strerror(errno));
	now->innermost = &here;
	status = cfg_parse_fp(cfg, text);
	now->innermost = here.outer;
	fclose(text);
	if (status != CFG_SUCCESS)
		complain(now->complaint, (struct place){source->name, 0},
			 "libconfuse cannot read it");
	return status == CFG_SUCCESS;
}

static bool is_open(const struct source *source)
{
	for (struct open_source *s = now->innermost; s; s = s->outer)
		if (s->source->inode == source->inode &&
		    s->source->device == source->device)
			return true;
	return false;
}

/* A name in an include is relative to the file it stands in. */
static char *beside(const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');

	if (*name == '/' || !slash)
		return pool_copy(&now->config->pool, name, strlen(name));
	return pool_print(&now->config->pool, "%.*s/%s", (int)(slash - file),
			  file, name);
}

static bool include(cfg_t *cfg, const char *name)
{
	const char *outer = now->innermost->source->name;
	struct place place = {outer, (unsigned)cfg->line};
	struct source source;

	if (!source_read(beside(outer, name), place, &now->config->pool,
			 &source, now->complaint))
		return false;
	if (is_open(&source))
		return complain(now->complaint, place,
				"include = \"%s\": want a file that does not "
				"include itself",
				name);
	if (++now->includes > INCLUDES_MAX)
		return complain(now->complaint, place,
				"include = \"%s\": want at most %d files", name,
				INCLUDES_MAX);
	return lint(&source, "", now->complaint) && parse(cfg, &source);
}

/* libconfuse's own include() would open any file, and leak it on an error.
 * Its parser is reentrant, but for the line. */
static int include_read(cfg_t *cfg, cfg_opt_t *opt, int argc, const char **argv)
{
	int line = cfg->line;
	bool read;

	(void)opt;
	(void)argc;
	read = include(cfg, argv[0]);
	cfg->line = line;
	return read ? 0 : -1;
}

static cfg_opt_t as_confuse(const struct option *option, cfg_opt_t *within)
{
	cfg_opt_t opt = CFG_END();

	switch (option->shape) {
	case SHAPE_VALUE:
		opt = (cfg_opt_t)CFG_STR(option->name, NULL, CFGF_NODEFAULT);
		opt.validcb = value_read;
		break;
	case SHAPE_LIST:
		opt = (cfg_opt_t)CFG_STR_LIST(option->name, NULL,
					      CFGF_NODEFAULT);
		opt.validcb = element_read;
		break;
	case SHAPE_SECTION:
		opt = (cfg_opt_t)CFG_SEC(option->name, within, CFGF_NONE);
		opt.validcb = section_read;
		break;
	case SHAPE_TITLED:
		opt = (cfg_opt_t)CFG_SEC(option->name, within,
					 CFGF_MULTI | CFGF_TITLE);
		opt.validcb = rule_read;
		break;
	case SHAPE_CALL:
		opt = (cfg_opt_t)CFG_FUNC(option->name, include_read);
		break;
	}
	return opt;
}

/* The options that may stand within `section`, and all below them. */
static cfg_opt_t *vocabulary(const char *section, struct pool *pool)
{
	struct option option;
	cfg_opt_t *opts = NULL, *within;
	unsigned count = 0;

	for (unsigned i = 0; option_at(i, &option); i++) {
		if (strcmp(option.within, section))
			continue;
		within = option.shape == SHAPE_SECTION ||
					 option.shape == SHAPE_TITLED
				 ? vocabulary(option.name, pool)
				 : NULL;
		opts = pool_grow(pool, opts, count, sizeof *opts);
		opts[count++] = as_confuse(&option, within);
	}
	opts = pool_grow(pool, opts, count, sizeof *opts);
	opts[count] = (cfg_opt_t)CFG_END();
	return opts;
}

static bool read_with(struct reading *reading, struct source *source)
{
	cfg_t *cfg =
		cfg_init(vocabulary("", &reading->config->pool), CFGF_NONE);
	bool well;

	if (!cfg)
		return complain(reading->complaint,
				(struct place){source->name, 0},
				"libconfuse cannot start");
	cfg_set_error_function(cfg, other_trouble);
	now = reading;
	begin_rule();
	well = parse(cfg, source);
	now = NULL;
	cfg_free(cfg);
	return well;
}

bool grammar_read(struct source *source, const char *program,
		  struct config *config, struct complaint *complaint)
{
	struct reading reading = {
		.config = config, .complaint = complaint, .program = program};

	return lint(source, "", complaint) && read_with(&reading, source);
}

bool grammar_read_body(struct source *source, struct config *config,
		       struct complaint *complaint)
{
	struct reading reading = {.config = config, .complaint = complaint};
	struct source rule = *source;

	if (!lint(source, "rule", complaint))
		return false;
	rule.text = pool_print(&config->pool, "rule \"%s\" {%s\n}",
			       source->name, source->text);
	rule.len = strlen(rule.text);
	return read_with(&reading, &rule);
}
