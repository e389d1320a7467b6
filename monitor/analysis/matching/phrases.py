"""A phrase made ready to be looked for: the patterns that stand for it, and what decides where words alone do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

from monitor.analysis.inflection.families import plurals
from monitor.analysis.matching.scanform import BAR, scan_form
from monitor.analysis.text import tokenise
from monitor.model import Phrase

_BARS_CAP: Final = 3
"""Bars in a phrase, each of which a text may have or not, that are tried in every combination."""


@dataclass(frozen=True, slots=True)
class Needle:
    """A phrase made ready."""

    phrase: Phrase
    patterns: tuple[str, ...]
    """Words between blanks, as :class:`monitor.analysis.matching.scanner.Scanner` takes them; the first is the phrase
    itself."""
    strict: tuple[str, ...] | None = None
    """The words with their case or accents kept, where these count."""
    dotted: tuple[int, ...] = ()
    """Which words begin with a dot, as in ``.NET``."""
    longer: tuple[tuple[str, str], ...] = ()
    """Patterns in which an occurrence does not count, each with the word as the watchlist spells it."""

    @property
    def plain(self) -> bool:
        """Whether the pattern decides alone: wherever it stands, the phrase stands, free."""
        return self.strict is None and not self.dotted and not self.longer

    def inside(self, form: str, start: int, end: int) -> str | None:
        """The longer word around the occurrence at ``form[start:end]``; None: it stands free."""
        found = form[start:end]
        for pattern, word in self.longer:
            lead = pattern.find(found)
            while lead >= 0:
                if lead <= start and form.startswith(pattern, start - lead):
                    return word
                lead = pattern.find(found, lead + 1)
        return None

    def keeps(self, text: str, start: int, end: int, dotted: Sequence[int]) -> bool:
        """Whether case, accents and dots are as asked for in ``text[start:end]``; ``dotted`` is where the words begin
        that need a dot."""
        if not all(_dotted(text, one) for one in dotted):
            return False
        if self.strict is None:
            return True
        there = _kept(text[start:end], self.phrase.exact, self.phrase.accents)
        if self.phrase.prefix:
            return there[:-1] == self.strict[:-1] and there[-1].startswith(self.strict[-1])
        return there == self.strict


@lru_cache(maxsize=4096)
def needle_of(phrase: Phrase) -> Needle | None:
    """The phrase made ready, or None where it holds no word to look for."""
    patterns = patterns_of(phrase)
    if not patterns:
        return None
    text = phrase.text
    careful = phrase.exact or phrase.accents
    dotted: tuple[int, ...] = ()
    if "." in text:
        dotted = tuple(nth for nth, token in enumerate(tokenise(text)) if _dotted(text, token.start))
    longer = (
        (pattern, word)
        for word in phrase.not_inside
        for pattern in patterns_of(Phrase(word, forms=phrase.forms))
        if patterns[0] != pattern
    )
    strict = _kept(text, phrase.exact, phrase.accents) if careful else None
    return Needle(phrase, patterns, strict, dotted, tuple(longer))


def patterns_of(phrase: Phrase) -> tuple[str, ...]:
    """The patterns that stand for a phrase; none where it holds no word. Other letters (case, accents) may come with
    them: :class:`Needle` tells."""
    form = scan_form(phrase.text).strip(f" {BAR}")
    if not form:
        return ()
    forms = [form]
    if BAR in form:
        forms = _bars(form.split(f" {BAR} "))
    if phrase.forms:
        forms += [other for one in forms for other in _others(one)]
    end = "" if phrase.prefix else " "
    return tuple(dict.fromkeys(f" {one}{end}" for one in forms))


def _bars(parts: list[str]) -> list[str]:
    """What a name like ``Yahoo! Inc`` or ``Re: Zero`` may be in a text: with each bar, or without."""
    joints = (f" {BAR} ", " ")
    if len(parts) - 1 > _BARS_CAP:
        return [joint.join(parts) for joint in joints]
    found = []
    for chosen in product(joints, repeat=len(parts) - 1):
        found.append("".join(part + joint for part, joint in zip(parts, (*chosen, ""), strict=True)))
    return found


def _others(form: str) -> list[str]:
    before, blank, last = form.rpartition(" ")
    return [f"{before}{blank}{other}" for other in plurals(last)]


def _dotted(text: str, start: int) -> bool:
    """Whether a word begins with a dot, as in ``.NET`` but not in ``example.net``."""
    return text[max(0, start - 1) : start] == "." and not text[max(0, start - 2) : start - 1].isalnum()


@lru_cache(maxsize=4096)
def _kept(text: str, exact: bool, accents: bool) -> tuple[str, ...]:
    return tuple(token.text for token in tokenise(text, keep_accents=accents, keep_case=exact))
