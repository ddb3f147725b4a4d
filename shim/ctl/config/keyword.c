/* SPDX-License-Identifier: MIT
 * The vocabulary of the configuration: every option, where it may stand, what
 * it looks like, and how its text becomes a value.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "keyword.h"
#include "core/sockopt.h"

#define LIST_OF_PREFIXES "quoted \"ADDR[/LEN][:PORT[-PORT]]\", IPv6 in [ ]"

#define OTHER(within, name, shape, words, wants)                               \
	{                                                                      \
		0, within, name, shape, NULL, words, wants                     \
	}

/* What rule_options[] does not hold: all that is no value of a rule. */
static const struct keyword others[] = {
	OTHER("", "mode", SHAPE_VALUE, mode_words, NULL),
	OTHER("", "log", SHAPE_VALUE, log_words, NULL),
	OTHER("", "include", SHAPE_CALL, NULL, "include(\"FILE\")"),
	OTHER("", "rule", SHAPE_TITLED, NULL, "rule \"NAME\" { ... }"),
	OTHER("rule", "program", SHAPE_LIST, NULL,
	      "quoted globs: \"name\", or the whole path"),
	OTHER("rule", "direction", SHAPE_VALUE, direction_words, NULL),
	OTHER("rule", "local", SHAPE_LIST, NULL, LIST_OF_PREFIXES),
	OTHER("rule", "peer", SHAPE_LIST, NULL, LIST_OF_PREFIXES),
};

#define OTHERS (sizeof others / sizeof *others)

_Static_assert(OTHERS + RULE_OPTIONS == OPTIONS_MAX, "all are counted");

static struct keyword of_field(const struct rule_option_info *f)
{
	return (struct keyword){
		.within = *f->section ? f->section : "rule",
		.name = f->name,
		.shape =
			f->kind == OPTION_SECTION ? SHAPE_SECTION : SHAPE_VALUE,
		.field = f,
	};
}

bool keyword_at(unsigned i, struct keyword *option)
{
	if (i >= OPTIONS_MAX)
		return false;
	*option = i < OTHERS ? others[i] : of_field(&rule_options[i - OTHERS]);
	option->number = i;
	return true;
}

bool keyword_find(const char *within, const char *name, unsigned len,
		  struct keyword *option)
{
	for (unsigned i = 0; keyword_at(i, option); i++)
		if (!strcmp(option->within, within) &&
		    strlen(option->name) == len &&
		    !memcmp(option->name, name, len))
			return true;
	return false;
}

void option_path(const struct keyword *option, char out[64])
{
	if (option->field)
		rule_option_path(option->field, out);
	else
		snprintf(out, 64, "%s", option->name);
}

void keyword_allowed(const struct keyword *option, char out[96])
{
	if (option->shape == SHAPE_SECTION)
		snprintf(out, 96, "%s { ... }", option->name);
	else if (option->field)
		rule_option_wants(option->field, out);
	else
		snprintf(out, 96, "%s",
			 option->words ? option->words : option->wants);
}

void option_names(const char *section, struct strbuf *out)
{
	struct keyword option;
	const char *comma = "";

	for (unsigned i = 0; keyword_at(i, &option); i++) {
		if (strcmp(option.within, section))
			continue;
		strbuf_add(out, comma);
		strbuf_add(out, option.name);
		comma = ", ";
	}
}

static const struct {
	const char *text;
	int64_t milliseconds;
} units[] = {
	{"", SECOND},	    {"ms", 1},	 {"s", SECOND},
	{"m", 60 * SECOND}, {"h", HOUR}, {"d", DAY},
};

/* Decimal digits alone; at most 9999999999, so that no product overflows. */
static const char *read_digits(const char *text, int64_t *number)
{
	const char *at = text;

	for (*number = 0; *at >= '0' && *at <= '9' && at - text < 10; at++)
		*number = 10 * *number + (*at - '0');
	return at == text ? NULL : at;
}

static bool read_duration(const char *text, int64_t *value)
{
	const char *unit = read_digits(text, value);

	if (!strcmp(text, "off")) {
		*value = 0;
		return true;
	}
	for (size_t i = 0; unit && i < sizeof units / sizeof *units; i++)
		if (!strcmp(unit, units[i].text)) {
			*value *= units[i].milliseconds;
			return true;
		}
	return false;
}

/* A duration of which 0 is one like any other, so that nothing is off. */
static bool read_span_of_time(const char *text, int64_t *value)
{
	return strcmp(text, "off") && read_duration(text, value);
}

/* A name as the kernel gives them: of interfaces, of congestion controls. */
static bool is_plain(const char *text, const struct rule_option_info *field)
{
	const size_t len = strlen(text);

	return (int64_t)len >= field->min && (int64_t)len <= field->max &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:@-") == len;
}

static bool read_count(const char *text, int64_t *value)
{
	const char *rest = read_digits(text, value);

	return rest && !*rest;
}

static bool in_range(const struct rule_option_info *field, int64_t value)
{
	return value >= field->min && value <= field->max;
}

static bool read_word(const char *words, const char *text, int64_t *value)
{
	*value = word_index(words, text, (unsigned)strlen(text));
	return *value >= 0;
}

/* yes and no have the other names libconfuse gives its booleans. */
static const char *plain_boolean(const char *text)
{
	static const char *const yes[] = {"yes", "true", "on"};
	static const char *const no[] = {"no", "false", "off"};

	for (int i = 0; i < 3; i++) {
		if (!strcasecmp(text, yes[i]))
			return "yes";
		if (!strcasecmp(text, no[i]))
			return "no";
	}
	return text;
}

bool field_read(const struct rule_option_info *field, const char *text,
		int64_t *value)
{
	switch (field->kind) {
	case OPTION_WORD:
		if (word_index(field->words, "yes", 3) >= 0)
			text = plain_boolean(text);
		return read_word(field->words, text, value);
	case OPTION_COUNT:
		return read_count(text, value) && in_range(field, *value);
	case OPTION_DURATION_OR_AUTO:
		if (!strcmp(text, "auto")) {
			*value = AUTO;
			return true;
		}
		break;
	case OPTION_SECONDS:
		return read_duration(text, value) && *value % SECOND == 0 &&
		       (*value == 0 || in_range(field, *value));
	case OPTION_NUMBER:
		return read_count(text, value) && in_range(field, *value);
	case OPTION_TIME:
		return read_span_of_time(text, value) &&
		       in_range(field, *value);
	case OPTION_WHOLE_TIME:
		return read_span_of_time(text, value) && *value % SECOND == 0 &&
		       in_range(field, *value);
	case OPTION_TEXT:
		*value = (int64_t)(intptr_t)text;
		return is_plain(text, field);
	case OPTION_DURATION:
	case OPTION_SECTION:
		break;
	}
	return read_duration(text, value) &&
	       (*value == 0 || in_range(field, *value));
}

void word_write(const char *words, int64_t index, struct strbuf *out)
{
	for (; index > 0; index--)
		words = strchr(words, '|') + 1;
	strbuf_add_bytes(out, words, strcspn(words, "|"));
}

void field_write(const struct rule_option_info *field, int64_t value,
		 struct strbuf *out)
{
	if (field->kind == OPTION_WORD)
		word_write(field->words, value, out);
	else if (field->kind == OPTION_COUNT || field->kind == OPTION_NUMBER)
		strbuf_add_number(out, value);
	else if (field->kind == OPTION_TEXT)
		strbuf_add(out, (const char *)(intptr_t)value);
	else if (!rule_option_can_be_off(field))
		strbuf_add_duration(out, value);
	else if (value == AUTO)
		strbuf_add(out, "auto");
	else if (value == 0)
		strbuf_add(out, "off");
	else
		strbuf_add_duration(out, value);
}

enum direction option_direction(enum rule_option id)
{
	switch (id) {
	case EPHEMERAL_PORT:
	case SELF_CONNECT:
	case CONNECT_TIMEOUT:
		return DIRECTION_CONNECT;
	case REUSE_ADDRESS:
	case SUPERSEDE:
	case SUPERSEDE_WHEN:
	case SUPERSEDE_AFTER:
		return DIRECTION_ACCEPT;
	default:
		break;
	}
	for (unsigned i = 0; i < sockopt_count; i++)
		if (sockopts[i].id == id && sockopts[i].reach == SERVER)
			return DIRECTION_ACCEPT;
		else if (sockopts[i].id == id && sockopts[i].reach == CLIENT)
			return DIRECTION_CONNECT;
	return DIRECTION_ANY;
}
