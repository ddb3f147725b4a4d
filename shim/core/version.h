/* SPDX-License-Identifier: MIT
 * The version, once.
 */
#ifndef SOCKMEND_VERSION_H
#define SOCKMEND_VERSION_H

#define SOCKMEND_VERSION "0.1.0"

#endif
