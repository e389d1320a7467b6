"""The table of proof for stories and events: every figure with its floor and goal, through the installed ``replay``.

    python -m benchmarks.quality [--data DATA] [--only NAME ...] [--fast] [--json] [--jobs 2] [--docs]

Each corpus is written as lines into a temporary folder and replayed with ``--all`` into a throw-away store (``--warm
self`` where a row says so); nothing of it is kept. ``--only`` takes names of rows or of what yields them, ``--fast``
small samples, of which the figures are no proof. Exit 1 where a floor is missed. ``--docs`` writes the tables into
docs/quality.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

from benchmarks.stories import copies, cost, happenings, history, hostile, lookalikes
from benchmarks.stories.baselines import NAMES
from benchmarks.stories.page import rewritten
from benchmarks.stories.table import Figure, Measure, comparison, table

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "quality.md"
MEASURES: tuple[Measure, ...] = (
    *copies.MEASURES,
    *lookalikes.MEASURES,
    *happenings.MEASURES,
    history.MEASURE,
    hostile.MEASURE,
)
"""What can run beside another."""
ALONE: tuple[Measure, ...] = cost.MEASURES
"""What measures time, and so runs by itself."""


def chosen(only: Sequence[str]) -> list[Measure]:
    """The measures of which something is asked for.

    Raises:
        SystemExit: a name is none.
    """
    every = (*MEASURES, *ALONE)
    known = {name for measure in every for name in (measure.name, *measure.rows)}
    unknown = sorted(set(only) - known)
    if unknown:
        raise SystemExit(f"no such row: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    return [one for one in every if not only or not {one.name, *one.rows}.isdisjoint(only)]


def measured(name: str, data: Path, fast: bool) -> list[Figure]:
    """The figures of one measure, by its name; for a process of its own."""
    started, used = time.perf_counter(), _processor()
    measure = next(one for one in (*MEASURES, *ALONE) if one.name == name)
    found = list(measure.run(data, fast))
    took = f"{time.perf_counter() - started:.0f} s, {_processor() - used:.0f} s of a processor"
    print(f"{name}: {took}", file=sys.stderr, flush=True)
    return found


def _processor() -> float:
    """Seconds of processor time of this process and of the commands that it ran."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def every_figure(data: Path, wanted: Sequence[Measure], *, fast: bool, jobs: int) -> list[Figure]:
    """All figures in the order of the table; the longest run first, and what measures time at the end, alone."""
    alone = [one.name for one in wanted if one in ALONE]
    beside = [one.name for one in sorted(wanted, key=lambda one: not one.long) if one not in ALONE]
    found: dict[str, list[Figure]] = {}
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        started = {name: pool.submit(measured, name, data, fast) for name in beside}
        found |= {name: one.result() for name, one in started.items()}
    found |= {name: measured(name, data, fast) for name in alone}
    return [figure for one in wanted for figure in found[one.name]]


def main() -> int:
    """Print the table; 1 where a floor is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("MONITOR_DATA", DATA)))
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--docs", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    if asked.docs and (asked.only or asked.fast):
        parser.error("--docs writes all rows, of the whole data")
    if not asked.data.is_dir():
        raise SystemExit(f"the measuring data is not at {asked.data}: set MONITOR_DATA, or --data")
    started = time.perf_counter()
    figures = every_figure(asked.data, chosen(asked.only), fast=asked.fast, jobs=asked.jobs)
    if asked.json:
        for one in figures:
            print(json.dumps({**asdict(one), "mark": one.mark}, ensure_ascii=False))
    else:
        print(table(figures))
        print()
        print(columns(comparison(figures, NAMES)))
        print(f"\n{time.perf_counter() - started:.0f} s" + ("; small samples, no proof" if asked.fast else ""))
    if asked.docs:
        PAGE.write_text(rewritten(PAGE.read_text("utf-8"), figures, NAMES), "utf-8")
    missed = [one.name for one in figures if not one.passed]
    if missed:
        print(f"floors missed: {', '.join(missed)}", file=sys.stderr)
    return int(bool(missed))


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


if __name__ == "__main__":
    sys.exit(main())
