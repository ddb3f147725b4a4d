"""What recording an event in the journal costs: it is a store into memory."""
import re

from measure import LOWER
from process import Failed, output, two_sides
from subjects import FULL

NAME = "events"
ABOUT = "recording one event in the journal"


def place_of_recorder(bench):
    """The library exports nothing of its own: nm tells where it is."""
    symbols = output(["nm", f"{bench.build}/libsockmend.so"])
    found = re.search(r"^(\w+) [tT] event_record$", symbols, re.M)
    if not found:
        raise Failed("the library has no event_record")
    return found[1]


def run(bench):
    place = place_of_recorder(bench)
    figure = bench.figure("an event", "ns", LOWER)

    def once(subject, turn):
        said = output([f"{bench.build}/tests/programs/record", place, "0"],
                      subject.env, two_sides()[0][:1])
        figure.add(subject.name, turn, float(re.search(r"(\d+) ns", said)[1]))

    bench.interleave([bench.subject(FULL)], once, 1, least=5, most=5)
