"""Who is measured: bare, ours, and what a user would take instead.

A subject is put before or beside a program: a preload by its environment, a
proxy as a process in front. What is not installed is said and left out.
"""
import contextlib
import glob
import os
import shutil
import signal
import socket

from process import (Failed, Running, descriptor_limit, free_port, output,
                     two_sides)

BARE, AGAIN, EMPTY = "bare", "bare again", "empty library"
NO_RULE, KEEPALIVE, FULL = "sockmend, no rule", "sockmend, keepalive", "sockmend, full"
OURS = (NO_RULE, KEEPALIVE, FULL)

# Every mend but supersede (it is there to end connections of one peer, which
# is what a load looks like); each connection is watched.
RULES = {
    NO_RULE: 'rule "other" { program = "nobody" idle { timeout = 1h } }',
    KEEPALIVE: 'rule "k" { keepalive { idle = 60s interval = 10s probes = 6 } }',
    FULL: '''rule "full" {
        ephemeral_port = yes
        reuse_address = yes
        keepalive { idle = 60s interval = 10s probes = 6 user_timeout = auto }
        eof { spin_limit = 100 answer = reset }
        idle { timeout = 1h escalate = 5s }
        close_wait { after = 1h reclaim = pressure }
        self_connect = refuse
        errors = eof
    }''',
}


class Subject:
    """Someone measured. A preload has an environment, or words before the
    command; a proxy has a way to start in front of a port."""

    def __init__(self, name, env=None, words=(), proxy=None):
        self.name, self.env, self.words, self.proxy = name, env or {}, words, proxy

    @property
    def is_proxy(self):
        return self.proxy is not None

    def command(self, *argv):
        return [*self.words, *argv]


def _library(pattern):
    for place in ("/usr/lib/*/", "/usr/lib/", "/usr/lib/*/*/"):
        found = sorted(glob.glob(place + pattern))
        if found:
            return found[0]
    return None


def policy(bench, rules):
    """The policy text of these rules, as the wrapper hands it over."""
    path = os.path.join(bench.work, "rules.conf")
    with open(path, "w") as conf:
        conf.write(rules + "\n")
    return output([f"{bench.build}/sockmendctl", "compile", "-c", path])


def _ours(bench, name):
    return Subject(name, {
        "LD_PRELOAD": f"{bench.build}/libsockmend.so",
        "SOCKMEND_POLICY": policy(bench, RULES[name]),
        "SOCKMEND_RUNDIR": bench.rundir,
    })


def empty_library(bench):
    """What the loader itself asks for any library."""
    path = os.path.join(bench.work, "empty.so")
    source = os.path.join(bench.work, "empty.c")
    with open(source, "w") as text:
        text.write("int nothing_at_all;\n")
    output([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O2",
            "-o", path, source])
    return Subject(EMPTY, {"LD_PRELOAD": path})


# Preloads that mend, or stand in front of the same calls. Their settings let
# loopback through, so that what is measured is standing in the way.
PRELOADS = (
    ("libkeepalive", "libkeepalive.so", {
        "KEEPIDLE": "60", "KEEPINTVL": "10", "KEEPCNT": "6"}, None),
    ("socket_wrapper", "libsocket_wrapper.so", {}, None),
    ("torsocks", "libtorsocks.so", {
        "TORSOCKS_CONF_FILE": "{conf}", "TORSOCKS_LOG_LEVEL": "1"},
     "AllowInbound 1\nAllowOutboundLocalhost 2\n"),
    ("proxychains4", "libproxychains.so.4", {
        "PROXYCHAINS_CONF_FILE": "{conf}", "PROXYCHAINS_QUIET_MODE": "1"},
     "strict_chain\nquiet_mode\nlocalnet 127.0.0.0/255.0.0.0\n"
     "[ProxyList]\nsocks4 127.0.0.1 9050\n"),
    ("tsocks", "libtsocks.so", {"TSOCKS_CONF_FILE": "{conf}"},
     "local = 127.0.0.0/255.0.0.0\nserver = 127.0.0.1\n"),
)


def _preload(bench, name, library, env, conf):
    path = _library(library)
    if not path:
        raise Failed(f"{library} is not installed")
    where = os.path.join(bench.work, name + ".conf")
    if conf:
        with open(where, "w") as text:
            text.write(conf)
    env = {key: value.format(conf=where) for key, value in env.items()}
    return Subject(name, {"LD_PRELOAD": path, **env})


def _trickle():
    path = shutil.which("trickle")
    if not path:
        raise Failed("trickle is not installed")
    # Limits far above what is reached: it keeps account, and holds nothing up.
    return Subject("trickle", words=[path, "-s", "-u", "10000000", "-d", "10000000"])


def haproxy(bench, port, behind, idle="10m"):
    conf = os.path.join(bench.work, f"haproxy.{port}.cfg")
    with open(conf, "w") as text:
        text.write(f"""global
    maxconn {min(20000, descriptor_limit() // 2 - 100)}
    nbthread {len(two_sides()[0])}
defaults
    mode tcp
    timeout connect 5s
    timeout client {idle}
    timeout server {idle}
    option clitcpka
    option srvtcpka
listen through
    bind 127.0.0.0:{port}
    server behind 127.0.0.1:{behind}
""".replace("127.0.0.0:", ":"))
    return ["haproxy", "-db", "-f", conf], None


def _socat(_bench, port, behind):
    return ["socat", f"TCP-LISTEN:{port},fork,reuseaddr,backlog=1024",
            f"TCP:127.0.0.1:{behind}"], None


def _proxyd(_bench, port, behind):
    """It takes a listener the way systemd hands one over."""
    listener = socket.create_server(("", port), backlog=1024, reuse_port=False)
    return ["sh", "-c", "LISTEN_FDS=1 LISTEN_PID=$$ exec "
            "/lib/systemd/systemd-socket-proxyd --connections-max=20000 "
            f"127.0.0.1:{behind}"], listener


PROXIES = (
    ("haproxy", "haproxy", haproxy),
    ("socat", "socat", _socat),
    ("socket-proxyd", "/lib/systemd/systemd-socket-proxyd", _proxyd),
)


def _start_proxy(bench, start, behind):
    """The port to call instead, and the process."""
    port = free_port()
    argv, listener = start(bench, port, behind)
    process = Running(argv, cpus=two_sides()[0],
                      listener=listener.fileno() if listener else None,
                      cwd=bench.work)
    if listener:
        listener.close()
    return port, process


@contextlib.contextmanager
def serving(bench, subject, command):
    """The server that command(port) starts, as this subject has it, until it
    is no longer wanted: the port to call, and the processes that serve."""
    with contextlib.ExitStack() as started:
        port = free_port()
        server = Running(subject.command(*command(port)), subject.env,
                         two_sides()[0], cwd=bench.work)
        started.callback(server.stop, signal.SIGTERM)
        server.await_port(port)
        if not subject.is_proxy:
            yield port, [server]
            return
        port, proxy = _start_proxy(bench, subject.proxy, port)
        started.callback(proxy.stop)
        proxy.await_port(port)
        yield port, [server, proxy]


def find(bench):
    """All of them that are here, in the order of the tables; the others are
    told to bench.left_out."""
    subjects = [Subject(BARE), Subject(AGAIN)]
    subjects += [_ours(bench, name) for name in OURS]
    makers = [(name, lambda row=(name, *rest): _preload(bench, *row))
              for name, *rest in PRELOADS] + [("trickle", _trickle)]
    for name, make in makers:
        try:
            subjects.append(make())
        except Failed as e:
            bench.left_out(name, "everywhere", str(e))
    for name, program, start in PROXIES:
        if shutil.which(program):
            subjects.append(Subject(name, proxy=start))
        else:
            bench.left_out(name, "everywhere", f"{program} is not installed")
    return subjects
