/* SPDX-License-Identifier: MIT
 * Which rule governs a socket of this process, as far as is known by now.
 */
#ifndef SOCKMEND_MATCH_H
#define SOCKMEND_MATCH_H

#include "core/policy.h"

/* The first rule that matches or may match; *sure when it surely does, or
 * when there is none. An endpoint that is NULL is not known yet. */
const struct rule *match_first(enum direction direction,
			       const struct endpoint *local,
			       const struct endpoint *peer, bool *sure);

/* The first rule that surely matches. */
const struct rule *match_certain(enum direction direction,
				 const struct endpoint *local,
				 const struct endpoint *peer);

/* The first rule that may come to govern, once the peer is known, and has the
 * option on. */
const struct rule *match_possible_with(enum rule_option id,
				       enum direction direction,
				       const struct endpoint *local);

/* Does any rule of ours look at such an address at all? */
bool match_uses_peer(void);
bool match_uses_local(void);

#endif
