"""Interleaved measurements, and what they come to.

All subjects are measured in each round, in an order that turns, and compared
with bare in the same round: what the machine does to a whole round falls out
of the ratio. `bare again` is bare measured twice: how far its ratio is from 1
is the noise.
"""
import math
import os
import statistics
import sys
import time

from process import Failed
from subjects import AGAIN, BARE, FULL, OURS

HIGHER, LOWER = "higher", "lower"


def interval(values):
    """Where the median lies with about 95 % certainty, by order alone."""
    ordered = sorted(values)
    n = len(ordered)
    skip = max(0, math.floor((n - 1.96 * math.sqrt(n)) / 2))
    return ordered[skip], ordered[n - 1 - skip]


class Figure:
    """One thing measured of several subjects."""

    def __init__(self, workload, name, unit, better):
        self.workload, self.name = workload, name
        self.unit, self.better = unit, better
        self.samples = {}  # subject: {round: value}

    def add(self, subject, turn, value):
        self.samples.setdefault(subject, {})[turn] = value

    def median(self, subject):
        return statistics.median(self.samples[subject].values())

    def spread(self, subject):
        values = list(self.samples[subject].values())
        return interval(values)

    def ratios(self, subject):
        """Of bare, round by round; above 1 is better than bare."""
        bare, found = self.samples.get(BARE, {}), []
        for turn, value in self.samples.get(subject, {}).items():
            base = bare.get(turn)
            if not base or not value:
                continue
            found.append(value / base if self.better == HIGHER else base / value)
        return found

    def ratio(self, subject):
        """(median, low, high) of bare, or None."""
        ratios = self.ratios(subject)
        if not ratios:
            return None
        return (statistics.median(ratios), *interval(ratios))

    def noise(self, subject):
        """How far chance takes this one's ratio, as bare against itself shows
        it: two and a half standard errors, for it is the best of several."""
        again = self.ratios(AGAIN)
        if len(again) < 2:
            return 0.0
        rounds = len(self.samples[subject])
        return 2.5 * statistics.stdev(again) / math.sqrt(rounds)


class Bench:
    """What a workload works with."""

    def __init__(self, build, work, rundir, full):
        self.build, self.work = build, work
        self.rundir = rundir
        self.full = full
        self.slice = 0.4 if full else 0.25  # seconds of load in a round
        # Rounds in which those stand that only give the picture.
        self.peer_rounds = 4 if full else 1
        self.figures = {}
        self.subjects = []
        self.missing = []   # (subject, workload, why)
        self.started = time.monotonic()
        self.workload = None

    # ---- what is told

    def say(self, text):
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\033[K{text}")
        else:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def progress(self, text):
        """On a terminal; in a file only what lasts is said."""
        if sys.stderr.isatty():
            self.say(f"  {self.elapsed()}  {self.workload}: {text}")

    def elapsed(self):
        seconds = int(time.monotonic() - self.started)
        return f"{seconds // 60}:{seconds % 60:02}"

    def left_out(self, subject, workload, why):
        self.missing.append((subject, workload, why))

    # ---- what is kept

    def figure(self, name, unit, better):
        key = self.workload, name
        if key not in self.figures:
            self.figures[key] = Figure(self.workload, name, unit, better)
        return self.figures[key]

    def get(self, workload, name):
        return self.figures.get((workload, name))

    # ---- how it is measured

    def subject(self, name):
        return next((s for s in self.subjects if s.name == name), None)

    def chosen(self, proxies=True):
        return [s for s in self.subjects if proxies or not s.is_proxy]

    def interleave(self, subjects, once, seconds, what=None, least=3, most=41):
        """Call once(subject, turn) for each of them, round by round, until
        `seconds` have passed and there were `least` rounds.

        Bare and ours stand in every round; the others in the first few. Who
        fails is left out of the rest of `what`; bare and ours at the second
        time."""
        until = time.monotonic() + seconds
        failures = set()
        present = list(subjects)
        turn = 0
        while turn < most and (turn < least or time.monotonic() < until):
            measured = [s for s in present if turn < self.peer_rounds or is_close(s)]
            shift = turn * 3 % len(measured)
            for subject in measured[shift:] + measured[:shift]:
                self.progress(f"round {turn + 1}, {subject.name}")
                try:
                    once(subject, turn)
                except Failed as e:
                    if is_close(subject) and subject.name not in failures:
                        failures.add(subject.name)
                        continue
                    self.left_out(subject.name, what or self.workload, str(e))
                    present.remove(subject)
            self.sweep()
            if not present:
                break
            turn += 1
        return turn

    def sweep(self):
        """The journals of the dead: a quarter of a megabyte each."""
        for entry in os.scandir(self.rundir):
            os.unlink(entry.path)

    def run(self, workload):
        """One workload; its failure is told and the rest goes on."""
        self.workload = workload.NAME
        begun = time.monotonic()
        try:
            workload.run(self)
        except Failed as e:
            self.left_out("all", self.workload, str(e))
        self.say(f"  {self.elapsed()}  {workload.NAME}: {workload.ABOUT} "
                 f"({time.monotonic() - begun:.0f} s)")
        if sys.stderr.isatty():
            sys.stderr.write("\n")


def is_close(subject):
    """Bare and ours are what the goals compare."""
    return subject.name in (BARE, AGAIN, *OURS)


def is_goal(subject):
    return subject.name in (BARE, AGAIN, FULL)
