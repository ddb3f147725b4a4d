/* SPDX-License-Identifier: MIT
 * Tells systemd how a service fares, as sd_notify(3) does.
 */
#ifndef SOCKMEND_SD_NOTIFY_H
#define SOCKMEND_SD_NOTIFY_H

/* "READY=1", "STOPPING=1"; nothing without $NOTIFY_SOCKET. */
void notify(const char *state);

#endif
