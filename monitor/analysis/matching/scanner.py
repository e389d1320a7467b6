"""Finds many patterns in one reading of a form: by an automaton, or by a dictionary in plain Python.

Both give the same finds. The dictionary stands in where the compiled library is not there, and is the measure of the
automaton in the tests.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, Literal, Protocol

try:
    from ahocorasick_rs import AhoCorasick
except ImportError:  # pragma: no cover - a platform without wheels of it
    AhoCorasick = None  # type: ignore[assignment,misc]

ScannerName = Literal["automaton", "dictionary"]
BEST: Final[ScannerName] = "dictionary" if AhoCorasick is None else "automaton"


class Scanner(Protocol):
    """Holds patterns; each is words between single blanks, with a blank before the first and, unless the last may go
    on, one behind the last."""

    def scan(self, form: str) -> list[tuple[int, int, int]]:
        """Each occurrence as (pattern, start, end), overlapping ones too, in any order."""


class Automaton:
    """Aho and Corasick's machine (lab: 25 us for 5 KB and 1,000 patterns, 146 us for 100,000)."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._machine = AhoCorasick(patterns)

    def scan(self, form: str) -> list[tuple[int, int, int]]:
        """As :class:`Scanner` says."""
        return self._machine.find_matches_as_indexes(form, overlapping=True)


class Dictionary:
    """Looks up every run of words that is as long as some pattern with the same first word."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._whole: dict[str, int] = {}
        self._open: dict[str, list[tuple[str, int]]] = defaultdict(list)
        """By the words before the last: the beginnings of the last, with their patterns."""
        sizes: dict[str, set[int]] = defaultdict(set)
        opens: set[int] = set()
        for number, pattern in enumerate(patterns):
            words = pattern.split()
            if pattern.endswith(" "):
                self._whole[" ".join(words)] = number
                sizes[words[0]].add(len(words))
            else:
                self._open[" ".join(words[:-1])].append((words[-1], number))
                opens.add(len(words))
        self._sizes = {word: tuple(sorted(lengths)) for word, lengths in sizes.items()}
        self._opens = tuple(sorted(opens))

    def scan(self, form: str) -> list[tuple[int, int, int]]:
        """As :class:`Scanner` says."""
        words = form.split(" ")[1:-1]
        found: list[tuple[int, int, int]] = []
        start = 0
        for at, word in enumerate(words):
            for size in self._sizes.get(word, ()):
                run = " ".join(words[at : at + size])
                number = self._whole.get(run)
                if number is not None and at + size <= len(words):
                    found.append((number, start, start + len(run) + 2))
            for size in self._opens:
                self._begin(words, at, size, start, found)
            start += len(word) + 1
        return found

    def _begin(self, words: list[str], at: int, size: int, start: int, found: list[tuple[int, int, int]]) -> None:
        if at + size > len(words):
            return
        before = " ".join(words[at : at + size - 1])
        for beginning, number in self._open.get(before, ()):
            if words[at + size - 1].startswith(beginning):
                found.append((number, start, start + 1 + len(before) + (size > 1) + len(beginning)))


def build(patterns: Sequence[str], name: ScannerName = BEST) -> Scanner:
    """A scanner of patterns without doubles; ``name`` chooses which."""
    return Automaton(patterns) if name == "automaton" and patterns else Dictionary(patterns)
