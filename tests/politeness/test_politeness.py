"""Polite to publishers: days of polls over real sockets, on a clock that is moved, through faults, kills and stops."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.politeness.checker import check
from tests.politeness.driver import Plan, simulate


@pytest.mark.timeout(600)  # a busy machine may need five times the usual 25 s
async def test_publishers_have_nothing_to_complain_of(tmp_path: Path) -> None:
    """The full size is ``make politeness``."""
    trace = await simulate(Plan(feeds=40, days=2, seed=2, kills=16, stops=6, silences=2), tmp_path)
    report = check(trace)
    assert not report.wrong, f"\n{report}"
    assert report.share >= 0.999
    # that it was put to the test at all
    assert report.requests > 1000
    assert report.answers[304] > report.answers[200] > 100
    assert report.answers.keys() >= {200, 301, 302, 304, 307, 308, 404, 410, 429, 500, 503}
    assert (len(trace.crashed), len(trace.down)) == (16, 22)
    assert min(report.moves, report.ends) >= 1
    assert report.entries > 500
