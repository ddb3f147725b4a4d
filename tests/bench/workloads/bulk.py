"""iperf3: bytes through one connection into the server."""
import json

from measure import HIGHER
from process import Failed, output, two_sides
from subjects import serving

NAME = "bulk"
ABOUT = "iperf3, one stream"


def measure(bench, subject, turn, figure, amount):
    def command(port):
        return ["iperf3", "-s", "-p", str(port)]

    with serving(bench, subject, command) as (port, _):
        said = json.loads(output(
            ["iperf3", "-J", "-c", "127.0.0.1", "-p", str(port), "-n", amount],
            cpus=two_sides()[1], limit=20))
    try:
        rate = said["end"]["sum_received"]["bits_per_second"]
    except KeyError:
        raise Failed(said.get("error", "iperf3 gave no result")) from None
    figure.add(subject.name, turn, rate / 1e9)


def run(bench):
    amount = "2G" if bench.full else "500M"
    figure = bench.figure("iperf3", "Gbit/s", HIGHER)
    bench.interleave(
        bench.chosen(),
        lambda subject, turn: measure(bench, subject, turn, figure, amount),
        80 if bench.full else 10)
