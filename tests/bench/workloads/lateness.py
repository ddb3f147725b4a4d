"""How long after its deadline a silent connection is ended: ours, and
HAProxy's, which is what keeps such deadlines otherwise. The client is the
witness: it stamps its own byte and the end it sees."""
from measure import LOWER
from process import Failed, Running, free_port, output, two_sides
from subjects import FULL, RULES, haproxy, policy, start_proxy

NAME = "lateness"
ABOUT = "1000 silent connections, each to be ended after 2 s"
CONNECTIONS, TIMEOUT = 1000, 2000

PARTS = (("earliest", "min"), ("half of them", "p50"),
         ("99 in 100", "p99"), ("latest", "max"))


def keep(bench, subject, turn, text):
    _, *values = map(float, text.split())
    for (title, _), value in zip(PARTS, values):
        bench.figure(title, "ms late", LOWER).add(subject, turn, value / 1000)


def ask(bench, port):
    return output([f"{bench.build}/tests/bench/programs/load", "late",
                   "127.0.0.1", str(port), str(CONNECTIONS), str(TIMEOUT)],
                  cpus=two_sides()[1], limit=60)


def server(bench, env):
    port = free_port()
    process = Running([f"{bench.build}/tests/bench/programs/serve", "hold",
                       str(port)], env, two_sides()[0])
    process.await_port(port)
    return port, process


def ours(bench, turn):
    rules = RULES[FULL].replace("timeout = 1h", f"timeout = {TIMEOUT}ms")
    env = {**bench.subject(FULL).env, "SOCKMEND_POLICY": policy(bench, rules)}
    port, process = server(bench, env)
    try:
        keep(bench, FULL, turn, ask(bench, port))
    finally:
        process.stop()


def theirs(bench, turn):
    behind, process = server(bench, None)
    try:
        port, proxy = start_proxy(bench, haproxy, behind, idle=f"{TIMEOUT}ms")
        try:
            keep(bench, "haproxy", turn, ask(bench, port))
        finally:
            proxy.stop()
    finally:
        process.stop()


def run(bench):
    for turn in range(5 if bench.full else 1):
        for name, measure in ((FULL, ours), ("haproxy", theirs)):
            if not bench.subject(name):
                continue
            bench.progress(f"round {turn + 1}, {name}")
            try:
                measure(bench, turn)
            except Failed as e:
                bench.left_out(name, NAME, str(e))
