/* SPDX-License-Identifier: MIT
 * Which rule governs a socket of this process, as far as is known by now.
 */
#ifndef SOCKMEND_GOVERN_H
#define SOCKMEND_GOVERN_H

#include "policy.h"

/* The first rule that matches or may match; *sure when it surely does, or
 * when there is none. An endpoint that is NULL is not known yet. */
const struct rule *govern_first(enum direction direction,
				const struct endpoint *local,
				const struct endpoint *peer, bool *sure);

/* The first rule that surely matches. */
const struct rule *govern_surely(enum direction direction,
				 const struct endpoint *local,
				 const struct endpoint *peer);

/* The first rule that may come to govern, once the peer is known, and has the
 * option on. */
const struct rule *govern_may_have(enum field_id id, enum direction direction,
				   const struct endpoint *local);

/* Does any rule of ours look at such an address at all? */
bool govern_looks_at_peer(void);
bool govern_looks_at_local(void);

#endif
