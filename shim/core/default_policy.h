/* SPDX-License-Identifier: MIT
 * The profile `safe` as a policy text: what holds where nothing is configured.
 */
#ifndef SOCKMEND_DEFAULT_POLICY_H
#define SOCKMEND_DEFAULT_POLICY_H

extern const char safe_policy[];

#endif
