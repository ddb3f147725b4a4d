"""Instructions and system calls a call costs, counted: they repeat exactly."""
import concurrent.futures

from counting import in_parallel, instructions, per_call, system_calls
from measure import LOWER
from process import Failed
from subjects import BARE, FULL, KEEPALIVE, NO_RULE

NAME = "counts"
ABOUT = "instructions and system calls added to a call (callgrind, strace)"

CALLS = ("send", "write", "poll", "epoll_wait", "read", "recv")
OPENING = ("accept", "connect", "listen")
# Not counted: options, which are asked for one by one, and what bind() needs,
# for a listener is bound anew before each listen().
ASKED_FOR = ("setsockopt", "process_vm_readv", "getpid")


def count_instructions(bench, subject, call):
    """The watch task's own wake-ups fall into the count now and then: of
    three, the least."""
    def run(times):
        return instructions([f"{bench.build}/tests/programs/cost", call,
                             str(times)], subject.env)
    times = 3 if subject.name == FULL else 1
    return min(per_call(run, 1000, 11000) for _ in range(times))


def count_system_calls(bench, subject, call):
    def run(times):
        calls = system_calls(bench, [f"{bench.build}/tests/programs/cost",
                                     call, str(times)], subject.env)
        return sum(calls.values()) - sum(calls[name] for name in ASKED_FOR)
    return per_call(run, 10, 110)


KINDS = (
    ("instructions", CALLS, count_instructions),
    ("system calls", CALLS + OPENING, count_system_calls),
)


def run(bench):
    subjects = [s for s in bench.chosen(proxies=False) if not s.words]
    with concurrent.futures.ThreadPoolExecutor(in_parallel()) as pool:
        pending = {
            pool.submit(counter, bench, subject, call): (kind, call, subject)
            for kind, calls, counter in KINDS for call in calls
            for subject in subjects if wanted(bench, subject, call)}
        for done in concurrent.futures.as_completed(pending):
            kind, call, subject = pending[done]
            bench.progress(f"{kind} of {call}, {subject.name}")
            try:
                bench.figure(f"{call}: {kind}", kind, LOWER).add(
                    subject.name, 0, done.result())
            except Failed as e:
                bench.left_out(subject.name, f"{call}: {kind}", str(e))


def wanted(bench, subject, call):
    """In a quick run the peers show their price on a read and a write."""
    return bench.full or subject.name in (BARE, NO_RULE, KEEPALIVE, FULL) or \
        call in ("recv", "send")
