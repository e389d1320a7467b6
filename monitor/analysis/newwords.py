"""Words that stand in many of the titles that a change adds, and in few of those that were found before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.analysis.text import Token, spaceless, tokenise
from monitor.analysis.wordlists import STOP

LEAST: Final = 2
"""Titles in which a word must stand: what stands in one says nothing of the others."""
TIMES: Final = 3.0
"""How many times as frequent it must be among what is added (judgement)."""
SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class NewWord:
    """A word with the number of titles that have it."""

    word: str
    """As the first of these titles spells it."""
    added: int
    before: int


def new_words(added: Sequence[str], before: Sequence[str], *, known: Iterable[str] = ()) -> tuple[NewWord, ...]:
    """The words frequent in the titles ``added`` and rare in the titles ``before``, the most frequent first, at most
    ``SHOWN``. Numbers, stop words and the words of the texts ``known`` (what was looked for) are none. In scripts
    without spaces two characters side by side count as a word."""
    looked_for = {word for text in known for word in _words(text)}
    spelled: dict[str, str] = {}
    counted: Counter[str] = Counter()
    for title in added:
        words = _words(title)
        counted.update(words.keys())
        for word, text in words.items():
            spelled.setdefault(word, text)
    old = Counter(word for title in before for word in _words(title))
    found = [
        NewWord(spelled[word], count, old[word])
        for word, count in counted.items()
        if count >= LEAST and word not in looked_for
        and count * len(before) >= TIMES * old[word] * len(added)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.added, one.word))[:SHOWN])


def _words(title: str) -> dict[str, str]:
    """Each word of a title in canonical form, with its spelling there."""
    found: dict[str, str] = {}
    before: Token | None = None
    for token in tokenise(title):
        if spaceless(token.text):
            if before is not None and before.end == token.start:
                found.setdefault(before.text + token.text, title[before.start : token.end])
            before = token
            continue
        before = None
        if len(token.text) > 1 and not token.text[0].isdigit() and token.text not in STOP:
            found.setdefault(token.text, title[token.start : token.end])
    return found
