"""Runs a program in a root directory of its own, with this environment alone.

    box.py [-u] ROOT NAME=VALUE... -- PROGRAM ARGUMENT...

-u: in a user namespace where nobody has a name or a number.
"""
import ctypes
import os
import sys

CLONE_NEWUSER = 0x10000000

arguments = sys.argv[1:]
unmapped = arguments[0] == "-u"
if unmapped:
    arguments.pop(0)
end = arguments.index("--")
program = arguments[end + 1:]
# In this order: a user namespace is not given to whom has another root.
if unmapped and ctypes.CDLL(None).unshare(CLONE_NEWUSER):
    sys.exit("no user namespace")
os.chroot(arguments[0])
os.chdir("/")
os.execve(program[0], program,
          dict(pair.split("=", 1) for pair in arguments[1:end]))
