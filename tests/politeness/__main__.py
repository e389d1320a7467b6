"""``python -m tests.politeness``: plays a simulation and prints its report; exit code 1 where anything was wrong."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import fields
from pathlib import Path

from tests.politeness.checker import check
from tests.politeness.driver import Plan, simulate


def main() -> int:
    """Play what the arguments say (by default the full size), and judge it."""
    parser = argparse.ArgumentParser(prog="python -m tests.politeness", description=__doc__)
    for field in fields(Plan):
        parser.add_argument(f"--{field.name}", type=type(field.default), default=field.default)
    plan = Plan(**vars(parser.parse_args()))
    began = time.monotonic()
    print(plan, flush=True)
    with tempfile.TemporaryDirectory(prefix="politeness-") as folder:
        trace = asyncio.run(simulate(plan, Path(folder), lambda line: print(line, file=sys.stderr, flush=True)))
    report = check(trace)
    print(report)
    print(f"{len(trace.crashed)} kills, {len(trace.down)} restarts, {time.monotonic() - began:.0f} s")
    return int(bool(report.wrong))


if __name__ == "__main__":
    sys.exit(main())
