/* SPDX-License-Identifier: MIT
 * Fuzz target: ADDR[/LEN][:PORT[-PORT]]. What is read has one text, and that
 * text is read as the same.
 */
#include "fuzz.h"

#include "core/policy_text.h"

static void comes_back(const struct prefix *read)
{
	struct prefix again;
	char text[64], text_again[64];

	PROMISE(read->bits <= 128);
	PROMISE(read->port_first <= read->port_last);
	prefix_write(read, text);
	PROMISE(!prefix_read(text, strlen(text), &again));
	prefix_write(&again, text_again);
	PROMISE(!strcmp(text, text_again));
	PROMISE(again.any == read->any && again.bits == read->bits);
	PROMISE(!memcmp(again.addr, read->addr, sizeof again.addr));
	PROMISE(again.port_first == read->port_first);
	PROMISE(again.port_last == read->port_last);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = copy_of(bytes, size);
	struct prefix prefix;
	const char *wrong = prefix_read(text, size, &prefix);

	if (wrong)
		PROMISE(*wrong);
	else
		comes_back(&prefix);
	free(text);
	return 0;
}
