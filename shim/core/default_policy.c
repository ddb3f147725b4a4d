/* SPDX-License-Identifier: MIT
 * The profile `safe` as a policy text: what holds where nothing is configured.
 * Made by `sockmendctl compile -c conf/profiles/safe.conf`; a test holds the
 * two equal.
 */
#include "core/default_policy.h"

const char safe_policy[] =
	"sockmend-policy 2 mend none\n"
	"rule name=safe reuse_address=yes keepalive=on keepalive.idle=60000 "
	"keepalive.interval=10000 keepalive.probes=6 eof=on "
	"self_connect=refuse override=yield\n"
	"end 1 30e8b910\n";
