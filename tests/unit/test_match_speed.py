"""What matching costs, in small: benchmarks/matching.py tells the whole, with figures to compare.

The limits are several times the figures of a quiet machine, so that a busy one passes; a way of matching that looks
for one phrase after the other does not.
"""

from __future__ import annotations

from typing import get_args

import pytest

from benchmarks.matching import GOALS, SETS, case, edit, micros
from monitor.analysis.matching.match import Matcher
from monitor.analysis.matching.scanner import ScannerName


@pytest.mark.parametrize("scanner", get_args(ScannerName))
def test_a_thousand_queries_cost_little_more_than_ten(scanner: ScannerName) -> None:
    given = case("English", 1_000, 10)
    few, many = Matcher(given.topics[:10], scanner=scanner), Matcher(given.topics, scanner=scanner)
    assert micros(many.match, given.articles) < 6 * micros(few.match, given.articles)
    assert micros(many.match, given.articles) < 12 * GOALS[1_000]


@pytest.mark.parametrize("name", SETS)
def test_articles_are_found_by_the_queries_they_were_made_for(name: str) -> None:
    given = case(name, 50, 20)
    assert case(name, 50, 20) == given
    # but for those in which a refused word happens to stand
    assert sum(bool(Matcher(given.topics).match(entry).matches) for entry in given.articles) >= 18


@pytest.mark.parametrize("scanner", get_args(ScannerName))
def test_an_edit_of_one_topic_among_5_000_is_live_soon(scanner: ScannerName) -> None:
    given = case("English", 5_000, 1)
    assert edit(Matcher(given.topics, scanner=scanner), given) < 500
