"""What keeps unlike articles out of an event: how alike they must be, and templates, which never are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from monitor.analysis.clustering.features import Features
from monitor.analysis.clustering.same import one_outlet
from monitor.analysis.clustering.titles import Title, calendar_veto, dated, number_veto, title_of
from monitor.analysis.text import spaceless
from monitor.analysis.title import stem
from monitor.analysis.wordlists import CALENDAR, MONTHS_SHORT
from monitor.model import Group

BODIES: Final = 0.22
HEADLINES: Final = 0.28
"""The score from which an article belongs to an event: with bodies on both sides (development data: .20 to .26 is best,
as corpus and statistics go) and by headlines alone (read by eye in two streams: from .30 on 9 in 10 are right, from .28
to .30 and from .26 to .28 2 in 3)."""
BODY_SIZE: Final = 40
"""Shingles of a body that is more than a teaser (judgement)."""
MEMBERS: Final = 60
LASTS: Final = timedelta(days=14)
STRICTER: Final = 0.05
"""An event of more stories than this, or that lasts longer, asks this much more for each doubling (judgement)."""
TOGETHER: Final = 120
"""Stories that two events may have together when they become one (development data: 60 parts what is one)."""
SERIES: Final = 3
"""A masked title seen this often in 30 days is a series: horoscopes, bulletins (judgement)."""
TEMPLATE_TERMS: Final = 3
"""Terms that two titles share before their differences make a template of them."""
SPACELESS_SWAP: Final = 4
"""Characters of a name in a script without spaces."""
_CALENDAR_TERMS: Final = frozenset(map(stem, (*CALENDAR, *MONTHS_SHORT)))


def threshold(group: Group, when: datetime, *, bodies: bool) -> float:
    """The score that an article of ``when`` needs for an event."""
    asked = BODIES if bodies else HEADLINES
    if group.size > MEMBERS:
        asked += STRICTER * math.log2(group.size / MEMBERS)
    lasts = max(group.last_seen, when) - min(group.first_seen, when)
    if lasts > LASTS:
        asked += STRICTER * math.log2(lasts / LASTS)
    return asked


def united(one: Group, two: Group) -> Group:
    """Two events as one; its middle is that of the first."""
    return replace(
        one,
        size=one.size + two.size,
        first_seen=min(one.first_seen, two.first_seen),
        last_seen=max(one.last_seen, two.last_seen),
    )


def bounded(one: Group, two: Group) -> bool:
    """Whether two events together are neither large nor long."""
    both = united(one, two)
    return both.size <= TOGETHER and both.last_seen - both.first_seen <= LASTS


def only_dates(shared: Iterable[str]) -> bool:
    """Whether terms that two titles share are numbers and words of the calendar: the day's puzzle and the day's match
    have nothing else in common."""
    return all(term.startswith("#") or term in _CALENDAR_TERMS for term in shared)


def one_template(a: Features, b: Features) -> bool:
    """Whether the titles of two *different* articles are filled from one template: another number, date or name in the
    same words; or one outlet's title again. Those are never one happening, however alike."""
    ours, theirs = (title_of(one.article.title, one.article.outlet) for one in (a, b))
    if ours.folded == theirs.folded:
        return bool(ours.folded) and one_outlet(a, b)
    differ = ours.terms ^ theirs.terms
    in_series = len(ours.numbers) + len(theirs.numbers) + 2 * (len(ours.calendar) + len(theirs.calendar))
    swapped = 2 * SPACELESS_SWAP if any(map(spaceless, differ)) else 2
    if len(differ) > swapped + in_series:  # most candidates end here
        return False
    mine, other = _undated(ours), _undated(theirs)
    if mine == other:  # also a single word: "Horoscope for ..."
        return number_veto(ours, theirs) or calendar_veto(ours, theirs) or _recounted(ours, theirs)
    if _size(mine & other) < TEMPLATE_TERMS:
        return False
    return _swapped(list((mine - other).elements()), list((other - mine).elements()), a, b)


def _recounted(ours: Title, theirs: Title) -> bool:
    """Whether as many numbers stand in both, and not the same: evening 3 of 4 and evening 4 of 4."""
    one, two = (sorted(term for term in title.sequence if term.startswith("#")) for title in (ours, theirs))
    return len(one) == len(two) and one != two


def _swapped(ours: list[str], theirs: list[str], a: Features, b: Features) -> bool:
    """Whether the one word that differs is a name: it tells the most of each title, and is no form of the other."""
    if not ours or not theirs:
        return False
    if all(map(spaceless, ours + theirs)):
        return max(len(ours), len(theirs)) <= SPACELESS_SWAP
    if len(ours) > 1 or len(theirs) > 1 or ours[0][:4] == theirs[0][:4]:
        return False
    return all(
        one.terms.get(term, 0.0) >= max(one.terms.values(), default=0.0) for one, term in ((a, ours[0]), (b, theirs[0]))
    )


def _undated(title: Title) -> Counter[str]:
    return Counter(term for term, word in zip(title.sequence, title.words, strict=True) if not dated(term, word))


def _size(terms: Counter[str]) -> float:
    """A character of a script without spaces is half a word."""
    return sum((0.5 if spaceless(term) else 1.0) * count for term, count in terms.items())
