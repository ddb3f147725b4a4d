"""What we promise, one row a goal, and how a run is held against it."""
from subjects import BARE, EMPTY, FULL, KEEPALIVE, NO_RULE

PRELOADS = ("libkeepalive", "socket_wrapper", "torsocks", "proxychains4",
            "tsocks", "trickle")


class Unknown(Exception):
    """The run has not what the goal is about."""


def _figure(bench, workload, name):
    figure = bench.get(workload, name)
    if not figure or not {FULL, KEEPALIVE} & set(figure.samples):
        raise Unknown(f"{workload}, {name}: not measured")
    return figure


def added(workload, names, bound, base=BARE, of=FULL):
    """What `of` needs over `base`, at most; the worst of some figures."""
    def judge(bench):
        worst, where = None, ""
        for name in names:
            figure = _figure(bench, workload, name)
            try:
                over = figure.median(of) - figure.median(base)
            except KeyError:
                raise Unknown(f"{workload}, {name}: not measured") from None
            if worst is None or over > worst:
                worst, where = over, name.split(":")[0]
        where = f" ({where})" if len(names) > 1 else ""
        return worst <= bound, f"{round(worst, 1):+g}{where}"
    return judge


def at_most(workload, name, bound, unit):
    def judge(bench):
        value = _figure(bench, workload, name).median(FULL)
        return value <= bound, f"{value:.3g} {unit}"
    return judge


def never_early(workload, name):
    """Of all rounds, not of their median."""
    def judge(bench):
        earliest = min(_figure(bench, workload, name).samples[FULL].values())
        return earliest >= 0, f"{earliest:.3g} ms"
    return judge


def as_fast(workload, name, share):
    """The median is that share of bare, or cannot be told from it: the noise
    is what bare, measured twice, differs from itself."""
    def judge(bench):
        figure = _figure(bench, workload, name)
        ratio = figure.ratio(FULL)
        if not ratio:
            raise Unknown(f"{workload}, {name}: no bare beside it")
        median, low, high = ratio
        text = f"{median:.3f} ({low:.3f}-{high:.3f})"
        if median >= share:
            return True, text
        return high >= share, text + ", within the noise" * (high >= share)
    return judge


def behind_nobody(workload, name):
    """No other preload is faster by more than the noise."""
    def judge(bench):
        figure = _figure(bench, workload, name)
        ours = figure.ratio(FULL)
        others = {peer: figure.ratio(peer) for peer in PRELOADS
                  if peer in figure.samples and figure.ratio(peer)}
        if not others or not ours:
            raise Unknown("no peer was measured")
        best = max(others, key=lambda peer: others[peer][0])
        text = f"{ours[0]:.3f}, {best} {others[best][0]:.3f}"
        return ours[2] + figure.noise(best) >= others[best][0], text
    return judge


SERVERS = ("redis GET, P1", "redis GET, P16", "nginx, keep-alive",
           "nginx, close", "accept/close server")
CROWDED = ("redis GET, P1, 5000 open", "accept/close server, 5000 open")
NO_SOCKETS, SOCKETS = "no sockets", "a socket, ten rules"


def _each(names, kind):
    return [f"{name}: {kind}" for name in names]


# (what, wanted, judge)
GOALS = [
    ("instructions added to send, write, poll, epoll_wait", "0",
     added("counts", _each(("send", "write", "poll", "epoll_wait"),
                           "instructions"), 0.5)),
    ("instructions added to recv and read, unwatched", "<= 8",
     added("counts", _each(("recv", "read"), "instructions"), 8.5, of=NO_RULE)),
    ("instructions added to recv and read, watched", "<= 12",
     added("counts", _each(("recv", "read"), "instructions"), 12)),
    ("system calls added to read, recv, send, write", "0",
     added("counts", _each(("read", "recv", "send", "write"),
                           "system calls"), 0)),
    ("system calls added to accept, inheritable options", "0",
     added("counts", ("accept: system calls",), 0, of=KEEPALIVE)),
    ("system calls added to accept, watched", "<= 1",
     added("counts", ("accept: system calls",), 1)),
    ("system calls added to connect, beside one per option", "0",
     added("counts", ("connect: system calls",), 0, of=KEEPALIVE)),
    ("system calls added to listen, beside one per option", "0",
     added("counts", ("listen: system calls",), 0, of=KEEPALIVE)),
    *((f"{name}, of bare", ">= 0.98", as_fast("servers", name, 0.98))
      for name in SERVERS),
    ("iperf3, of bare", ">= 0.98", as_fast("bulk", "iperf3", 0.98)),
    *((f"{name}, beside the best peer", "not behind",
       behind_nobody("servers", name)) for name in SERVERS),
    *((f"{name}, of bare", ">= 0.98", as_fast("servers", name, 0.98))
      for name in CROWDED),
    ("start-up over an empty library, no sockets: instructions", "<= 5000",
     added("startup", _each((NO_SOCKETS,), "instructions"), 5000, base=EMPTY)),
    ("start-up over an empty library, no sockets: system calls", "0",
     added("startup", _each((NO_SOCKETS,), "system calls"), 0, base=EMPTY)),
    ("start-up, a socket and ten rules: instructions", "<= 60000",
     added("startup", _each((SOCKETS,), "instructions"), 60000, base=EMPTY)),
    ("start-up, a socket and ten rules: system calls", "<= 12",
     added("startup", _each((SOCKETS,), "system calls"), 12, base=EMPTY)),
    ("idle, 1000 connections: earliest end", "never early",
     never_early("lateness", "earliest")),
    ("idle, 1000 connections: 99 in 100 late by", "<= 6 ms",
     at_most("lateness", "99 in 100", 6, "ms")),
    ("idle, 1000 connections: latest", "<= 20 ms",
     at_most("lateness", "latest", 20, "ms")),
    ("100 000 watched, 10 min: processor", "<= 0.1 % of a core",
     at_most("multitude", "processor, of one core", 0.1, "%")),
    ("100 000 watched: memory each", "<= 32 bytes",
     at_most("multitude", "memory each", 32.5, "bytes")),  # to the byte
    ("an event in the journal", "<= 200 ns",
     at_most("events", "an event", 200, "ns")),
]


def judged(bench):
    """(what, wanted, verdict, found) rows; what was not measured says so."""
    rows = []
    for what, wanted, judge in GOALS:
        try:
            met, found = judge(bench)
            rows.append((what, wanted, "met" if met else "missed", found))
        except Unknown as e:
            rows.append((what, wanted, "not measured", str(e)))
    return rows
