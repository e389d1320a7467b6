"""A phrase made ready to be looked for: the patterns that stand for it, and what decides where words alone do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

from monitor.analysis.inflection import plurals
from monitor.analysis.scanform import BAR, scan_form
from monitor.analysis.text import tokenise
from monitor.model import Phrase

_BARS_CAP: Final = 3
"""Bars in a phrase, each of which a text may have or not, that are tried in every combination."""


@dataclass(frozen=True, slots=True)
class Needle:
    """A phrase made ready."""

    phrase: Phrase
    patterns: tuple[str, ...]
    """Words between blanks, as :class:`monitor.analysis.scanner.Scanner` takes them; the first is the phrase itself."""
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

    def keeps(self, text: str, starts: Sequence[int], end: int) -> bool:
        """Whether case, accents and dots are as asked for, at words of ``text`` that begin at ``starts`` and end at
        ``end``."""
        if not all(_dotted(text, starts[nth]) for nth in self.dotted):
            return False
        return self.strict is None or self.strict == _kept(text[starts[0] : end], self.phrase)


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
        (pattern, word) for word in phrase.not_inside for pattern in patterns_of(Phrase(word)) if patterns[0] != pattern
    )
    return Needle(phrase, patterns, _kept(text, phrase) if careful else None, dotted, tuple(longer))


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


def _kept(text: str, phrase: Phrase) -> tuple[str, ...]:
    return tuple(token.text for token in tokenise(text, keep_accents=phrase.accents, keep_case=phrase.exact))
