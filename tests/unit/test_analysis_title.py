"""Titles: what is taken off, and the numbers, dates and genres in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from monitor.analysis.text import fold
from monitor.analysis.title import calendar, genre, numbers, stem, strip_title, tail_of, title_terms, turned

CASES: dict[str, Any] = YAML(typ="safe").load(Path(__file__).parents[1] / "data/stories/titles.yaml")


@pytest.mark.parametrize("case", CASES["strip"], ids=lambda case: case["title"])
def test_what_is_taken_off_a_title(case: dict[str, Any]) -> None:
    tails = {fold(tail) for tail in case.get("tails", ())}
    assert strip_title(case["title"], case.get("outlet", ""), tails) == case["left"]


@pytest.mark.parametrize(("title", "expected"), CASES["numbers"].items())
def test_numbers_are_values(title: str, expected: list[str]) -> None:
    assert numbers(title) == set(expected)


@pytest.mark.parametrize(("title", "expected"), CASES["calendar"].items())
def test_words_of_the_calendar(title: str, expected: list[str]) -> None:
    assert calendar(title) == set(expected)


@pytest.mark.parametrize(("title", "expected"), CASES["genre"].items())
def test_genres(title: str, expected: str) -> None:
    assert genre(title) == expected


def test_terms_are_stems_values_and_pairs_of_characters() -> None:
    assert title_terms("The founder's 2 million returns to 阿里园区 and 马云, 云") == (
        "found", "#2000000", "retur", "阿里", "里园", "园区", "马云",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("word", "expected"),
    [("wins", "win"), ("ma", "ma"), ("asked", "aske"), ("killed", "kill"), ("announcement", "announ"), ("news", "new")],
)
def test_one_stem_rule(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_what_may_be_a_publisher_behind_a_title() -> None:
    assert tail_of("Founder returns to China - World news") == " world news "
    assert tail_of("Founder returns to China") is None
    assert tail_of("Hints for today's puzzle - June 3") is None
    assert tail_of("Hints for today's puzzle - Monday") is None
    assert tail_of("Founder returns to China - live") is None


def test_negations_turn_a_title_round() -> None:
    assert turned([stem("denies")])
    assert turned(["不"])
    assert not turned(["say", "offici"])


@given(st.text(), st.text())
def test_a_title_with_words_never_becomes_empty(title: str, outlet: str) -> None:
    assert bool(fold(strip_title(title, outlet, {fold(outlet)}))) == bool(fold(title))
