"""The keys under which an article is found again by its copies, and by others of the same template."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from itertools import islice
from typing import Final

from monitor.analysis.clustering.features import Features
from monitor.analysis.clustering.titles import dated, title_of
from monitor.analysis.text import spaceless
from monitor.model import Key

TITLE_KEYS: Final = 10
BODY_KEYS: Final = 12
"""Terms of title and body that are keys (lab: 10 and 6 find every planted copy; with 12 the groups of reports on one
event gain 1 to 2 points of B-cubed F on the development data)."""
BODY_TERMS: Final = 80
"""First terms of the body that are looked at (lab)."""
FULL_LENGTH: Final = 6
"""Letters of the longest stems: they tell the most."""
BODY_WEIGHT: Final = 0.7
"""What a key of the body tells beside one of the title (lab)."""
MASK_TERMS: Final = 4
"""A title of fewer words has no mask: it would be another's by chance."""


def keys(one: Features) -> tuple[Key, ...]:
    """Up to 10 terms of the title and 12 of the first 80 of the body (``t:``), and the masked title (``m:``), by which
    nothing is a copy, and which weighs nothing.

    The longest terms pass for the rarest: what an article is found by must not depend on what was read before it.
    Equal lengths are ordered by a hash, so that two versions of a text choose the same ones. The three cheap keys are
    columns and not among them.
    """
    title = _ranked(one.terms)[:TITLE_KEYS]
    body = _ranked(islice((term for term in one.vector if term not in one.terms), BODY_TERMS))[:BODY_KEYS]
    found = [Key(f"t:{term}", _weight(term)) for term in title]
    found += [Key(f"t:{term}", round(BODY_WEIGHT * _weight(term), 3)) for term in body]
    masked = mask(one)
    return (*found, Key(f"m:{masked}", 0.0)) if masked else tuple(found)


def mask(one: Features) -> str:
    """The title with its numbers, calendar words and rarest term blotted out, as 8 letters; empty where it is short.

    Of a series (horoscopes, bulletins, weather of one place after the other) all have the same.
    """
    title = title_of(one.article.title, one.article.outlet)
    named = [term for term, word in zip(title.sequence, title.words, strict=True) if not dated(term, word)]
    if not named or title.size < MASK_TERMS - 1:
        return ""
    rarest = _ranked(named)[0]
    blotted = (
        "#" if dated(term, word) else "_" if term == rarest else term
        for term, word in zip(title.sequence, title.words, strict=True)
    )
    return f"{zlib.crc32(' '.join(blotted).encode('utf-8', 'surrogatepass')):08x}"


def _ranked(terms: Iterable[str]) -> list[str]:
    return sorted(
        set(terms), key=lambda term: (-_length(term), zlib.crc32(term.encode("utf-8", "surrogatepass")), term)
    )


def _length(term: str) -> int:
    """In letters of a stem: a pair of characters of a script without spaces is a word, a number tells by its digits."""
    return FULL_LENGTH if spaceless(term) else min(len(term), FULL_LENGTH)


def _weight(term: str) -> float:
    return round(_length(term) / FULL_LENGTH, 3)
