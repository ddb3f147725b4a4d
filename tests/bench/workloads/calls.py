"""One process, nanoseconds a call: the price of standing in the way."""
from measure import LOWER
from process import output, two_sides

NAME = "calls"
ABOUT = "nanoseconds a call, with nothing else open and with 5 000 connections"

OPERATIONS = (
    ("eagain", "recv that finds nothing"),
    ("echo", "send and recv"),
    ("cycle", "connect, accept, close"),
)


def run(bench):
    seconds = 60 if bench.full else 10
    for open_before in (0, 5000):
        for operation, title in OPERATIONS:
            figure = bench.figure(title + (", 5000 open" if open_before else ""),
                                  "ns", LOWER)

            def once(subject, turn):
                text = output(
                    subject.command(f"{bench.build}/tests/bench/programs/calls",
                                    operation, str(open_before), "60"),
                    subject.env, two_sides()[0][:1], limit=20)
                figure.add(subject.name, turn, float(text.split()[0]))

            bench.interleave(bench.chosen(proxies=False), once, seconds / 6)
