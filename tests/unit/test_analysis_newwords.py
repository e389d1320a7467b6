"""Frequent new words among what a change adds."""

from __future__ import annotations

import pytest

from monitor.analysis.newwords import LEAST, SHOWN, new_words

BEFORE = ["Jack Ma opens a school", "Jack Ma visits the school", "Jack Ma speaks"]


@pytest.mark.parametrize(
    ("added", "known", "words"),
    [
        (["Jack Mahoney wins the derby", "The derby goes on"], [], [("derby", 2)]),
        (["A derby", "Nothing"], [], []),  # once is too seldom
        (["The school", "A school"], [], []),  # known from before
        (["Founder in Paris", "Founder in Rome"], ["the founder"], []),  # what was looked for
        (["马云公益基金", "公益大会"], [], [("公益", 2)]),  # pairs of characters, where there are no spaces
        (["In 2026 of 2026", "In 2026"], [], []),  # numbers and stop words
        (["Derby derby", "DERBY"], [], [("Derby", 2)]),  # titles are counted, and spelled as the first
        ([], [], []),
    ],
)  # fmt: skip
def test_words_that_are_frequent_only_among_the_added(
    added: list[str], known: list[str], words: list[tuple[str, int]]
) -> None:
    assert [(one.word, one.added) for one in new_words(added, BEFORE, known=known)] == words


def test_the_most_frequent_are_shown() -> None:
    titles = [" ".join(f"word{chr(97 + nth)}" for nth in range(20))] * LEAST
    assert len(new_words([*titles, "wordz"], [])) == SHOWN
    assert new_words([*titles, "wordt wordt"], [])[0].word == "wordt"
