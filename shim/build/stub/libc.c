/* SPDX-License-Identifier: MIT
 * An empty libc.so.6 to link against: all of libc that the library uses, in
 * the versions of glibc 2.17 or before. What is not named here, the library
 * cannot come to need by accident.
 */
#define NAME(name)                                                             \
	void name(void)                                                        \
	{                                                                      \
	}

NAME(__errno_location)
NAME(__fpending)
NAME(fileno)
NAME(getauxval)
NAME(htons)
NAME(inet_pton)
NAME(memchr)
NAME(ntohs)
NAME(strchr)
NAME(strcmp)
NAME(strcspn)
NAME(strnlen)
NAME(strrchr)
NAME(strstr)

char **environ;
