"""The words around a match, short enough for a message."""

from __future__ import annotations

import re
from typing import Final

from monitor.analysis.text import spaceless
from monitor.model import Quote, Span

QUOTE_WIDTH: Final = 160
"""Characters of a quote, its match included: two lines of a message."""
_SPACES: Final = re.compile(r"\s+")
_CUT: Final = "..."


def quote(text: str, span: Span, topic: str, *, width: int = QUOTE_WIDTH) -> Quote:
    """The match with what stands around it, at most ``width`` characters (more only for a longer match).

    ``text`` is the field that the span points into. It is cut between words, or between characters of scripts
    without spaces, and ``...`` says where. White space is one blank; a side with little text leaves its room to
    the other.
    """
    match = _SPACES.sub(" ", text[span.start : span.end])
    room = max(0, width - len(match))
    # Twice the width is looked at, since white space shrinks; a 64 KiB text is not walked for every quote.
    before = _SPACES.sub(" ", text[max(0, span.start - 2 * width) : span.start]).lstrip()
    after = _SPACES.sub(" ", text[span.end : span.end + 2 * width]).rstrip()
    cut_before, cut_after = span.start > 2 * width, span.end + 2 * width < len(text)
    left = max(room // 2, room - len(after))
    right = max(room - room // 2, room - len(before))
    if len(after) > right:
        after, cut_after = _border(after, right), True
    if len(before) > left:
        before, cut_before = _border(before[::-1], left)[::-1], True
    return Quote(
        topic=topic,
        field=span.field,
        before=_marked(before, first=True) if cut_before else before,
        match=match,
        after=_marked(after, first=False) if cut_after else after,
    )


def _border(text: str, width: int) -> str:
    """The beginning of a text up to the last border of words that fits ``width`` with the dots after it."""
    at = max(0, width - len(_CUT) - 1)
    while at and not (
        text[at - 1].isspace() or text[at].isspace() or (spaceless(text[at - 1]) and spaceless(text[at]))
    ):
        at -= 1
    return text[:at].rstrip()


def _marked(text: str, *, first: bool) -> str:
    """With the dots at the cut side: a blank parts them from words, not from scripts without spaces."""
    if not text:
        return f"{_CUT} " if first else f" {_CUT}"
    if first:
        return f"{_CUT}{text}" if spaceless(text.lstrip()[:1] or " ") else f"{_CUT} {text.lstrip()}"
    return f"{text}{_CUT}" if spaceless(text.rstrip()[-1:] or " ") else f"{text.rstrip()} {_CUT}"
