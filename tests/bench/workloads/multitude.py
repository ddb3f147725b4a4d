"""Many watched connections in several processes: what the watch costs while
nothing, or little, happens.

A tenth of them talk every ten seconds, the others once in most of a timeout,
so that none is ended. Nothing is due in the first timeout; the second is
measured. The goal's is ten minutes, which nobody waits for twice: shorter ones
are reckoned up, for a look costs the same whenever it falls due. Far deadlines
share more wake-ups than near ones, so that errs against us.
"""
import subprocess
import time

from measure import LOWER
from process import (Failed, Running, descriptor_limit, free_port, output,
                     task_nanoseconds, tasks_of, two_sides)
from subjects import FULL, RULES, policy

NAME = "multitude"
ABOUT = "watched connections across processes, a tenth of them talking"
PERIOD = 10000  # ms: each of those that talk sends a byte that often
GOAL_CONNECTIONS, GOAL_TIMEOUT = 100000, 600


class Group:
    """One server with its connections, held from another process."""

    def __init__(self, bench, env, connections, timeout):
        programs = f"{bench.build}/tests/bench/programs"
        port = free_port()
        self.server = Running([f"{programs}/serve", "hold", str(port)], env,
                              two_sides()[0])
        self.server.await_port(port)
        self.holder = Running([f"{programs}/load", "hold", "127.0.0.1",
                               str(port), str(connections),
                               str(connections // 10),
                               str(min(PERIOD, timeout * 500)),
                               str(min(3600000, timeout * 800))],
                              None, two_sides()[1],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.holder.await_line("held", 60)

    def watch_task(self):
        """The one task that is not the program's."""
        others = [task for task in tasks_of(self.server.pid)
                  if not task.endswith(f"/{self.server.pid}")]
        if len(others) != 1:
            raise Failed(f"{len(others)} tasks beside the server's own")
        return others[0]

    def stop(self):
        self.holder.stop()
        self.server.stop()


def wake_ups(task):
    with open(task + "/status") as lines:
        return sum(int(line.split()[1]) for line in lines
                   if "ctxt_switches" in line)


def run(bench):
    connections, timeout = (100000, 180) if bench.full else (15000, 12)
    groups = -(-connections // min(20000, descriptor_limit() - 100))
    each = connections // groups
    env = {**bench.subject(FULL).env, "SOCKMEND_POLICY": policy(
        bench, RULES[FULL].replace("timeout = 1h", f"timeout = {timeout}s"))}
    remember(bench)
    present = []
    try:
        for n in range(groups):
            bench.progress(f"{each * (n + 1)} connections")
            present.append(Group(bench, env, each, timeout))
        watch(bench, present, each, timeout)
    finally:
        for group in present:
            group.stop()


def remember(bench):
    """Both ends are of one process here, and each was looked at once: then
    there is all there is to remember of it."""
    program = f"{bench.build}/tests/programs/crowd"
    pairs = min(20000, descriptor_limit() // 2 - 100)
    looked_at = policy(bench, 'rule "all" { idle { timeout = 1s action = log }'
                       ' close_wait { after = 1h } }')
    bytes_of = {}
    for env in (None, {**bench.subject(FULL).env, "SOCKMEND_POLICY": looked_at}):
        bench.progress(f"memory of {2 * pairs} descriptors")
        said = output([program, "memory", str(pairs), "4000"], env).split()
        bytes_of[env is None] = int(said[3])
    bench.figure("memory each", "bytes", LOWER).add(
        FULL, 0, (bytes_of[False] - bytes_of[True]) / int(said[1]))


def wait(bench, seconds, what):
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        bench.progress(f"{what}, {left:.0f} s left")
        time.sleep(min(5, left))


def watch(bench, groups, each, timeout):
    connections = each * len(groups)
    tasks = [group.watch_task() for group in groups]
    wait(bench, timeout - 1, f"{connections} connections, nothing due yet")
    spent, woken = totals(tasks)
    wait(bench, timeout, f"{connections} connections")
    spent, woken = (after - before for before, after in
                    zip((spent, woken), totals(tasks)))
    scale = (GOAL_CONNECTIONS / connections) / (GOAL_TIMEOUT / timeout)
    for name, unit, value in (
            ("processor, of one core", "%", 100 * spent / timeout * scale),
            ("wake-ups", "a second", woken / timeout)):
        bench.figure(name, unit, LOWER).add(FULL, 0, value)


def totals(tasks):
    return (sum(map(task_nanoseconds, tasks)) / 1e9, sum(map(wake_ups, tasks)))
