"""Finds phrases in a text whose language gives words other endings: ``Джека Ма`` for ``Джек Ма``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from monitor.analysis.inflection.families import Family
from monitor.analysis.matching.phrases import needle_of, patterns_of
from monitor.analysis.matching.scanform import BAR
from monitor.analysis.matching.scanner import ScannerName, build
from monitor.model import Phrase

_CYRILLIC: Final = re.compile("[\u0400-\u052f]")
_LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f]")


class Inflected:
    """Phrases made ready for families of endings with the same keys. Those that ask for case or accents stay as they
    are."""

    def __init__(self, phrases: Iterable[Phrase], family: Family, scanner: ScannerName) -> None:
        self._key = family.key
        written = (_CYRILLIC if family.keying in ("east", "bulgarian") else _LATIN).search
        self._by_pattern: dict[str, list[tuple[Phrase, tuple[str, ...]]]] = defaultdict(list)
        for phrase in dict.fromkeys(phrases):
            if phrase.exact or phrase.accents or phrase.prefix or _is_dotted(phrase) or not written(phrase.text):
                continue
            for pattern in patterns_of(phrase)[:1]:
                words = tuple(pattern.split())
                if BAR not in words:
                    self._by_pattern[self._keyed(words)].append((phrase, words))
        self._patterns = list(self._by_pattern)
        self._scanner = build(self._patterns, scanner)

    def places(self, form: str, family: Family) -> dict[Phrase, list[tuple[int, int]]]:
        """Where phrases stand in any form of their words, as places of ``form`` in order; ``family`` may be any of the
        same keying."""
        words = form.split(" ")[1:-1]
        keyed = self._keyed(words)
        found: dict[Phrase, list[tuple[int, int]]] = defaultdict(list)
        starts: list[int] | None = None
        first = done = 0
        for start, end, number in sorted((start, end, number) for number, start, end in self._scanner.scan(keyed)):
            if starts is None:
                starts = _starts(words)
            first += keyed.count(" ", done, start)
            done = start
            until = first + keyed.count(" ", start, end) - 1
            there = words[first:until]
            for phrase, lemma in self._by_pattern[self._patterns[number]]:
                if family.forms(lemma, there):
                    found[phrase].append((starts[first], starts[until] + 1))
        return found

    def _keyed(self, words: Iterable[str]) -> str:
        return f" {' '.join(map(self._key, words))} "


def _is_dotted(phrase: Phrase) -> bool:
    needle = needle_of(phrase) if "." in phrase.text else None
    return needle is not None and bool(needle.dotted)


def _starts(words: list[str]) -> list[int]:
    """Where the blank before each word stands in the form, and the last blank of all."""
    starts, at = [], 0
    for word in words:
        starts.append(at)
        at += len(word) + 1
    return [*starts, at]
