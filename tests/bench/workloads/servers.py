"""Whole servers under load: redis, nginx, the accept/close server of 2005.

The server runs on one half of the processors, the load on the other. A new
server for each round, so that how one happened to be laid out in memory is
not taken for a cost.
"""
import contextlib
import os
import re
import signal
import subprocess
import time

from measure import HIGHER, LOWER, is_goal
from process import Failed, Running, output, two_sides
from subjects import OURS, serving

NAME = "servers"
ABOUT = "requests a second of redis, nginx and an accept/close server"
HELD = 5000


class Server:
    """One that answers a load; `company` is what else it has to do."""

    def company(self, _port):
        return contextlib.nullcontext()


class Redis(Server):
    """redis GET, 50 clients; `pipeline` requests on their way at a time."""

    program = "redis-server"

    def __init__(self, bench, pipeline):
        self.title = f"redis GET, P{pipeline}"
        self.bench, self.pipeline = bench, pipeline
        self.requests = 8000 * pipeline

    def command(self, port):
        return [self.program, "--port", str(port), "--save", "", "--appendonly",
                "no", "--daemonize", "no", "--dir", self.bench.work,
                "--maxclients", "10000"]

    def load(self, port):
        text = output(["redis-benchmark", "-p", str(port), "-t", "get",
                       "-n", str(self.requests), "-P", str(self.pipeline),
                       "-c", "50", "--csv"], cpus=two_sides()[1], limit=15)
        done, rate = self.requests, float(re.search(
            r'"GET[^"]*","([\d.]+)"', text)[1])
        self.requests = max(1000, int(rate * self.bench.slice))
        return rate, done


class Nginx(Server):
    """nginx and a small file, 50 clients, by wrk."""

    program = "nginx"

    def __init__(self, bench, close):
        self.bench = bench
        self.title = "nginx, close" if close else "nginx, keep-alive"
        self.header = ["-H", "Connection: close"] if close else []

    def command(self, port):
        root = os.path.join(self.bench.work, "www")
        os.makedirs(root, exist_ok=True)
        with open(os.path.join(root, "index.html"), "w") as page:
            page.write("x" * 200)
        conf = os.path.join(self.bench.work, f"nginx.{port}.conf")
        user = "user root;" if os.geteuid() == 0 else ""
        with open(conf, "w") as text:
            text.write(f"""{user} daemon off; worker_processes 1; pid {conf}.pid;
error_log stderr crit;
events {{ worker_connections 8192; }}
http {{
    access_log off; keepalive_requests 10000000; client_body_temp_path {root};
    proxy_temp_path {root}; fastcgi_temp_path {root}; uwsgi_temp_path {root};
    scgi_temp_path {root};
    server {{ listen {port} backlog=1024; root {root}; }}
}}
""")
        return [self.program, "-e", "stderr", "-p", self.bench.work, "-c", conf]

    def load(self, port):
        """wrk knows whole seconds only; at SIGINT it ends early and says what
        it did until then."""
        wrk = Running(["wrk", "-t", "1", "-c", "50", "-d", "10s",
                       "--timeout", "2s", *self.header,
                       f"http://127.0.0.1:{port}/"], cpus=two_sides()[1],
                      stdout=subprocess.PIPE)
        try:
            time.sleep(self.bench.slice)
            wrk.process.send_signal(signal.SIGINT)
            text, _ = wrk.process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            raise Failed("wrk hung") from None
        finally:
            wrk.stop()
        rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
        done = re.search(r"(\d+) requests in", text)
        if not rate or not int(done[1]):
            raise Failed("nothing was answered")
        return float(rate[1]), int(done[1])


class AcceptClose(Server):
    """One thread that accepts, reads, answers, closes."""

    title = "accept/close server"

    def __init__(self, bench):
        self.bench = bench
        self.program = f"{bench.build}/tests/bench/programs/serve"
        self.loader = f"{bench.build}/tests/bench/programs/load"

    def command(self, port):
        return [self.program, "close", str(port)]

    def load(self, port):
        milliseconds = int(1000 * self.bench.slice)
        text = output([self.loader, "close", "127.0.0.1", str(port), "8",
                       str(milliseconds)], cpus=two_sides()[1], limit=15)
        rate, failures = map(float, text.split())
        if failures > 10:
            raise Failed(f"{failures:.0f} of its connections failed")
        return rate, rate * milliseconds / 1000


class Crowded:
    """Any of them, with many idle connections beside the load."""

    def __init__(self, server, arguments=()):
        self.server, self.arguments = server, arguments
        self.title = f"{server.title}, {HELD} open"

    def command(self, port):
        return [*self.server.command(port), *self.arguments]

    @contextlib.contextmanager
    def company(self, port):
        holder = Running([f"{self.server.bench.build}/tests/bench/programs/load",
                          "hold", "127.0.0.1", str(port), str(HELD), "0", "1",
                          "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            holder.await_line("held", 20)
            yield
        finally:
            holder.stop()

    def load(self, port):
        return self.server.load(port)


def measure(bench, server, subject, turn):
    """One server, one load: its rate, and what it cost in processor time."""
    with serving(bench, subject, server.command) as (port, processes), \
            server.company(port):
        before = cpu(processes)
        rate, done = server.load(port)
        spent = cpu(processes) - before
    bench.figure(server.title, "a second", HIGHER).add(
        subject.name, turn, rate)
    bench.figure(server.title + ": server's CPU", "us each", LOWER).add(
        subject.name, turn, 1e6 * spent / done)


def cpu(processes):
    return sum(process.cpu_seconds() for process in processes)


def each(bench, servers, subjects, seconds):
    for server in servers:
        bench.interleave(
            subjects,
            lambda subject, turn: measure(bench, server, subject, turn),
            seconds / len(servers), server.title)


def run(bench):
    simple = (Redis(bench, 1), Redis(bench, 16), Nginx(bench, close=False),
              Nginx(bench, close=True), AcceptClose(bench))
    crowded = (Crowded(Redis(bench, 1)),
               Crowded(AcceptClose(bench), (str(HELD),)))
    each(bench, simple, bench.chosen(), 420 if bench.full else 75)
    each(bench, crowded,
         [s for s in bench.chosen(proxies=False)
          if is_goal(s) or s.name not in OURS],
         300 if bench.full else 18)
