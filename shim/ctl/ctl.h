/* SPDX-License-Identifier: MIT
 * The subcommands of sockmendctl: one function and one file each.
 *
 * Each is handed its own argv, argv[0] being its own name, and gives back the
 * exit status: 0 nothing is wrong, 1 something is, 2 a wrong command.
 */
#ifndef SOCKMEND_CTL_H
#define SOCKMEND_CTL_H

enum { EXIT_OK, EXIT_FAIL, EXIT_USAGE };

int apply_main(int argc, char **argv);
int attach_main(int argc, char **argv);
int check_main(int argc, char **argv);
int collect_main(int argc, char **argv);
int compile_main(int argc, char **argv);
int disable_main(int argc, char **argv);
int doctor_main(int argc, char **argv);
int enable_main(int argc, char **argv);
int end_main(int argc, char **argv);
int environ_main(int argc, char **argv);
int events_main(int argc, char **argv);
int explain_main(int argc, char **argv);
int help_main(int argc, char **argv);
int libpath_main(int argc, char **argv);
int metrics_main(int argc, char **argv);
int probe_main(int argc, char **argv);
int show_main(int argc, char **argv);
int suggest_main(int argc, char **argv);
int status_main(int argc, char **argv);
int version_main(int argc, char **argv);

/* Say on stderr how subcommand `name` is called; gives EXIT_USAGE. */
int usage_error(const char *name);

#endif
