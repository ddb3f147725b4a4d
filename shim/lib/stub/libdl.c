/* SPDX-License-Identifier: MIT
 * An empty libdl.so.2 to link against: it makes the library ask for dlsym in
 * the file where glibc 2.17 to 2.33 keep it; later ones still answer there.
 */
void dlsym(void)
{
}
