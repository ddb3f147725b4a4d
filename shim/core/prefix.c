/* SPDX-License-Identifier: MIT
 * ADDR[/LEN][:PORT[-PORT]], read and written.
 */
#include <arpa/inet.h>

#include "core/policy_text.h"
#include "core/span.h"
#include "core/strbuf.h"

static const char *read_addr(struct span s, bool v6, struct prefix *p)
{
	char text[INET6_ADDRSTRLEN];

	if (span_len(s) >= sizeof text)
		return "bad address";
	memcpy(text, s.at, span_len(s));
	text[span_len(s)] = '\0';
	p->bits = 128;
	if (v6)
		return inet_pton(AF_INET6, text, p->addr) == 1 ? NULL
							       : "bad address";
	p->addr[10] = p->addr[11] = 0xff;
	return inet_pton(AF_INET, text, p->addr + 12) == 1 ? NULL
							   : "bad address";
}

static const char *read_bits(struct span s, bool v6, struct prefix *p)
{
	int64_t bits;

	if (!span_number(s, &bits) || bits > (v6 ? 128 : 32))
		return v6 ? "want a prefix length of 0-128"
			  : "want a prefix length of 0-32";
	p->bits = (uint8_t)(v6 ? bits : bits + 96);
	return NULL;
}

static const char *read_ports(struct span s, struct prefix *p)
{
	int64_t first, last;
	const bool range = memchr(s.at, '-', span_len(s)) != NULL;

	if (!span_number(span_cut(&s, '-'), &first))
		return "want a port of 1-65535";
	last = first;
	if (range && !span_number(s, &last))
		return "want a port of 1-65535";
	if (first < 1 || last > UINT16_MAX || last < first)
		return "want a port of 1-65535";
	p->port_first = (uint16_t)first;
	p->port_last = (uint16_t)last;
	return NULL;
}

/* The end of the address, and whether it is IPv6: in brackets, or with more
 * colons than the one before a port. */
static bool addr_is_v6(struct span *s, struct span *addr)
{
	struct span rest = *s;

	if (rest.at < rest.end && *rest.at == '[' &&
	    memchr(rest.at, ']', span_len(rest))) {
		rest.at++;
		*addr = span_cut(&rest, ']');
		*s = rest;
		return true;
	}
	span_cut(&rest, ':');
	if (memchr(rest.at, ':', span_len(rest))) {
		*addr = *s;
		addr->end = s->at;
		while (addr->end < s->end && *addr->end != '/')
			addr->end++;
		s->at = addr->end;
		return true;
	}
	*addr = *s;
	addr->end = s->at;
	while (addr->end < s->end && *addr->end != '/' && *addr->end != ':')
		addr->end++;
	s->at = addr->end;
	return false;
}

/* Bits behind the prefix length mean nothing: clear them, so that one prefix
 * has one text. */
static void clear_rest(struct prefix *p)
{
	const unsigned whole = p->bits / 8, part = p->bits % 8;

	if (part)
		p->addr[whole] &= (uint8_t)(0xff00 >> part);
	for (unsigned byte = whole + !!part; byte < sizeof p->addr; byte++)
		p->addr[byte] = 0;
}

const char *prefix_read(const char *text, size_t len, struct prefix *p)
{
	struct span s = {text, text + len}, addr;
	const bool v6 = addr_is_v6(&s, &addr);
	const char *wrong = NULL;

	memset(p, 0, sizeof *p);
	p->port_last = UINT16_MAX;
	p->any = !v6 && (span_is(addr, "*") || addr.at == addr.end);
	if (!len)
		return "empty";
	if (!p->any)
		wrong = read_addr(addr, v6, p);
	if (!wrong && !p->any && s.at < s.end && *s.at == '/') {
		struct span bits = {++s.at, s.end};

		bits = span_cut(&bits, ':');
		s.at = bits.end;
		wrong = read_bits(bits, v6, p);
	}
	if (!wrong && s.at < s.end) {
		if (*s.at++ != ':')
			return "want ADDR[/LEN][:PORT[-PORT]]";
		wrong = read_ports(s, p);
	}
	clear_rest(p);
	return wrong;
}

void prefix_write(const struct prefix *p, char out[64])
{
	static const uint8_t v4[12] = {[10] = 0xff, 0xff};
	const bool is_v4 = p->bits >= 96 && !memcmp(p->addr, v4, sizeof v4);
	struct strbuf t = strbuf_over(out, 64);

	if (p->any) {
		strbuf_add_char(&t, '*');
	} else {
		strbuf_add(&t, is_v4 ? "" : "[");
		strbuf_add_addr(&t, p->addr);
		strbuf_add(&t, is_v4 ? "/" : "]/");
		strbuf_add_number(&t, is_v4 ? p->bits - 96 : p->bits);
	}
	if (!p->port_first)
		return;
	strbuf_add_char(&t, ':');
	strbuf_add_number(&t, p->port_first);
	if (p->port_last != p->port_first) {
		strbuf_add_char(&t, '-');
		strbuf_add_number(&t, p->port_last);
	}
}
