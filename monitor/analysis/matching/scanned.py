"""An entry as the matcher sees it: its fields in one form, and the way back from there to the words as written."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Final, TypeAlias

from monitor.analysis.matching.phrases import Needle
from monitor.analysis.matching.scanform import BAR, MANY, Where, form_of
from monitor.model import Entry, FieldName, Span

FIELDS: Final[tuple[FieldName, ...]] = ("title", "teaser", "text")
_EDGE: Final = "\x1e"
"""Stands between two fields: no phrase runs from one into the next."""

Place: TypeAlias = tuple[int, int]
"""Start and end of an occurrence in the form: the blank before it, and behind the blank after it."""


class Scanned:
    """The fields of an entry that hold anything, as one form."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self.searched: tuple[FieldName, ...] = tuple(name for name in FIELDS if getattr(entry, name))
        self._forms = [form_of(getattr(entry, name)) for name in self.searched]
        self._ends: list[int] = []
        """Where each searched field ends in the form."""
        size = 0
        for form in self._forms:
            size += len(form.text) + 1
            self._ends.append(size)
        self.form = _EDGE.join([form.text for form in self._forms])
        self.title_end = self._ends[0] if self.searched[:1] == ("title",) else 0
        self._where: dict[int, Where] = {}
        self._asked = 0
        self._starts: list[int] = []
        """Where the blank before each word stands; made when many words are asked for."""
        self._scans: list[tuple[Mapping[str, int], Collection[tuple[int, int, int]]]] = []
        self._finds: dict[int, dict[int, list[Place]]] = {}

    def field_at(self, place: int) -> int:
        """The number, among ``searched``, of the field in which a place of the form lies."""
        return bisect_right(self._ends, place)

    def note(self, patterns: Mapping[str, int], finds: Collection[tuple[int, int, int]]) -> None:
        """What a scanner found (pattern, start, end), and which patterns it knows by which numbers."""
        self._scans.append((patterns, finds))

    def places(self, needle: Needle) -> tuple[list[Place], list[Place], str]:
        """Where a phrase stands in the form, as (start, end): free; held back within a longer word; the first such."""
        found = self._occurrences(needle)
        if needle.plain or not found:
            return found, [], ""
        free: list[Place] = []
        held: list[Place] = []
        around = ""
        careful = needle.strict is not None or bool(needle.dotted)
        for start, end in found:
            if careful and not self.keeps(needle, start, end):
                continue
            longer = needle.inside(self.form, start, end) if needle.longer else None
            if longer is None:
                free.append((start, end))
            else:
                held.append((start, end))
                around = around or longer
        return free, held, around

    def _occurrences(self, needle: Needle) -> list[Place]:
        if len(needle.patterns) == 1 and not needle.phrase.prefix:
            return self._found(needle.patterns[0])
        found = {place for pattern in needle.patterns for place in self._found(pattern)}
        if needle.phrase.prefix:  # up to where the word ends
            found = {(start, self.form.find(" ", end) + 1) for start, end in found}
        return sorted(found)

    def _found(self, pattern: str) -> list[Place]:
        for nth, (patterns, finds) in enumerate(self._scans):
            number = patterns.get(pattern)
            if number is None:
                continue
            if nth not in self._finds:
                self._finds[nth] = defaultdict(list)
                for found, start, end in finds:
                    self._finds[nth][found].append((start, end))
            return self._finds[nth].get(number, [])
        return self._searched(pattern)

    def _searched(self, pattern: str) -> list[Place]:
        found: list[Place] = []
        start = self.form.find(pattern)
        while start >= 0:
            found.append((start, start + len(pattern)))
            start = self.form.find(pattern, start + 1)
        return found

    def keeps(self, needle: Needle, start: int, end: int) -> bool:
        """Whether case, accents and dots are there as the phrase asks for."""
        nth, first, count = self._at(start, end)
        where = self._where_in(nth)
        dotted = [where.start(first + one) for one in needle.dotted]
        text: str = getattr(self._entry, self.searched[nth])
        return needle.keeps(text, where.start(first), where.end(first + count - 1), dotted)

    def words(self) -> list[str]:
        """All words of all fields, in order."""
        return [word for word in self.form.split() if word not in (BAR, _EDGE)]

    def ordinal(self, start: int) -> int:
        """How many words of its field stand before a place (the blank before a word)."""
        nth = self.field_at(start)
        base = self._ends[nth - 1] if nth else 0
        self._asked += 1
        if self._asked < MANY:
            return self.form.count(" ", base, start) - self.form.count(BAR, base, start)
        if not self._starts:
            self._starts = [at for at, word in _tokens(self.form) if word not in (BAR, _EDGE)]
        return bisect_left(self._starts, start) - bisect_left(self._starts, base)

    def count(self, start: int, end: int) -> int:
        """How many words stand in a stretch of the form that begins and ends with a blank."""
        return self.form.count(" ", start, end) - 1 - self.form.count(BAR, start, end)

    def span(self, start: int, end: int, *, dotted: bool = False) -> Span:
        """The words as written; with the dot before the first, where that belongs to it."""
        nth, first, count = self._at(start, end)
        name = self.searched[nth]
        where = self._where_in(nth)
        begin, until = where.start(first) - dotted, where.end(first + count - 1)
        return Span(name, begin, until, getattr(self._entry, name)[begin:until])

    def _at(self, start: int, end: int) -> tuple[int, int, int]:
        return self.field_at(start), self.ordinal(start), self.count(start, end)

    def _where_in(self, nth: int) -> Where:
        if nth not in self._where:
            self._where[nth] = self._forms[nth].where(getattr(self._entry, self.searched[nth]))
        return self._where[nth]


def _tokens(form: str) -> Iterator[tuple[int, str]]:
    """The words and bars of a form, each with the place of the blank before it."""
    at = 0
    for word in form.split(" ")[1:-1]:
        yield at, word
        at += len(word) + 1
