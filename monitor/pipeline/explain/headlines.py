"""Finds entries by words of their headline or text, however they are written, and the headlines most like them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Final

from monitor.analysis.nearest import Titles
from monitor.analysis.text import fold
from monitor.analysis.title import split_tail
from monitor.store import sightings
from monitor.store.database import Connection

FOUND_CAP: Final = 20
"""Entries found by one question in words."""
TITLES_READ: Final = 50_000
"""Newest titles compared in canonical form: about half a second; older ones are compared as they are written."""
LIKE_READ: Final = 5_000
"""Newest titles among which the most alike are looked for."""
TEXTS_READ: Final = 1_000
"""Newest texts compared in canonical form: about 0.5 ms each; older ones are compared as they are written."""


@dataclass(frozen=True, slots=True)
class Found:
    """The entries that hold the words, the newest first."""

    entries: tuple[int, ...] = ()
    in_text: bool = False
    """No headline holds them all: they stand in what else is kept of the entries."""


class Headlines:
    """The headlines of one view of the store; they are read once, when they are first needed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, words: Sequence[str]) -> Found:
        """The newest entries, at most ``FOUND_CAP``, that hold all the words, in any order, case and script: in the
        headline; else in the headline without a publisher's name behind it; else anywhere in what is kept of them."""
        for asked in _askings(words):
            folded = self._folded_titles(asked)
            if len(folded) < FOUND_CAP:
                folded += sightings.entries_titled(self._connection, asked, limit=FOUND_CAP)
                folded = self._newest(folded)
            if folded:
                return Found(tuple(folded[:FOUND_CAP]))
        said = sightings.entries_saying(self._connection, words, limit=FOUND_CAP) or self._folded_texts(words)
        return Found(tuple(said), in_text=bool(said))

    def find_fast(self, words: Sequence[str]) -> Found:
        """As :meth:`find`, for one of many questions: among the newest ``TITLES_READ`` headlines only, and where the
        words stand side by side in one, not in others."""
        for asked in _askings(words):
            if found := self._folded_titles([" ".join(asked)]) or self._folded_titles(asked):
                return Found(tuple(found))
        return Found()

    def alike(self, words: Sequence[str]) -> list[int]:
        """The entries with the headlines most like the words; at most 3."""
        return [self._titles[0][place] for place, _ in self._alike.nearest(" ".join(words))]

    @cached_property
    def _titles(self) -> tuple[list[int], list[str]]:
        rows = sightings.newest_titles(self._connection, TITLES_READ)
        return [entry for entry, _ in rows], [fold(title) for _, title in rows]

    @cached_property
    def _alike(self) -> Titles:
        return Titles(self._titles[1][:LIKE_READ])

    @cached_property
    def _page(self) -> tuple[str, list[int]]:
        """All canonical titles as one text, one a line, and where each begins: a word is found in it 30 times faster
        than title by title."""
        starts = list(accumulate((len(title) + 1 for title in self._titles[1]), initial=0))
        return "\n".join(self._titles[1]), starts

    @cached_property
    def _order(self) -> dict[int, int]:
        return {entry: place for place, entry in enumerate(self._titles[0])}

    def _folded_titles(self, words: Sequence[str]) -> list[int]:
        wanted = _canonical(words)
        if not wanted:
            return []
        ids, folded = self._titles
        page, starts = self._page
        longest, *others = wanted
        found: list[int] = []
        at = page.find(longest)
        while at >= 0 and len(found) < FOUND_CAP:
            place = bisect_right(starts, at) - 1
            if all(word in folded[place] for word in others):
                found.append(ids[place])
            at = page.find(longest, starts[place + 1])
        return found

    def _folded_texts(self, words: Sequence[str]) -> list[int]:
        wanted = _canonical(words)
        if not wanted:
            return []
        texts = ((entry, fold(text)) for entry, text in sightings.newest_texts(self._connection, TEXTS_READ))
        return [entry for entry, text in texts if all(word in text for word in wanted)][:FOUND_CAP]

    def _newest(self, entries: Sequence[int]) -> list[int]:
        # what is not among the newest titles is older than all of them, and comes in the order of the store
        return sorted(dict.fromkeys(entries), key=lambda entry: self._order.get(entry, len(self._order)))


def _canonical(words: Sequence[str]) -> list[str]:
    """The words in canonical form, the longest first: what stands in the fewest titles is looked for first."""
    return sorted(filter(None, (fold(word).strip() for word in words)), key=len, reverse=True)


def _askings(words: Sequence[str]) -> list[Sequence[str]]:
    split = split_tail(" ".join(words))
    return [words] if split is None else [words, split[0].split()]
