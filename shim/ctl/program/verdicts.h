/* SPDX-License-Identifier: MIT
 * Everything probe can find: the master copy of its verdicts.
 */
#ifndef SOCKMEND_VERDICTS_H
#define SOCKMEND_VERDICTS_H

#define ATTACH                                                                 \
	"; or mend it from outside once it runs, as root: "                    \
	"sockmendctl attach --watch PID"

#define RELAY                                                                  \
	"let a mended relay stand before it, such as: sockmend socat "         \
	"TCP-LISTEN:PORT,fork TCP:HOST:PORT" ATTACH

/* VERDICT(id, exit status, mendable?, why not, way out) */
/* clang-format off */
#define FOR_EACH_VERDICT(X)                                                    \
	X(MENDABLE, EXIT_OK, "yes", "", "")                                  \
	X(UNREADABLE, EXIT_OK, "perhaps",                                    \
	  "it may be run but not read, so nobody can tell",                    \
	  "ask somebody who may read it: sudo sockmendctl probe")              \
	X(NOT_FOUND, EXIT_NOT_FOUND, "no",                                     \
	  "there is no such program", "")                                      \
	X(NOT_EXECUTABLE, EXIT_NOT_EXECUTABLE, "no",                           \
	  "it is not an executable file",                                      \
	  "chmod +x it, or name the program that runs it")                     \
	X(STATIC, EXIT_FAIL, "no",                                         \
	  "it is statically linked: no loader runs that could add the library", \
	  "use a dynamically linked build of it, or " RELAY)                   \
	X(GO, EXIT_FAIL, "no",                                             \
	  "it is a Go program, which makes its system calls itself and not "   \
	  "through libc",                                                      \
	  RELAY)                                                               \
	X(SET_ID, EXIT_FAIL, "no",                                         \
	  "it would run as another user or group, and the loader then "        \
	  "ignores LD_PRELOAD",                                                \
	  "run it as its owner, or without that privilege: "                   \
	  "setpriv --no-new-privs sockmend PROGRAM" ATTACH)                    \
	X(CAPABILITIES, EXIT_FAIL, "no",                                   \
	  "it has file capabilities, and the loader then ignores LD_PRELOAD",  \
	  "run it as root, or run a copy without them and give it what it "    \
	  "needs: setpriv --inh-caps +CAP --ambient-caps +CAP sockmend COPY"   \
	  ATTACH)                                                              \
	X(OTHER_MACHINE, EXIT_FAIL, "no",                                  \
	  "it is built for another machine or word size than the libraries "   \
	  "installed here",                                                    \
	  "install sockmend's library for that one (make abis, make install)"  \
	  ATTACH)                                                              \
	X(REFUSED, EXIT_FAIL, "no",                                        \
	  "this kernel does not execute programs of its machine and word "     \
	  "size",                                                              \
	  "switch that on (for i386: CONFIG_IA32_EMULATION, or boot with "     \
	  "ia32_emulation=on), or use a build of it for this machine")         \
	X(MUSL, EXIT_FAIL, "no",                                           \
	  "it runs on musl, and only the library for x86-64 works there",      \
	  "use a build of it for glibc, or " RELAY)                            \
	X(OTHER_LIBC, EXIT_FAIL, "no",                                     \
	  "its loader is neither glibc's nor musl's",                          \
	  "use a build of it for glibc, or " RELAY)                            \
	X(NO_LOADER, EXIT_FAIL, "no",                                      \
	  "its loader is not on this system",                                  \
	  "install the libc it was built for")                                 \
	X(NO_INTERPRETER, EXIT_FAIL, "no",                                 \
	  "its interpreter is not on this system",                             \
	  "install that, or correct its first line")                           \
	X(TOO_DEEP, EXIT_FAIL, "no",                                       \
	  "its interpreters are scripts of scripts, more than the kernel "     \
	  "follows",                                                           \
	  "name the last interpreter yourself")                                \
	X(BROKEN, EXIT_FAIL, "no",                                         \
	  "its ELF headers are damaged", "copy or install it again")           \
	X(UNKNOWN_FORMAT, EXIT_FAIL, "no",                                 \
	  "it is neither an ELF program nor a script",                         \
	  "name the program that runs it")
/* clang-format on */

enum verdict {
#define X(id, ...) id,
	FOR_EACH_VERDICT(X)
#undef X
};

#endif
