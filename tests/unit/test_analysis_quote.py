"""Quotes around a match."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.quote import quote
from monitor.model import Quote, Span


def around(text: str, match: str, width: int) -> str:
    """The quote of the first occurrence, in one line, with the match in stars."""
    start = text.index(match)
    made = quote(text, Span("text", start, start + len(match), match), "T", width=width)
    return f"{made.before}*{made.match}*{made.after}"


@pytest.mark.parametrize(
    ("text", "match", "width", "expected"),
    [
        ("Jack Ma made a call", "Jack Ma", 160, "*Jack Ma* made a call"),
        ("He said that Jack Ma made a direct call to H", "Jack Ma", 30, "... that *Jack Ma* made a ..."),
        ("Jack Ma made a direct call to H in April", "Jack Ma", 30, "*Jack Ma* made a direct call ..."),
        ("In April 2021 a direct call was made by Jack Ma", "Jack Ma", 30, "... call was made by *Jack Ma*"),
        ("one\n\n two   Jack\n Ma  three", "Jack\n Ma", 160, "one two *Jack Ma* three"),
        ("互联网公司阿里巴巴创始人马云今天重返阿里园区与员工合影留念", "马云", 16, "...创始人*马云*今天重..."),
        ("Supercalifragilistic Jack Ma antidisestablishmentarianism", "Jack Ma", 20, "... *Jack Ma* ..."),
        ("a Jack Ma b", "Jack Ma", 3, "... *Jack Ma* ..."),
    ],
)
def test_a_quote_is_cut_between_words(text: str, match: str, width: int, expected: str) -> None:
    assert around(text, match, width) == expected


def test_a_quote_knows_its_field_and_topic() -> None:
    assert quote("x Ma", Span("title", 2, 4, "Ma"), "Jack Ma") == Quote("Jack Ma", "title", "x ", "Ma", "")


def test_a_long_text_of_blanks_says_that_it_is_cut() -> None:
    text = "far away" + " " * 1000 + "Ma" + " " * 1000 + "far away"
    assert around(text, "Ma", 20) == "... *Ma* ..."


@given(st.text("ab 马\n"), st.text("ab 马\n"), st.integers(20, 80))
def test_a_quote_fits_its_width(before: str, after: str, width: int) -> None:
    made = quote(f"{before}Ma{after}", Span("text", len(before), len(before) + 2, "Ma"), "T", width=width)
    assert len(made.before + made.match + made.after) <= width
    assert made.match == "Ma"
