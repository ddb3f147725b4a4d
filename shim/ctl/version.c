/* SPDX-License-Identifier: MIT
 * sockmendctl version.
 */
#include <stdio.h>

#include "ctl.h"
#include "core/version.h"

int version_main(int argc, char **argv)
{
	if (argc > 1)
		return usage_error(argv[0]);
	puts("sockmend " SOCKMEND_VERSION);
	return EXIT_OK;
}
