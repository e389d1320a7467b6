"""What changed between two titles of one entry."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Final, Literal, TypeAlias

from monitor.analysis.text import fold, spaceless

Part: TypeAlias = tuple[Literal["same", "gone", "new"], str]

WORDS_CAP: Final = 400
"""Words of a title that are compared one by one; what is longer is replaced as a whole."""
_PIECE: Final = re.compile(r"\s*(?:\w+(?:['\u2019.,:/-]\w+)*|[^\w\s]+)")
_EACH: Final = re.compile(r"\s*(?:\w|[^\w\s]+)")


def title_diff(old: str, new: str) -> tuple[Part, ...]:
    """The parts of which two titles are made: ``same`` in both, ``gone`` from the old one, ``new`` in the new one.

    In the order of reading, what is gone before what is new. Compared by words, case and accents aside; by characters
    where a script writes no spaces. The new title is its ``same`` and ``new`` parts put together, but for the white
    space around them; what is the same is written as in the new title.
    """
    ours, theirs = _pieces(old), _pieces(new)
    if max(len(ours), len(theirs)) > WORDS_CAP:
        return _parts(("same", new)) if old == new else _parts(("gone", old), ("new", new))
    matcher = SequenceMatcher(
        None, [_form(piece) for piece in ours], [_form(piece) for piece in theirs], autojunk=False
    )
    found: list[Part] = []
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            found.append(("same", "".join(theirs[c:d])))
        else:
            found += [("gone", "".join(ours[a:b])), ("new", "".join(theirs[c:d]))]
    return _parts(*found)


def _parts(*found: Part) -> tuple[Part, ...]:
    stripped: list[Part] = [(kind, text.strip()) for kind, text in found]
    return tuple(part for part in stripped if part[1])


def _pieces(title: str) -> list[str]:
    """Words with the white space before them, punctuation by itself; single characters of scripts without spaces."""
    pieces: list[str] = []
    for found in _PIECE.findall(title):
        pieces += _EACH.findall(found) if any(map(spaceless, found)) else [found]
    return pieces


def _form(piece: str) -> str:
    return fold(piece) or piece.strip()
