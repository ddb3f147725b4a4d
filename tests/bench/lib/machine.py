"""What machine this is, and what else it is doing meanwhile."""
import os
import platform
import re
import shutil
import subprocess
import time


def _said(*argv):
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return "absent"
    return (done.stdout + done.stderr).strip() or "absent"


def _processor():
    with open("/proc/cpuinfo") as lines:
        for line in lines:
            if line.startswith(("model name", "Model")):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def _memory():
    with open("/proc/meminfo") as lines:
        kilobytes = int(next(lines).split()[1])
    return f"{kilobytes / 1048576:.0f} GiB"


def _system():
    try:
        with open("/etc/os-release") as lines:
            return re.search('PRETTY_NAME="(.*)"', lines.read())[1]
    except (OSError, TypeError):
        return platform.system()


PROGRAMS = (
    ("redis", "redis-server", "--version"),
    ("nginx", "nginx", "-v"),
    ("wrk", "wrk", "-v"),
    ("iperf3", "iperf3", "--version"),
    ("haproxy", "haproxy", "-v"),
    ("socat", "socat", "-V"),
    ("systemd-socket-proxyd", "/lib/systemd/systemd-socket-proxyd", "--version"),
    ("valgrind", "valgrind", "--version"),
    ("strace", "strace", "-V"),
    ("gcc", "gcc", "--version"),
)


def _version(name, said):
    """The version out of what a program says, however it puts it."""
    found = re.search(r"\d+(\.\d+)+[^\s,)]*|(?<=systemd )\d+", said)
    return f"{name} {found[0]}" if found else name


def describe(top):
    """(what, value) rows, for people."""
    commit = _said("git", "-C", top, "describe", "--always", "--dirty")
    versions = [_version(name, _said(*argv))
                for name, *argv in PROGRAMS if shutil.which(argv[0])]
    governor = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"
    rows = [
        ("sockmend", commit),
        ("processor", f"{_processor()}, {len(os.sched_getaffinity(0))} used"),
        ("memory", _memory()),
        ("kernel", f"{platform.system()} {platform.release()} {platform.machine()}"),
        ("system", f"{_system()}, {platform.libc_ver()[0]} {platform.libc_ver()[1]}"),
        ("programs", ", ".join(versions)),
    ]
    if os.path.exists(governor):
        with open(governor) as text:
            rows.append(("governor", text.read().strip()))
    return rows


def _times():
    with open("/proc/stat") as lines:
        return list(map(int, next(lines).split()[1:9]))


def foreign_load(seconds=0.7):
    """Percent of the machine that others use while we do nothing, and what
    its host took away (steal)."""
    before = _times()
    time.sleep(seconds)
    spent = [b - a for a, b in zip(before, _times())]
    total = sum(spent) or 1
    idle = spent[3] + spent[4]
    return 100 * (total - idle) / total, 100 * spent[7] / total
