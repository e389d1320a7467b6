"""Whether two articles are one and the same: a copy, an abridged or lightly edited one, never another on the event.

The rules are those of tier 1 of the lab's accuracy study. They look at the two articles alone, never at what else was
read: a verdict that may silence an alert is the same on the first day and after a year, and in a back-test. A veto is
stronger than any likeness. In doubt two articles stay apart, because a fold hides an alert and a missed fold only
repeats one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from monitor.analysis.clustering.features import Features
from monitor.analysis.clustering.titles import FULL_TERMS, Title, common, conflict, inserted, likeness, title_of
from monitor.analysis.outlets import publisher_key
from monitor.analysis.text import words_of
from monitor.analysis.title import stem
from monitor.limits import BODY_WINDOW, STORY_WINDOW
from monitor.model import Join

REPEAT_WINDOW: Final = timedelta(hours=36)
"""A title of one outlet (at another address) is the article again within this time, later a standing title that
comes back every week; also the time within which a title of 3 terms is enough (lab)."""
TITLE_WINDOW: Final = timedelta(hours=96)
"""Titles that differ by insertions are compared up to this distance (lab)."""
DAY: Final = timedelta(hours=24)
PLACE_TIE: Final = 0.60
"""Mean part of the terms that two titles must have in common at one address of one outlet, or over one text that has
nothing of its title: the topic's own words are shared anyway, and make half of a short headline (judgement)."""
TIE: Final = 0.30
"""Mean part of each title's terms found in the other's title or lead, below which nothing makes two articles one: one
text is filed under several heads, and unlike texts share the boilerplate around them (lab)."""
SAME_OUTLET_BODY: Final = 0.60
"""Likeness of titles over one body within one outlet: a video and a podcast share their blurb (lab)."""
BODY_FLOOR: Final = 20
"""Shingles of the smaller body below which bodies tell nothing (lab)."""
BODY_FULL: Final = 60
"""And from which on they tell the most (lab)."""
OWN_TITLE: Final = 0.25
"""Part of its title's terms that a body must have to be taken for the article's: the text of a wall in front of the
article has hardly any (judgement)."""
NEARLY_ALL: Final = 0.95
"""Part of the smaller body from which on a text is the other's, though their titles disagree (lab: 0.80 to 0.95)."""
STANDING_SHINGLES: Final = 40
STANDING_CONTAINMENT: Final = 0.60
"""Equal titles more than a day apart over bodies of at least this many shingles that share less than this part are
standing titles: a daily market note keeps half of its text (lab)."""
HEADING: Final = 4
"""Words of an address's path, its numbers among them, from which on it names one article (judgement)."""
_GROWING: Final = frozenset("live liveblog liveticker ticker changelog releases updates topic topics tag tags".split())
"""Words in the path of a page to which ever new things are added."""
FOREIGN: Final = 0.20
"""Bodies that share less than this are different articles under any titles (lab: 0.10)."""
LONG_AS: Final = 0.75
"""Part of the longer text's shingles that the shorter has at least where one is made after the other's pattern."""
UNLIKE: Final = 0.50
UNLIKE_SHINGLES: Final = 30
"""Bodies of at least this many shingles that share less than this are different articles under titles that are only
alike: reports of one event often have such. Shorter ones are teasers, which every outlet writes anew (judgement)."""


@dataclass(frozen=True, slots=True)
class _Bodies:
    """What two bodies share: ``c`` of the smaller one's ``m`` shingles, ``r`` of all."""

    c: float
    r: float
    m: int


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two articles and all that the rules ask of them; ``b`` is the earlier."""

    a: Features
    b: Features
    ours: Title
    theirs: Title
    apart: timedelta
    equal: bool
    """Their titles are."""
    tie: float
    alike: float
    bodies: _Bodies | None
    """None: at least one is too short, or unknown."""

    @property
    def same_outlet(self) -> bool:
        return one_outlet(self.a, self.b)

    @property
    def trusted(self) -> int:
        """How many of the two bodies are about their title."""
        return sum(len(side.told) >= OWN_TITLE * len(side.terms) for side in (self.a, self.b))

    def unlike(self, floor: float, shingles: int) -> bool:
        """Whether bodies of at least so many shingles share less than ``floor``. A wall before one of the articles is
        no text of its own, and says nothing."""
        bodies = self.bodies
        return bodies is not None and self.trusted != 1 and bodies.m >= shingles and bodies.c < floor

    def join(self, rule: str) -> Join:
        numbers = {
            "hours": round(self.apart.total_seconds() / 3600, 2),
            "ts": round(self.alike, 3),
            "t2b": round(self.tie, 3),
        }
        if self.bodies is not None:
            numbers |= {"c": round(self.bodies.c, 3), "r": round(self.bodies.r, 3), "m": self.bodies.m}
        return Join(self.b.article.id, rule, numbers)


def same_story(a: Features, b: Features) -> Join | None:
    """Whether two articles are one story, by the first rule that decides; ``b`` is the earlier and named in the join.

    ``url``: equal canonical address, unless titles differ and disagree in numbers or dates (an address that a
    newsletter uses for every issue). ``title=``: equal stripped title, long enough, and no standing title. ``body=``:
    equal long text; ``body``: one text holds most of the other; both under titles with a tie. ``title~``: one title is
    the other with little put in; ``title<``: it is the other abridged. Titles are compared within ``STORY_WINDOW``,
    bodies within ``BODY_WINDOW``.

    The numbers: ``hours`` apart; ``ts`` likeness of the titles; ``t2b`` mean part of each title found in the other
    article; where both bodies are known ``c`` part of the smaller one's shingles that the other has, ``m`` how many it
    has, ``r`` part of all; all but ``hours`` and ``m`` are 0 to 1. Both ways the verdict is the same.
    """
    apart = abs(a.article.when - b.article.when)
    tie, equal = _tie(a, b), _equal_keys(a, b)
    one_url = a.article.url_key is not None and a.article.url_key == b.article.url_key
    if not (one_url or equal) and (tie < TIE or apart > BODY_WINDOW):  # nearly all pairs end here
        return None
    ours, theirs = (title_of(side.article.title, side.article.outlet) for side in (a, b))
    equal = equal or (ours.folded != "" and ours.folded == theirs.folded)
    pair = _Pair(a, b, ours, theirs, apart, equal, tie, likeness(ours, theirs), _shared(a, b))
    if one_url and _one_page(pair):
        return pair.join("url")
    if tie < TIE or apart > BODY_WINDOW:
        return None
    rule = _rule(pair)
    return pair.join(rule) if rule else None


def one_outlet(a: Features, b: Features) -> bool:
    """Whether two articles are of one publisher, however its name is spelled: then other rules count."""
    ours, theirs = a.article, b.article
    return publisher_key(ours.outlet, ours.url) == publisher_key(theirs.outlet, theirs.url)


def may_share_body(a: Features, b: Features) -> bool:
    """Whether the shingles of both are needed to decide; where not, they change nothing."""
    return (
        min(a.size, b.size) >= BODY_FLOOR
        and not _equal_texts(a, b)
        and abs(a.article.when - b.article.when) <= BODY_WINDOW
        and _tie(a, b) >= TIE
    )


def _rule(pair: _Pair) -> str | None:
    """The rule that makes one story of two articles with a tie."""
    vetoed = conflict(pair.ours, pair.theirs)
    near = pair.apart <= STORY_WINDOW and not vetoed
    if near and pair.equal and not pair.unlike(FOREIGN, BODY_FULL) and _telling(pair):
        return "title="
    if pair.bodies is not None and _one_text(pair, pair.bodies, vetoed=vetoed):
        return "body=" if _equal_texts(pair.a, pair.b) else "body"
    within = REPEAT_WINDOW if pair.same_outlet else TITLE_WINDOW
    if near and not pair.equal and pair.apart <= within and not pair.unlike(UNLIKE, UNLIKE_SHINGLES):
        return inserted(pair.ours, pair.theirs, pair.alike, soon=pair.apart <= REPEAT_WINDOW)
    return None


def _one_page(pair: _Pair) -> bool:
    """Whether an equal address means one article. Elsewhere it does; within one outlet two titles that share nothing
    are two things on one page, a changelog's or a live page's, and the titles must have a tie."""
    if pair.equal:
        return True
    one, two = pair.ours, pair.theirs
    if conflict(one, two) and one.genre == two.genre:
        return False
    return not pair.same_outlet or common(one, two) >= PLACE_TIE or _named_by(pair.a.article.url_key or "", one, two)


def _named_by(url_key: str, one: Title, two: Title) -> bool:
    """Whether the address is that of one article, which was given another title: it has a heading of its own, several
    words or a date, and a word of each title is in it. No page to which things are added."""
    path = words_of(urlsplit(url_key).path).texts
    if not _GROWING.isdisjoint(path):
        return False
    heading = [stem(word) for word in path if len(word) > 1 or word.isdigit()]
    terms = frozenset(heading)
    return len(heading) >= HEADING and not (terms.isdisjoint(one.terms) or terms.isdisjoint(two.terms))


def _telling(pair: _Pair) -> bool:
    """Whether an equal title proves the same article: it is long enough for the time between, and no standing one."""
    bodies = pair.bodies
    if (
        bodies
        and pair.trusted
        and bodies.m >= STANDING_SHINGLES
        and pair.apart > DAY
        and bodies.c < STANDING_CONTAINMENT
    ):
        return False
    size = max(pair.ours.size, pair.theirs.size)
    if pair.same_outlet:
        return size >= FULL_TERMS and pair.apart <= REPEAT_WINDOW
    return size >= FULL_TERMS or (size >= FULL_TERMS - 1 and pair.apart <= REPEAT_WINDOW)


def _one_text(pair: _Pair, bodies: _Bodies, *, vetoed: bool) -> bool:
    """Whether one body holds so much of the other that they are one article. The further apart, the more is asked:
    what comes back every day keeps much of its text."""
    if not pair.trusted and common(pair.ours, pair.theirs) < PLACE_TIE:
        return False
    full = bodies.m >= BODY_FULL
    if vetoed:
        needed = NEARLY_ALL
    elif pair.apart <= DAY:
        needed = 0.50 if full else 0.65
    else:
        needed = 0.65 if pair.apart <= STORY_WINDOW else 0.80
    if bodies.m < BODY_FLOOR or bodies.c < needed:
        return False
    if pair.same_outlet and not _again(pair, bodies, vetoed=vetoed):
        return False
    return not _exchanged(pair)


def _again(pair: _Pair, bodies: _Bodies, *, vetoed: bool) -> bool:
    """Whether one outlet brings a text again, and not the next of a series or another piece with the same blurb."""
    if bodies.m < BODY_FULL or bodies.c < (NEARLY_ALL if vetoed else 0.80):
        return False
    return pair.apart <= REPEAT_WINDOW or (not vetoed and pair.alike >= SAME_OUTLET_BODY)


def _exchanged(pair: _Pair) -> bool:
    """Whether each of two articles has a word in title and text that the other has nowhere: a robot's text with another
    name put in. A copy under a headline of its own has its words in both texts, unless it is much shorter."""
    a, b = pair.a, pair.b
    return min(a.size, b.size) >= LONG_AS * max(a.size, b.size) and not (
        a.told <= b.vector.keys() or b.told <= a.vector.keys()
    )


def _tie(a: Features, b: Features) -> float:
    """Mean part of each title's terms found in the other's title or lead; 1 where both titles are missing."""
    shares = [len(one.terms.keys() & two.vector.keys()) / len(one.terms) for one, two in ((a, b), (b, a)) if one.terms]
    return sum(shares) / len(shares) if shares else 1.0


def _equal_keys(a: Features, b: Features) -> bool:
    return a.article.title_key is not None and a.article.title_key == b.article.title_key


def _equal_texts(a: Features, b: Features) -> bool:
    return a.article.body_hash is not None and a.article.body_hash == b.article.body_hash


def _shared(a: Features, b: Features) -> _Bodies | None:
    smaller = min(a.size, b.size)
    if _equal_texts(a, b):
        return _Bodies(1.0, 1.0, smaller)
    if not (a.shingles and b.shingles and may_share_body(a, b)):
        return None
    shared = len(a.shingles & b.shingles)
    return _Bodies(shared / smaller, shared / (a.size + b.size - shared), smaller)
