"""Makes the table of bench/run-scale: table.py RESULTS.

RESULTS holds a directory for each run, SUBJECT.MINIONS.NUMBER, with what halite-swarm --json printed in files of it. Of several
runs the median counts."""
import json
import pathlib
import statistics
import sys

ROWS = [  # title, step as it begins, how to read it, goal at 10,000 minions
    ("enrolled, minions/s", "enrol", lambda s: s["series"]["_auth"]["rate_per_s"], None),
    ("enrolled, s for all", "enrol", lambda s: s["seconds"], None),
    ("idle: PSS, MB", "idle", lambda s: s["target"]["pss_mb"], "300 or less"),
    ("idle: processor, % of a core", "idle", lambda s: s["target"]["processor_percent"], "5 or less"),
    ("idle: descriptors", "idle", lambda s: s["target"]["descriptors"], None),
    ("test.ping to all, s (median)", "ping", lambda s: s["series"]["command"]["p50_ms"] / 1000, "4 or less"),
    ("test.ping to all, s (slowest)", "ping", lambda s: s["series"]["command"]["max_ms"] / 1000, None),
    ("a job with 1 KiB returns, s", "job:1024", lambda s: s["series"]["command"]["p50_ms"] / 1000, None),
    ("a job with 50 KiB returns, s", "job:51200", lambda s: s["series"]["command"]["p50_ms"] / 1000, None),
    ("durable returns of 1 KiB, /s", "returns:1024", lambda s: s["series"]["held return"]["rate_per_s"], "10,000 or more"),
    ("durable returns of 50 KiB, /s", "returns:51200", lambda s: s["series"]["held return"]["rate_per_s"], None),
    ("events, /s", "events", lambda s: s["series"]["_minion_event"]["rate_per_s"], None),
    ("mine updates, /s", "mine", lambda s: s["series"]["_mine"]["rate_per_s"], None),
    ("pillars, /s", "pillar", lambda s: s["series"]["_pillar"]["rate_per_s"], "300 or more"),
    ("pillars, p99 ms", "pillar", lambda s: s["series"]["_pillar"]["p99_ms"], None),
    ("files of 1 MB, MB/s", "file", lambda s: s["MB/s"], "400 or more"),
    ("re-authenticated, s for all", "reauth", lambda s: s["seconds"], None),
    ("restart: re-authenticated, s for all", "storm", lambda s: s["seconds"], "30 or less"),
    ("restart: ping meanwhile, p99 ms", "storm", lambda s: s["series"]["ping meanwhile"]["p99_ms"], "1,000 or less"),
    ("mixed day: events, p99 ms", "mixed", lambda s: s["series"]["_minion_event"]["p99_ms"], None),
    ("mixed day: memory slope, MB/h/1,000", "mixed", lambda s: s["memory slope, MB/h per 1,000 minions"], "1 or less in 30 min"),
    ("mixed day: descriptors at the end", "mixed", lambda s: s["target"]["descriptors"], "flat"),
]
OVER_ALL_STEPS = [  # title, how to read a step, how the steps of a run make one figure
    ("PSS at its highest, MB", lambda s: s["target"]["pss_max_mb"], max),
    ("processor of the master, s", lambda s: s["target"]["processor_s"], sum),
    ("processor of the generator, s", lambda s: s["generator_processor_s"], sum),
]


def steps_of(folder):
    steps = []
    for file in sorted(folder.glob("*.json")):
        for line in file.read_text().splitlines():
            if line.startswith("{"):
                steps.append(json.loads(line))
    return steps


def is_step(step, prefix):
    return step["step"] == prefix or step["step"].startswith(prefix + ":")


def first_of(steps, prefix):
    return [step for step in steps if is_step(step, prefix)][:1]


def figure_of(steps, read, combine):
    """Nothing when no step has it: a step that broke off lacks what it did not come to."""
    values = []
    for step in steps:
        try:
            values.append(read(step))
        except (KeyError, TypeError):
            pass
    return combine(values) if values else None


def shown(value):
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def main():
    runs = {}
    for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        if folder.is_dir():
            subject, minions, _ = folder.name.rsplit(".", 2)
            runs.setdefault((subject, int(minions)), []).append(steps_of(folder))
    columns = sorted(runs, key=lambda key: (key[0] != "halite", key[0], key[1]))
    head = [""] + [f"{subject} {minions:,}" for subject, minions in columns] + ["goal (10,000)"]
    table = []

    def add_row(title, figure, goal):
        row = []
        for column in columns:
            of_runs = [value for value in map(figure, runs[column]) if value is not None]
            row.append(shown(statistics.median(of_runs) if of_runs else None))
        if any(cell != "-" for cell in row):
            table.append([title] + row + [goal or ""])

    for title, prefix, read, goal in ROWS:
        add_row(title, lambda steps: figure_of(first_of(steps, prefix), read, max), goal)
    for title, read, combine in OVER_ALL_STEPS:
        add_row(title, lambda steps: figure_of(steps, read, combine), None)
    widths = [max(len(row[i]) for row in [head] + table) for i in range(len(head))]
    for row in [head, ["-" * width for width in widths]] + table:
        print("| " + " | ".join(cell.ljust(w) if i in (0, len(row) - 1) else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths))) + " |")
    print()
    for column in columns:
        for number, steps in enumerate(runs[column], 1):
            for step in steps:
                lost = [f"{name}: {count} x {reason}" for name, series in step["series"].items() for reason, count in series["errors"].items()]
                for problem in step["failures"] + lost:
                    print(f"NOT CLEAN: {column[0]} {column[1]:,}, run {number}, {step['step']}: {problem}")


main()
