"""What a run has found: a table to read, CSV to reckon with, plots to show."""
import csv
import itertools
import os
import shutil
import subprocess
import textwrap

from goals import judged
from measure import HIGHER
from subjects import AGAIN, BARE, EMPTY, FULL, KEEPALIVE, NO_RULE

ORDER = (BARE, AGAIN, EMPTY, NO_RULE, KEEPALIVE, FULL)
TITLES = {
    "counts": "Counted: what a call needs",
    "calls": "Nanoseconds a call",
    "servers": "Servers under load",
    "bulk": "Bytes in bulk",
    "startup": "Starting up",
    "lateness": "Silent connections, ended after 2 s: late by",
    "multitude": "Watched connections, 100 000 of them for 10 minutes",
    "events": "The journal",
}


def _short(value):
    if value >= 10000:
        return f"{value:.0f}"
    return f"{value:.3g}" if value else "0"


def _subjects(figures):
    named = {name for figure in figures for name in figure.samples}
    return [name for name in ORDER if name in named] + \
        sorted(named.difference(ORDER))


def _cell(figure, subject):
    """Medians; of a rate or a time that of bare, and how far it is sure."""
    if subject not in figure.samples:
        return "-"
    ratio = figure.ratio(subject)
    if subject == BARE or not ratio or len(figure.samples[BARE]) == 1:
        return f"{_short(figure.median(subject))}"
    median, low, high = ratio
    return f"{median:.2f} ({low:.2f}-{high:.2f})"


def _headings(figures):
    """Names in lines of a column's width, the unit below."""
    wrapped = [[*textwrap.wrap(f.name, 17), f.unit] for f in figures]
    for row in itertools.zip_longest(*map(reversed, wrapped), fillvalue=""):
        yield ["", *row]


def _rows(figures):
    """Figures across, subjects down."""
    yield from reversed(list(_headings(figures)))
    for subject in _subjects(figures):
        yield [subject, *(_cell(figure, subject) for figure in figures)]


def _columns(rows, indent="  ", right=True):
    """Aligned text of rows of cells: the first to the left, the others too
    unless they are figures."""
    rows = list(rows)
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    for row in rows:
        yield (indent + "  ".join(
            cell.rjust(width) if n and right else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths)))).rstrip()


def _in_fives(figures):
    for start in range(0, len(figures), 5):
        yield figures[start:start + 5]


def table(bench, machine, loads):
    """The whole report as text."""
    lines = [f"sockmend bench, {'full' if bench.full else 'quick'}", ""]
    lines += [f"  {what:12}{value}" for what, value in machine]
    lines += [f"  {'others used':12}{', '.join(loads)}", ""]
    lines += ["Goals", ""]
    rows = judged(bench)
    lines += _columns([[what, wanted, verdict, found]
                       for what, wanted, verdict, found in rows], right=False)
    lines += ["", "Medians. Beside bare: the share of bare, 1.00 as good, 2.00 twice "
              "as good, and",
              "between which it lies with 95 % certainty. bare again: the "
              "noise.", ""]
    for workload, title in TITLES.items():
        figures = [f for f in bench.figures.values() if f.workload == workload]
        for some in _in_fives(figures):
            lines += [title, *_columns(_rows(some)), ""]
    if bench.missing:
        lines += ["Left out", *_columns([[*row] for row in bench.missing],
                                       right=False)]
    return "\n".join(lines) + "\n"


def write_csv(bench, path):
    with open(path, "w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("workload", "figure", "unit", "better", "subject",
                       "round", "value"))
        for figure in bench.figures.values():
            for subject, samples in figure.samples.items():
                for turn, value in sorted(samples.items()):
                    rows.writerow((figure.workload, figure.name, figure.unit,
                                   figure.better, subject, turn, value))


def read_csv(bench, path):
    """What write_csv wrote, to be drawn again."""
    with open(path, newline="") as written:
        for row in csv.DictReader(written):
            bench.workload = row["workload"]
            figure = bench.figure(row["figure"], row["unit"], row["better"])
            figure.add(row["subject"], int(row["round"]), float(row["value"]))


# ---- plots

STYLE = """set terminal svg size {width},{height} font 'sans-serif,13' background '#ffffff'
set style data histograms
set style histogram errorbars gap 2 lw 1
set style fill solid 1 border lc '#777777'
set errorbars 0.5
set grid ytics lc '#dddddd'
set border 3 lc '#666666'
set tics nomirror out
set key outside top center horizontal samplen 1
set yrange [0:*]
set bmargin 4
"""
COLOURS = {
    FULL: "#1a7f5a", NO_RULE: "#9ad1b9", "libkeepalive": "#7b8fb2",
    "haproxy": "#d9822b", "socket-proxyd": "#e3b04b", "socat": "#b5534a",
    AGAIN: "#bbbbbb", "trickle": "#8d6e97", "torsocks": "#5b7a99",
}


def _bars(figures, subjects, what):
    """gnuplot data, one block: a row a figure, three columns a subject."""
    yield "$data << END"
    for figure in figures:
        cells = []
        for subject in subjects:
            cells += ["%g" % value for value in what(figure, subject)] or ["nan"] * 3
        name = "\\n".join(textwrap.wrap(figure.name.split(", 5000")[0], 16))
        yield " ".join([f'"{name}"', *cells])
    yield "END"
    yield "plot " + ", ".join(
        f"$data using {2 + 3 * n}:{3 + 3 * n}:{4 + 3 * n}"
        + (":xtic(1)" if n == 0 else "")
        + f" title '{subject}' lc '{COLOURS.get(subject, '#888888')}'"
        for n, subject in enumerate(subjects))


def _ratio(figure, subject):
    return figure.ratio(subject) or () if subject in figure.samples else ()


def _plot(path, title, unit, lines, width=900, height=420, extra=""):
    script = STYLE.format(width=width, height=height) + \
        f"set output '{path}'\nset title '{title}'\nset ylabel '{unit}'\n" + \
        extra + "\n".join(lines) + "\n"
    subprocess.run(["gnuplot"], input=script, text=True, check=True,
                   timeout=60, capture_output=True)


def plots(bench, where):
    """The pictures, as far as there is something to show."""
    if not shutil.which("gnuplot"):
        bench.left_out("plots", "all", "gnuplot is not installed")
        return
    for name, draw in (("servers", _plot_servers), ("crowded", _plot_crowded),
                       ("lateness", _plot_lateness)):
        try:
            draw(bench, os.path.join(where, name + ".svg"))
        except (subprocess.SubprocessError, KeyError) as e:
            said = getattr(e, "stderr", None) or e
            bench.left_out(f"plot {name}", "all", str(said).strip())


def _present(figures, wanted):
    return [name for name in wanted
            if any(name in figure.samples for figure in figures)]


def _plot_servers(bench, path):
    figures = [f for f in bench.figures.values()
               if f.workload in ("servers", "bulk") and f.better == HIGHER
               and "open" not in f.name]
    subjects = _present(figures, (AGAIN, FULL, "libkeepalive", "haproxy",
                                  "socket-proxyd", "socat"))
    if figures:
        _plot(path, "Requests a second (iperf3: bits), bare = 1", "of bare",
              _bars(figures, subjects, _ratio), extra="set yrange [0:1.25]\n")


def _plot_crowded(bench, path):
    figures = [f for f in bench.figures.values()
               if f.workload in ("calls", "servers") and "open" in f.name
               and "CPU" not in f.name]
    subjects = _present(figures, (AGAIN, FULL, "libkeepalive", "torsocks",
                                  "trickle"))
    if figures:
        _plot(path, "With 5 000 connections open, bare = 1", "of bare",
              _bars(figures, subjects, _ratio), extra="set yrange [0:1.25]\n")


def _plot_lateness(bench, path):
    figures = [f for f in bench.figures.values() if f.workload == "lateness"]
    subjects = _present(figures, (FULL, "haproxy"))

    def lateness(figure, subject):
        if subject not in figure.samples:
            return ()
        return (figure.median(subject), *figure.spread(subject))
    if figures:
        _plot(path, "1000 silent connections to be ended after 2 s",
              "late by, ms", _bars(figures, subjects, lateness),
              extra="set yrange [-1.5:*]\nset xzeroaxis\n")
