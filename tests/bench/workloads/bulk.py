"""iperf3: bytes through one connection into the server."""
import json
import signal

from measure import HIGHER
from process import Failed, Running, free_port, output, two_sides
from subjects import start_proxy

NAME = "bulk"
ABOUT = "iperf3, one stream"


def measure(bench, subject, turn, figure, amount):
    port = free_port()
    bare = subject.is_proxy
    argv = ["iperf3", "-s", "-p", str(port)]
    server = Running(argv if bare else subject.command(*argv),
                     None if bare else subject.env, two_sides()[0])
    proxy = None
    try:
        server.await_port(port)
        called = port
        if subject.is_proxy:
            called, proxy = start_proxy(bench, subject.proxy, port)
        said = json.loads(output(
            ["iperf3", "-J", "-c", "127.0.0.1", "-p", str(called),
             "-n", amount], cpus=two_sides()[1], limit=20))
        try:
            rate = said["end"]["sum_received"]["bits_per_second"]
        except KeyError:
            raise Failed(said.get("error", "iperf3 gave no result")) from None
        figure.add(subject.name, turn, rate / 1e9)
    finally:
        if proxy:
            proxy.stop()
        server.stop(signal.SIGTERM)


def run(bench):
    amount = "2G" if bench.full else "500M"
    figure = bench.figure("iperf3", "Gbit/s", HIGHER)
    bench.interleave(
        bench.chosen(),
        lambda subject, turn: measure(bench, subject, turn, figure, amount),
        80 if bench.full else 10)
