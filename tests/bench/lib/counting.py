"""What a program did, counted: the same on every run and every machine.

User-space instructions by callgrind, system calls by strace. Neither is
preloaded itself, and neither counts time.
"""
import collections
import os
import re
import tempfile

from process import output


def instructions(command, env):
    """Of the whole program."""
    said = output(["valgrind", "--tool=callgrind",
                   "--callgrind-out-file=/dev/null", *command],
                  env, limit=90, merge=True)
    return int(re.search(r"Collected : (\d+)", said)[1])


def system_calls(bench, command, env):
    """{name: how often}, of its first thread: no watch task, no children."""
    given = [word for name, value in env.items()
             for word in ("-E", f"{name}={value}")]
    with tempfile.NamedTemporaryFile("r", dir=bench.work) as log:
        output(["strace", "-qq", "-o", log.name, "-e", "signal=none",
                *given, *command], limit=60)
        names = (re.match(r"(\w+)\(", line) for line in log)
        return collections.Counter(name[1] for name in names if name)


def per_call(count, few, many):
    """What one of N calls costs, the price of getting there taken away."""
    return (count(many) - count(few)) / (many - few)


def in_parallel():
    """How many counts may be made at once: they take no time that counts."""
    return len(os.sched_getaffinity(0))
