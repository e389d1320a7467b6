"""Small samples of what ``make quality`` measures keep to its floors; the page that shows the tables has its rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.quality import ALONE, MEASURES
from benchmarks.stories.page import rewritten, rows_of
from benchmarks.stories.table import Figure, at_least
from tests.measuring import corpus

PAGE = Path(__file__).parents[2] / "docs" / "quality.md"
SMALL = {
    "planted": "slavic-news-topics",
    "titles": "ai-news-items-2026",
    "scoop": "scoop-dedup-gt",
    "syndication-sv": "headline-polls-gnews-sv",
    "templated": "news-stream-2026",
    "finance": "finance-story-pairs-2012",
    "wikinews": "wikinews-clusters",
    "basil": "basil-triplets",
    "uci": "uci-news-aggregator-sample",
}
"""Measure to a corpus that it reads."""


@pytest.mark.corpus
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", SMALL)
def test_a_small_sample_keeps_to_the_floors(name: str) -> None:
    data = corpus(SMALL[name]).parent
    figures = next(one for one in MEASURES if one.name == name).run(data, True)
    print("\n" + "\n".join(f"{one.name} {one.value:.3f} {one.mark} {one.setting}" for one in figures))
    assert [one.name for one in figures if not one.passed] == []


def test_the_page_has_the_rows_of_the_benchmark() -> None:
    rows = [row for measure in (*MEASURES, *ALONE) for row in measure.rows]
    assert len(set(rows)) == len(rows)
    shown = rows_of(PAGE.read_text("utf-8"))
    assert shown == [row for row in rows if row in shown], "in another order, or of another benchmark: make quality"
    assert set(rows) - set(shown) <= {"titles-fr"}, "French headlines are in no corpus that every copy of the data has"


def test_the_page_is_written_between_its_marks() -> None:
    figures = [Figure("one-row", "a measure", 0.5, at_least(0.4), setting="a | b", others={"simple": 0.25})]
    page = rewritten(PAGE.read_text("utf-8"), figures, ("simple",))
    assert rows_of(page) == ["one-row"]
    assert "| `one-row` | a measure | **.500** | >= .400 |  | ok | a / b |" in page
    assert "| a measure | .500 | .250 |" in page
    assert page.count("<!--") == 4
