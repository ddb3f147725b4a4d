"""Starting up: what a program pays before its first line.

Instructions and system calls repeat exactly; microseconds do not.
"""
import os
import time

from counting import instructions, system_calls
from measure import LOWER
from process import Failed, clean_environment, two_sides
from subjects import (AGAIN, BARE, EMPTY, FULL, OURS, RULES, Subject,
                      empty_library, policy)

NAME = "startup"
ABOUT = "a program without sockets, and one with a socket and ten rules"

TEN_RULES = "\n".join(
    f'rule "r{n}" {{ local = {{"10.{n}.0.0/16"}} keepalive {{ idle = 60s }}'
    f' idle {{ timeout = {n}m }} }}' for n in range(1, 11))


def microseconds(command, env, times=60):
    """The mean of the quicker half of some runs."""
    env = {**clean_environment(), **env}
    silent = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        pid = os.posix_spawn(command[0], command, env, file_actions=silent)
        os.waitpid(pid, 0)
        took.append(1e6 * (time.perf_counter() - begun))
    took.sort()
    return sum(took[:times // 2]) / (times // 2)


def alike(bench, subjects, text):
    """Ours under that policy, and an empty library in the same environment:
    the loader reads all of it."""
    ours = {**bench.subject(FULL).env, "SOCKMEND_POLICY": text}
    empty = Subject(EMPTY, {**ours, **empty_library(bench).env})
    return [s for s in subjects if s.name in (BARE, AGAIN)] + \
        [empty, Subject(FULL, ours)] + \
        [s for s in subjects if s.name not in (BARE, AGAIN, *OURS)]


def run(bench):
    subjects = [s for s in bench.chosen(proxies=False) if not s.words]
    programs = (
        ("no sockets", ["/bin/true"],
         alike(bench, subjects, policy(bench, RULES[FULL]))),
        ("a socket, ten rules", [f"{bench.build}/tests/programs/sock", "tcp4"],
         alike(bench, subjects, policy(bench, TEN_RULES))),
    )
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, two_sides()[0][:1])
    try:
        for title, command, chosen in programs:
            count(bench, title, command, chosen)
            clock(bench, title, command, chosen)
    finally:
        os.sched_setaffinity(0, everywhere)


def count(bench, title, command, subjects):
    for name, counter in (
            ("instructions", lambda s: instructions(command, s.env)),
            ("system calls", lambda s: sum(system_calls(bench, command, s.env).values()))):
        figure = bench.figure(f"{title}: {name}", name, LOWER)
        for subject in subjects:
            bench.progress(f"{title}, {name}, {subject.name}")
            try:
                figure.add(subject.name, 0, counter(subject))
            except Failed as e:
                bench.left_out(subject.name, f"{NAME}, {name}", str(e))


def clock(bench, title, command, subjects):
    figure = bench.figure(f"{title}: time", "us", LOWER)
    bench.interleave(
        subjects,
        lambda s, turn: figure.add(s.name, turn, microseconds(command, s.env)),
        15 if bench.full else 4)
