"""Input that no honest publisher sends goes through ``replay`` in bounded time, and no story swallows others."""

from __future__ import annotations

import pytest

from benchmarks.stories.hostile import Case, cases, largest, tried

CASES = {case.row: case for case in cases(200)}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("row", CASES)
def test_hostile_input_is_bounded(row: str) -> None:
    case: Case = CASES[row]
    run = tried(case)
    assert run.seconds < case.seconds
    assert len(run.outcomes) == len(case.items), "every line is answered"
    assert largest(run) <= case.largest, case.why
