/* SPDX-License-Identifier: MIT
 * From configuration text to rules. The only file that knows libconfuse.
 *
 * libconfuse calls back for every value it has read, in the order of the text;
 * each is stored right there, while the line is known. lint() has checked them.
 */
#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammar.h"
#include "syntax.h"
#include "keyword.h"
#include "core/policy_text.h"
#include "lexer.h"

#define INCLUDES_MAX 64 /* files read for one, so that it always ends */

struct open_source {
	struct source *source;
	struct scan rules; /* behind the title of the rule last read */
	struct open_source *outer;
};

struct reading {
	struct config *config;
	struct config_errors *complaint;
	const char *program;
	struct open_source *innermost;
	unsigned includes;
	struct rule rule; /* the one being read */
	struct origin origin;
};

/* libconfuse hands its callbacks nothing of ours. One reading at a time. */
static struct reading *now;

static struct location here(const cfg_t *cfg)
{
	return (struct location){now->innermost->source->name,
				 (unsigned)cfg->line};
}

static bool find(const cfg_t *cfg, const cfg_opt_t *opt, struct keyword *option)
{
	return keyword_find(strcmp(cfg->name, "root") ? cfg->name : "",
			    opt->name, (unsigned)strlen(opt->name), option);
}

static void set_once(const cfg_t *cfg, const char *name, const char *text,
		     struct location *place)
{
	if (now->program)
		config_error(now->complaint, here(cfg),
			     "%s = %s: want it in sockmend.conf: it is for all "
			     "programs",
			     name, text);
	else if (place->file)
		config_error(now->complaint, here(cfg),
			     "%s = %s: want it once: %.120s:%u has it already",
			     name, text, place->file, place->line);
	else
		*place = here(cfg);
}

static void set_word(const cfg_t *cfg, const struct keyword *option,
		     const char *text)
{
	struct config *config = now->config;
	int index = word_index(option->words, text, (unsigned)strlen(text));

	if (option->words == mode_words) {
		set_once(cfg, option->name, text, &config->mode);
		config->policy.mode = (enum mode)index;
	} else if (option->words == log_words) {
		set_once(cfg, option->name, text, &config->log);
		config->policy.log = (enum log)index;
	} else {
		now->rule.direction = (enum direction)index;
		now->origin.direction = here(cfg);
	}
}

static int value_read(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *text = cfg_opt_getnstr(opt, 0);
	struct keyword option;
	ptrdiff_t id;

	find(cfg, opt, &option);
	if (!option.field) {
		set_word(cfg, &option, text);
		return 0;
	}
	if (option.field->kind == OPTION_TEXT)
		text = pool_copy(&now->config->pool, text, strlen(text));
	id = option.field - rule_options;
	now->origin.value[id] = here(cfg);
	return field_read(option.field, text, &now->rule.value[id]) ? 0 : -1;
}

/* A list has the place of its first element. */
static void add_program(struct location place, const char *text)
{
	struct glob_list *list = &now->rule.program;
	struct pool *pool = &now->config->pool;

	if (!list->count)
		now->origin.program = place;
	list->of = pool_grow(pool, list->of, list->count, sizeof *list->of);
	list->of[list->count++] = pool_copy(pool, text, strlen(text));
}

/* "10.1.2.3/8": does the address say more than the prefix keeps? */
static bool has_host_bits(const char *text, const struct prefix *prefix)
{
	const size_t addr = strcspn(text, "/");
	struct prefix whole;

	return text[addr] && !prefix_read(text, addr, &whole) &&
	       memcmp(whole.addr, prefix->addr, sizeof whole.addr);
}

static void add_prefix(struct location place, const char *text,
		       struct prefix_list *list, struct location *origin)
{
	if (!list->count)
		*origin = place;
	list->of = pool_grow(&now->config->pool, list->of, list->count,
			     sizeof *list->of);
	prefix_read(text, strlen(text), &list->of[list->count]);
	if (!now->origin.host_bits &&
	    has_host_bits(text, &list->of[list->count])) {
		now->origin.host_bits =
			pool_copy(&now->config->pool, text, strlen(text));
		now->origin.host_bits_at = place;
	}
	list->count++;
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
	const char *text;

	if (index == cfg_opt_size(opt))
		return 0;
	text = cfg_opt_getnstr(opt, index);
	if (!strcmp(opt->name, "program"))
		add_program(here(cfg), text);
	else if (!strcmp(opt->name, "local"))
		add_prefix(here(cfg), text, &now->rule.local,
			   &now->origin.local);
	else
		add_prefix(here(cfg), text, &now->rule.peer, &now->origin.peer);
	return 0;
}

static int section_read(cfg_t *cfg, cfg_opt_t *opt)
{
	struct keyword option;

	find(cfg, opt, &option);
	now->rule.value[option.field - rule_options] = YES;
	return 0;
}

static void begin_rule(void)
{
	now->rule = (struct rule){.direction = DIRECTION_ANY};
	now->origin = (struct origin){0};
	for (int i = 0; i < RULE_OPTIONS; i++)
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

static bool name_is_free(const char *name, struct location place)
{
	const struct config *config = now->config;

	for (unsigned i = 0; i < config->policy.count; i++)
		if (!strcmp(config->policy.rule[i].name, name))
			return config_error(now->complaint, place,
					    "rule = \"%s\": want a name of its "
					    "own: %s:%u has this one",
					    name, config->place[i].file,
					    config->place[i].line);
	return true;
}

static bool name_is_good(const char *name, struct location place)
{
	size_t len = strlen(name);
	bool printable = true;

	for (const char *c = name; *c; c++)
		printable = printable && (unsigned char)*c >= ' ' && *c != 0x7f;
	if (len && len <= RULE_NAME_MAX && printable)
		return true;
	return config_error(now->complaint, place,
			    "rule = \"%.80s\": want a name of 1-%d bytes", name,
			    RULE_NAME_MAX);
}

void config_append(struct config *config, const struct rule *rule,
		   const struct origin *origin, struct location place)
{
	struct policy *policy = &config->policy;

	policy->rule = pool_grow(&config->pool, policy->rule, policy->count,
				 sizeof *policy->rule);
	config->place = pool_grow(&config->pool, config->place, policy->count,
				  sizeof *config->place);
	config->origin = pool_grow(&config->pool, config->origin, policy->count,
				   sizeof *config->origin);
	config->origin[policy->count] = *origin;
	config->place[policy->count] = place;
	policy->rule[policy->count++] = *rule;
}

static void default_program_from_filename(void)
{
	struct glob_list *list = &now->rule.program;
	struct pool *pool = &now->config->pool;

	if (!now->program || list->count)
		return;
	now->origin.program.file = now->innermost->source->name;
	list->of = pool_grow(pool, NULL, 0, sizeof *list->of);
	list->of[list->count++] =
		pool_copy(pool, now->program, strlen(now->program));
}

static int rule_read(cfg_t *cfg, cfg_opt_t *opt)
{
	struct token title = next_title(&now->innermost->rules);
	char *name = pool_take(&now->config->pool, title.len + 1);
	struct location place = {now->innermost->source->name, title.line};

	(void)cfg;
	(void)opt;
	token_text(&title, name, title.len + 1);
	if (name_is_good(name, place))
		name_is_free(name, place);
	snprintf(now->rule.name, sizeof now->rule.name, "%s", name);
	default_program_from_filename();
	config_append(now->config, &now->rule, &now->origin, place);
	begin_rule();
	return 0;
}

/* lint() leaves libconfuse nothing to find; should it find something all the
 * same, that is said too, and never on libconfuse's own way. */
static void other_trouble(cfg_t *cfg, const char *format, va_list args)
{
	char text[200];

	vsnprintf(text, sizeof text, format, args);
	config_error(now->complaint, here(cfg), "%s", text);
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
		return config_error(now->complaint,
				    (struct location){source->name, 0}, "%s",
				    strerror(errno));
	now->innermost = &here;
	status = cfg_parse_fp(cfg, text);
	now->innermost = here.outer;
	fclose(text);
	if (status != CFG_SUCCESS)
		config_error(now->complaint, (struct location){source->name, 0},
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
	struct location place = here(cfg);
	struct source source;

	if (!source_read(beside(outer, name), place, &now->config->pool,
			 &source, now->complaint))
		return false;
	if (is_open(&source))
		return config_error(
			now->complaint, place,
			"include = \"%s\": want a file that does not "
			"include itself",
			name);
	if (++now->includes > INCLUDES_MAX)
		return config_error(now->complaint, place,
				    "include = \"%s\": want at most %d files",
				    name, INCLUDES_MAX);
	lint(&source, "", now->complaint);
	return parse(cfg, &source);
}

/* libconfuse's own include() would open any file, and leak it on an error.
 * Its parser is reentrant, but for the line. */
static int include_read(cfg_t *cfg, cfg_opt_t *opt, int argc, const char **argv)
{
	int line = cfg->line;

	(void)opt;
	(void)argc;
	include(cfg, argv[0]);
	cfg->line = line;
	return 0;
}

static cfg_opt_t as_confuse(const struct keyword *option, cfg_opt_t *within)
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
	struct keyword option;
	cfg_opt_t *opts = NULL, *within;
	unsigned count = 0;

	for (unsigned i = 0; keyword_at(i, &option); i++) {
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
	const unsigned before = reading->complaint->count;

	if (!cfg)
		return config_error(reading->complaint,
				    (struct location){source->name, 0},
				    "libconfuse cannot start");
	cfg_set_error_function(cfg, other_trouble);
	now = reading;
	begin_rule();
	parse(cfg, source);
	now = NULL;
	cfg_free(cfg);
	return reading->complaint->count == before;
}

bool grammar_read(struct source *source, const char *program,
		  struct config *config, struct config_errors *complaint)
{
	struct reading reading = {
		.config = config, .complaint = complaint, .program = program};

	const bool well = lint(source, "", complaint);

	return read_with(&reading, source) && well;
}

bool grammar_read_body(struct source *source, struct config *config,
		       struct config_errors *complaint)
{
	struct reading reading = {.config = config, .complaint = complaint};
	const bool well = lint(source, "rule", complaint);
	struct source rule = *source;

	rule.text = pool_print(&config->pool, "rule \"%s\" {%s\n}",
			       source->name, source->text);
	rule.len = strlen(rule.text);
	return read_with(&reading, &rule) && well;
}
