"""What is like what was looked for, and what is not."""

from __future__ import annotations

import pytest

from monitor.analysis.nearest import ALIKE, Titles, alike_words
from monitor.analysis.text import fold

TITLES = (
    "Jack Ma opens a school in Lyon",
    "Rain all day in Hangzhou",
    "Джек Ма открыл школу",
    "马云重返阿里园区",
    "Alibaba names a new chairman",
)


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ("Jak Ma opens scool in Lyon", [0]),
        ("in Lyon a school opens Jack Ma", [0]),
        ("scool", [0]),  # a misspelt word within a title
        ("Hangzou", [1]),
        ("Jak Ma opened scool", [0]),  # words of it, misspelt, with others between
        ("Hangzou reign dai", [1]),
        ("Джек Ма открывает школу", [2]),
        ("阿里云园区", [3]),
        ("Hangzhou campuss", [1]),  # half of the words will do
        ("Hangzou campuss in the", [1]),  # short ones do not count
        ("in the campuss", []),
        ("Jack Mahoney wins in Boston", []),
        ("Olympic fencing results", []),
        ("ma", []),  # too short to be like anything
        ("?!", []),
        ("", []),
    ],
)
def test_the_most_alike_titles_come_first(asked: str, places: list[int]) -> None:
    assert [place for place, _ in Titles([fold(title) for title in TITLES]).nearest(asked)] == places


def test_equal_likeness_keeps_the_order_and_the_limit() -> None:
    titles = Titles([fold("Jack Ma returns")] * 5)
    found = titles.nearest("Jack Ma returned", limit=2)
    assert [place for place, _ in found] == [0, 1]
    assert all(ALIKE <= score < 100 for _, score in found)


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Tycoon Jak Ma opens a school", ("Jack Ma", "Jak Ma")),
        ("ALIBABBA shares fall", ("Alibaba", "ALIBABBA")),
        ("Jack Mahoney wins in Boston", None),
        ("Qwen2 is out", None),  # another number is another thing
        ("Jack Ma and Qwen 3", None),  # equal words are not alike
        ("Rain all day", None),
        ("", None),
    ],
)
def test_words_that_may_be_another_spelling(title: str, found: tuple[str, str] | None) -> None:
    assert alike_words(["Jack Ma", "Qwen3", "Alibaba", "Ma", "?"], title) == found
