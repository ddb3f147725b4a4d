"""How long after its deadline a silent connection is ended: ours, and
HAProxy's, which is what keeps such deadlines otherwise. The client is the
witness: it stamps its own byte and the end it sees."""
import functools

from measure import LOWER
from process import Failed, output, two_sides
from subjects import FULL, RULES, Subject, haproxy, policy, serving

NAME = "lateness"
ABOUT = "1000 silent connections, each to be ended after 2 s"
CONNECTIONS, TIMEOUT = 1000, 2000

PARTS = (("earliest", "min"), ("half of them", "p50"),
         ("99 in 100", "p99"), ("latest", "max"))


def keep(bench, subject, turn, text):
    _, *values = map(float, text.split())
    for (title, _), value in zip(PARTS, values):
        bench.figure(title, "ms late", LOWER).add(subject, turn, value / 1000)


def measure(bench, subject, turn):
    """A server that closes what has ended, and the clients that see it."""
    programs = f"{bench.build}/tests/bench/programs"

    def command(port):
        return [f"{programs}/serve", "hold", str(port)]

    with serving(bench, subject, command) as (port, _):
        keep(bench, subject.name, turn, output(
            [f"{programs}/load", "late", "127.0.0.1", str(port),
             str(CONNECTIONS), str(TIMEOUT)], cpus=two_sides()[1], limit=60))


def with_deadline(bench):
    """Ours and HAProxy, each told to end what is silent for so long."""
    rules = RULES[FULL].replace("timeout = 1h", f"timeout = {TIMEOUT}ms")
    yield Subject(FULL, {**bench.subject(FULL).env,
                         "SOCKMEND_POLICY": policy(bench, rules)})
    if bench.subject("haproxy"):
        yield Subject("haproxy", proxy=functools.partial(
            haproxy, idle=f"{TIMEOUT}ms"))


def run(bench):
    subjects = list(with_deadline(bench))
    for turn in range(5 if bench.full else 1):
        for subject in subjects:
            bench.progress(f"round {turn + 1}, {subject.name}")
            try:
                measure(bench, subject, turn)
            except Failed as e:
                bench.left_out(subject.name, NAME, str(e))
