"""Whether what stands under a known key is the entry that stood there, or the next one at an address used for all.

A newsletter that shows every issue at one address, with no id or with the address for one, would be a single entry
that is retitled for ever, and told once. A report that is retitled must stay one, so this decides only where the
address names no article, time has passed, and little of the old text is left.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from monitor.analysis.address import canonical
from monitor.analysis.title import calendar, numbers, title_terms
from monitor.model import Entry, Worded

ISSUE_APART: Final = timedelta(hours=20)
"""Least time between two issues: of a daily one they are 24 hours apart, and come a few hours early at most."""
TITLES_SHARE: Final = 0.34
"""Part of the shorter title's terms that two issues may share at most, where no number or date tells them apart:
of 697 retitled entries in the histories of 11 feeds 106 share no more (lab), so this alone decides nothing."""
BODIES_SHARE: Final = 0.50
"""Part of the shorter body's terms that may remain, where a number or date tells them apart."""
REPLACED: Final = 0.25
"""And where nothing else does: nearly nothing remains."""
SAME_TITLE_TERMS: Final = 30
"""Terms that both bodies must have where the titles are equal (``Weekly letter``)."""
BODY_CHARACTERS: Final = 8_000
"""Characters of a body that are compared."""
_DATE: Final = re.compile(
    r"(?:19|20)\d\d[-/_.]?(?:0?[1-9]|1[0-2])(?:[-/_.]?\d{1,2})?(?!\d)|\d{5,}|[0-9a-f]{8}-[0-9a-f]{4}-"
)
_WORD: Final = re.compile(r"[^\W\d_]+")
SLUG_WORDS: Final = 4
"""Words in one part of an address that make it the headline of one article."""


def another(old: Worded, new: Entry, now: datetime) -> str | None:
    """Why ``new`` is another entry than ``old``, which stood under its key before; None: it is a revision of it.

    Args:
        old: what is stored, as of its newest revision.
        new: what stands there now.
        now: when it was read.

    Only where the key is the address and the address names no article (no date, long number or headline in it), and
    20 hours lie between their dates (between the readings, where one has none): ``number`` and ``date`` where the
    titles disagree in these and the body is mostly another; ``title`` where hardly anything of either is left;
    ``text`` where the title stays and the body is another.

    Raises:
        ValueError: a datetime is naive.
    """
    if new.url is None or new.text_hash == old.text_hash or not _by_address(new) or _article(new.url_key or new.url):
        return None
    before, after = (old.published, new.published) if old.published and new.published else (old.seen, now)
    if before.tzinfo is None or after.tzinfo is None:
        raise ValueError(f"a naive datetime is refused: {before!r}, {after!r}")
    if after - before < ISSUE_APART:
        return None
    ours, theirs = _terms(old.text or old.teaser), _terms(new.text or new.teaser)
    left = _shared(ours, theirs)
    if old.title == new.title:
        long = min(len(ours), len(theirs)) >= SAME_TITLE_TERMS
        return "text" if long and left <= REPLACED and old.published and new.published else None
    if left <= BODIES_SHARE:
        if _disagree(numbers(old.title), numbers(new.title)):
            return "number"
        if calendar(old.title) and calendar(new.title) and calendar(old.title) != calendar(new.title):
            return "date"
    titles = _shared(set(title_terms(old.title)), set(title_terms(new.title)))
    return "title" if ours and theirs and left <= REPLACED and titles <= TITLES_SHARE else None


def _by_address(entry: Entry) -> bool:
    """Whether the entry has no id but its address."""
    return entry.key == entry.url or (entry.url_key is not None and canonical(entry.key) == entry.url_key)


def _article(address: str) -> bool:
    """Whether an address names one article: by a date, a long number, or the words of a headline."""
    path = address.partition("://")[2].partition("/")[2]
    return _DATE.search(path) is not None or any(
        len(_WORD.findall(part)) >= SLUG_WORDS for part in re.split(r"[/?&#=]", path)
    )


def _terms(body: str) -> set[str]:
    return set(title_terms(body[:BODY_CHARACTERS]))


def _shared(ours: Collection[str], theirs: Collection[str]) -> float:
    """Part of the smaller set that the larger has too; 0 where one is empty."""
    smaller = min(len(ours), len(theirs))
    return len(set(ours) & set(theirs)) / smaller if smaller else 0.0


def _disagree(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    return bool(ours and theirs) and not (ours <= theirs or theirs <= ours)
