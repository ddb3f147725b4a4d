/* SPDX-License-Identifier: MIT
 * sockmendctl suggest: the rules that would mend what a program suffers from.
 */
#include "ctl.h"

int suggest_main(int argc, char **argv)
{
	(void)argc;
	return usage_error(argv[0]);
}
