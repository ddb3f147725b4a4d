"""Processes that cannot outlive or hold up a measurement.

Every process has a time limit or is stopped by the one who started it; all
that are left when the bench ends, however it ends, are killed. Servers are
known to be ready by the kernel's word (/proc/net/tcp), not by connecting to
them, which some would count.
"""
import functools
import itertools
import os
import resource
import signal
import socket
import subprocess
import time


class Failed(Exception):
    """A measurement that could not be made, and why, for people."""


_running = set()


# Servers' ports: below those the kernel gives to clients.
_ports = itertools.cycle(range(2000, 10000))


def free_port():
    """A port nobody has now, and no client will get."""
    for port in itertools.islice(_ports, 8000):
        with socket.socket() as s:
            try:
                s.bind(("", port))
                return port
            except OSError:
                pass
    raise Failed("no port from 2000 to 9999 is free")


def descriptor_limit():
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def _listening_ports():
    ports = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            with open(table) as rows:
                next(rows)
                for row in rows:
                    fields = row.split()
                    if fields[3] == "0A":
                        ports.add(int(fields[1].rsplit(":", 1)[1], 16))
        except OSError:
            pass
    return ports


def raise_limits():
    """As many descriptors as we may have: children inherit them."""
    wanted = 1 << 20
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))
    except (ValueError, OSError):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@functools.cache
def two_sides():
    """The processors of servers, and those of the load on them.

    Apart, so that the load's own work is not taken for the server's; with one
    processor both share it."""
    mine = sorted(os.sched_getaffinity(0))
    if len(mine) == 1:
        return mine, mine
    half = len(mine) // 2
    return mine[:half], mine[half:]


class Running:
    """A process group of its own; `end` says how it is to be stopped."""

    def __init__(self, argv, env=None, cpus=None, listener=None, **kwargs):
        def before_exec():
            if cpus:
                os.sched_setaffinity(0, cpus)
            if listener is not None:
                os.dup2(listener, 3)

        if listener is not None:
            kwargs["pass_fds"] = (3, listener)
        self.argv = argv
        kwargs.setdefault("stdin", subprocess.DEVNULL)
        kwargs.setdefault("stdout", subprocess.DEVNULL)
        kwargs.setdefault("stderr", subprocess.DEVNULL)
        try:
            self.process = subprocess.Popen(
                argv, env={**clean_environment(), **(env or {})},
                start_new_session=True, preexec_fn=before_exec, text=True,
                **kwargs)
        except OSError as e:
            raise Failed(f"{argv[0]}: {e.strerror}") from e
        _running.add(self)

    @property
    def pid(self):
        return self.process.pid

    def await_port(self, port, seconds=5):
        until = time.monotonic() + seconds
        while port not in _listening_ports():
            if self.process.poll() is not None:
                raise Failed(f"{name_of(self.argv)} ended "
                             f"({self.process.returncode}) before it listened")
            if time.monotonic() > until:
                raise Failed(f"{name_of(self.argv)} did not listen within "
                             f"{seconds} s")
            time.sleep(0.005)

    def await_line(self, wanted, seconds=60):
        """Read its output up to that line; it was started with a pipe."""
        signal.alarm(seconds)
        try:
            for line in self.process.stdout:
                if line.strip() == wanted:
                    return
        finally:
            signal.alarm(0)
        raise Failed(f"{name_of(self.argv)} ended before it said {wanted}")

    def processes(self):
        """Its pid and those of its group, as they are now."""
        found = []
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                with open(f"/proc/{entry}/stat") as stat:
                    fields = stat.read().rsplit(") ", 1)[1].split()
            except OSError:
                continue
            if int(fields[2]) == self.pid:
                found.append((int(entry), fields))
        return found

    def cpu_seconds(self):
        """Processor time of the group so far: of each task to the nanosecond,
        of children that have ended to the kernel's tick."""
        ticks, nanoseconds = 0, 0
        for pid, fields in self.processes():
            ticks += int(fields[13]) + int(fields[14])
            nanoseconds += sum(map(task_nanoseconds, tasks_of(pid)))
        return ticks / os.sysconf("SC_CLK_TCK") + nanoseconds / 1e9

    def stop(self, how=signal.SIGKILL):
        _running.discard(self)
        try:
            os.killpg(self.pid, how)
        except ProcessLookupError:
            pass
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()


def tasks_of(pid):
    try:
        return [f"/proc/{pid}/task/{task}"
                for task in os.listdir(f"/proc/{pid}/task")]
    except OSError:
        return []


def task_nanoseconds(task):
    try:
        with open(task + "/schedstat") as text:
            return int(text.read().split()[0])
    except OSError:
        return 0


def stop_all():
    for process in list(_running):
        process.stop()


def _too_late(_number, _frame):
    raise Failed("no answer in time")


signal.signal(signal.SIGALRM, _too_late)


def name_of(argv):
    return os.path.basename(argv[0])


def clean_environment():
    """Ours, without what would mend or steer the measured program."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith(("SOCKMEND_", "LD_", "MAKE", "MFLAGS"))}


def output(argv, env=None, cpus=None, limit=30, merge=False):
    """What a program prints; Failed if it fails or takes too long."""
    process = Running(argv, env, cpus, stdout=subprocess.PIPE,
                      stderr=subprocess.STDOUT if merge else subprocess.PIPE)
    try:
        text, errors = process.process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        raise Failed(f"{name_of(argv)} hung: stopped after {limit} s") from None
    finally:
        process.stop()
    if process.process.returncode:
        said = (errors or text or "").strip().splitlines()
        raise Failed(f"{name_of(argv)}: status {process.process.returncode}"
                     + (f": {said[-1]}" if said else ""))
    return text
