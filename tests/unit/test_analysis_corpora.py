"""Look-alikes from real headlines, which no rule may merge; needs the measuring data."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.story_pairs import Row, aggregators, polls, stream, templated

DATA = Path(os.environ.get("MONITOR_DATA", Path(__file__).parents[3] / "shared/data"))
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not DATA.is_dir(), reason="the measuring data is not here (MONITOR_DATA)"),
]


@pytest.mark.parametrize(
    "read",
    [
        lambda: polls(DATA, "headline-polls-gnews-us"),
        lambda: polls(DATA, "headline-polls-gnews-sv"),
        lambda: stream(DATA),
        lambda: aggregators(DATA),
    ],
    ids=["gnews-us", "gnews-sv", "news-stream", "ai-news"],
)
def test_titles_that_differ_in_a_number_or_a_day_stay_apart(read: Callable[[], list[Row]]) -> None:
    assert templated("rows", read()) == 0
