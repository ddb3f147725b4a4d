/* SPDX-License-Identifier: MIT
 * The interposer of prctl(): a program that sandboxes itself.
 *
 * By seccomp(2) it does so too, which has no function in libc; but without
 * privilege it must say PR_SET_NO_NEW_PRIVS before, and libseccomp always does.
 */
#include <stdarg.h>

#include "journal_file.h"
#include "real.h"

EXPORT int prctl(int option, ...)
{
	unsigned long a, b, c, d;
	va_list rest;

	va_start(rest, option);
	a = va_arg(rest, unsigned long);
	b = va_arg(rest, unsigned long);
	c = va_arg(rest, unsigned long);
	d = va_arg(rest, unsigned long);
	va_end(rest);
	if (option == PR_SET_SECCOMP || option == PR_SET_NO_NEW_PRIVS)
		journal_sandboxed();
	return real(prctl)(option, a, b, c, d);
}
