"""How much a term tells."""

from __future__ import annotations

import pytest

from monitor.analysis.clustering.weights import FLOOR, POWER, WARM, Frequencies


def test_while_nothing_was_counted_all_terms_tell_the_same() -> None:
    assert {Frequencies().weight(term) for term in ("harbour", "the")} == {1.0}
    assert Frequencies("en", 1, {"the": 1}).weight("the") == 1.0


@pytest.mark.parametrize("total", [150, 5_000, 1_000_000])
def test_rare_terms_tell_more_than_common_ones(total: int) -> None:
    seen = {"once": 1, "some": total // 10, "most": total // 2, "all": total}
    weights = [Frequencies("en", total, seen).weight(term) for term in ("new", "once", "some", "most", "all")]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] == 1.0
    assert weights[-1] == pytest.approx(FLOOR**POWER)


def test_the_words_of_one_happening_tell_all_they_can_also_among_few_articles() -> None:
    # twelve of 300 articles are about it
    assert Frequencies("en", 300, {"harbour": 11}).weight("harbour") == 1.0
    assert Frequencies("en", 300, {"said": 150}).weight("said") < 0.2


def test_a_count_above_the_total_is_no_error() -> None:
    assert Frequencies("en", 10, {"odd": 50}).weight("odd") == pytest.approx(FLOOR**POWER)


def test_a_language_is_warm_from_a_number_of_articles_on() -> None:
    assert not Frequencies("en", WARM - 1).warm
    assert Frequencies("en", WARM).warm
