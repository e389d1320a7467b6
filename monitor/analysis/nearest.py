"""What is most like what was looked for, where nothing equals it: headlines, and words within a headline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz, process

from monitor.analysis.names import SAME, likeness
from monitor.analysis.text import fold, tokenise

ALIKE: Final = 68.0
"""Likeness, from 0 to 100, from which a headline is named (judgement: two misspelt words of four give 75, two
headlines on different things under 60)."""
FEW_WORDS: Final = 6
"""Canonical words up to which a question may be a part of a headline."""
WORD_ALIKE: Final = 70.0
"""Likeness from which a word may be another one misspelt (judgement: ``parc`` and ``park`` have 75)."""
WORDS_ALIKE: Final = 60.0
"""Likeness of two sequences of words from which they are compared as names (judgement: two letters of five differ)."""
HALF_ALIKE: Final = 80.0
"""Likeness from which a word counts where only half of a question is like a headline (``hangzou`` and ``hangzhou`` have
93, ``jack`` and ``back`` 75)."""
LEAST: Final = 4
"""Characters of a question that can be said to be like anything: every title holds something like ``ma``."""


class Titles:
    """Titles made ready to be compared with many questions."""

    def __init__(self, folded: Sequence[str]) -> None:
        """``folded``: titles as :func:`monitor.analysis.text.fold` gives them."""
        words = [title.split() for title in folded]
        self._ordered = [_in_order(title) for title in words]
        self._places: dict[str, list[int]] = {}
        """Word to the titles that hold it."""
        for place, title in enumerate(words):
            for word in set(title):
                self._places.setdefault(word, []).append(place)

    def nearest(self, asked: str, *, limit: int = 3) -> list[tuple[int, float]]:
        """The places of the titles most like ``asked``, each with its likeness from 0 to 100; the most alike first, of
        equals the first. Where none reaches ``ALIKE``, those that hold
        something like at least half of a question of few words; else empty.

        The likeness is rapidfuzz's ``ratio`` of the words in alphabetical order (about 1 ms for 5,000 titles). A
        question of few words may be a part of a headline: there it is the mean, over these words, of the ``ratio`` with
        the most like word of the title (about 2 ms a word).
        """
        wanted = fold(asked).split()
        if len("".join(wanted)) < LEAST:
            return []
        found = process.extract(
            _in_order(wanted), self._ordered, scorer=fuzz.ratio, limit=limit, score_cutoff=ALIKE
        )  # fmt: skip
        scores = {place: score for _, score, place in found}
        if len(wanted) <= FEW_WORDS:
            for place, score in self._by_words(wanted).items():
                scores[place] = max(scores.get(place, 0.0), score)
            scores = scores or self._by_half(wanted)
        return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]

    def _by_words(self, wanted: Sequence[str]) -> dict[int, float]:
        """The titles that hold something like the words, with their likeness where it reaches ``ALIKE``."""
        totals: dict[int, float] = {}
        for word in wanted:
            for place, score in self._like(word, WORD_ALIKE).items():
                totals[place] = totals.get(place, 0.0) + score
        means = {place: total / len(wanted) for place, total in totals.items()}
        return {place: mean for place, mean in means.items() if mean >= ALIKE}

    def _by_half(self, wanted: Sequence[str]) -> dict[int, float]:
        """The titles that hold something like at least half of the words that have ``LEAST`` letters: shorter ones
        (``in``, ``the``) stand in every headline."""
        long = list(dict.fromkeys(word for word in wanted if len(word) >= LEAST))
        totals: dict[int, list[float]] = {}
        for word in long:
            for place, score in self._like(word, HALF_ALIKE).items():
                totals.setdefault(place, []).append(score)
        return {place: sum(own) / len(long) for place, own in totals.items() if 2 * len(own) >= len(long)}

    def _like(self, word: str, least: float) -> dict[int, float]:
        """The titles with a word like this one, and how like."""
        best: dict[int, float] = {}
        like = process.extract(word, list(self._places), scorer=fuzz.ratio, limit=None, score_cutoff=least)
        for known, score, _ in like:
            for place in self._places[known]:
                best[place] = max(best.get(place, 0.0), score)
        return best


def _in_order(words: Sequence[str]) -> str:
    return " ".join(sorted(words))


def alike_words(phrases: Sequence[str], text: str) -> tuple[str, str] | None:
    """The phrase and the words of ``text`` that are most alike without being equal, and may be one name
    (:func:`monitor.analysis.names.likeness`, at least ``SAME``); None where there are none. Only word sequences of
    equal length are compared, and only where rapidfuzz's ``ratio`` is at least ``WORDS_ALIKE``: likeness costs 25 us a
    pair.
    """
    tokens = tokenise(text)
    by_size: dict[int, dict[str, str]] = {}
    for phrase in phrases:
        words = fold(phrase).split()
        if len("".join(words)) >= LEAST:
            by_size.setdefault(len(words), {}).setdefault(" ".join(words), phrase)
    best, found = SAME, None
    for size, wanted in sorted(by_size.items()):
        for first in range(len(tokens) - size + 1):
            window = tokens[first : first + size]
            there = " ".join(token.text for token in window)
            alike = process.extractOne(there, list(wanted), scorer=fuzz.ratio, score_cutoff=WORDS_ALIKE)
            if alike is None or alike[0] == there:
                continue
            sure = likeness(there, alike[0])
            if sure > best or (found is None and sure >= best):
                best, found = sure, (wanted[alike[0]], text[window[0].start : window[-1].end])
    return found
