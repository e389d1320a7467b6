"""Which story an article belongs to: one and the same article and its copies, never another on the same event.

The rules are those of tier 1 of the lab's accuracy study, without term statistics: they compare titles,
addresses and hashes, and a veto is stronger than any likeness. In doubt two articles stay apart, because
a fold hides an alert and a missed fold only repeats one.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from monitor.analysis.address import outlet_key
from monitor.analysis.text import fold, spaceless, words_of
from monitor.analysis.title import calendar, elements, genre, numbers, strip_title, title_terms, turned
from monitor.analysis.wordlists import CALENDAR, ENDINGS, MONTHS_SHORT
from monitor.limits import CANDIDATES_CAP, STORY_WINDOW, TERMS_CAP
from monitor.model import Article, Join

REPEAT_WINDOW: Final = timedelta(hours=36)
"""A title of one outlet (at another address) is the article again within this time, later a standing title that
comes back every week; also the time within which a title of 3 terms is enough (lab)."""
TITLE_WINDOW: Final = timedelta(hours=96)
"""Titles that differ by insertions are compared up to this distance (lab)."""
FULL_TERMS: Final = 4
"""Terms that make a title telling; two characters of a script without spaces count as one (lab)."""
STANDING_CONTAINMENT: Final = 0.30
STANDING_HOURS: Final = 24.0
STANDING_SHINGLES: Final = 40
"""Equal titles over bodies of at least this many shingles that share less than this part of them are different
articles when they are further apart than this (lab: standing titles, daily market notes)."""
INFLECTED: Final = 2
"""Words of two titles that may differ in their ending (lab)."""
PLACE_TIE: Final = 0.60
"""Mean part of the terms that two titles at one address of one outlet must have in common: the topic's own
words are shared anyway, and make half of a short headline (judgement)."""
BODY_TIE: Final = 0.30
"""Part of their terms that the titles over one body must share (lab): one text is filed under several heads."""
SAME_OUTLET_BODY: Final = 0.60
"""Likeness of titles over one body within one outlet: a video and a podcast share their blurb (lab)."""
SHINGLE_TEXT: Final = 8000
"""Characters of a body that shingles are made of (lab)."""


@dataclass(frozen=True, slots=True)
class _Title:
    """A stripped title taken apart."""

    folded: str
    sequence: tuple[str, ...]
    """Stems, values of numbers, and single characters of scripts without spaces, in order."""
    words: tuple[str, ...]
    """The word behind each of ``sequence``."""
    terms: frozenset[str]
    size: float
    """How many terms it is worth; numbers and calendar words tell nothing, as in a horoscope for a certain day."""
    numbers: frozenset[str]
    calendar: frozenset[str]
    genre: str
    outlet: str
    """The publisher in comparable form."""


def cluster_keys(article: Article) -> tuple[str, ...]:
    """Up to ``TERMS_CAP`` keys under which an article with a like title is found again (``t:`` and a term).

    Without statistics the longest terms pass for the rarest; equal lengths are ordered by a hash, so that
    two versions of a title choose the same ones. The three cheap keys are columns and not among them.
    """
    terms = set(title_terms(strip_title(article.title, article.outlet)))
    ranked = sorted(terms, key=lambda term: (-len(term), zlib.crc32(term.encode()), term))
    return tuple(f"t:{term}" for term in ranked[:TERMS_CAP])


def join(article: Article, candidates: Sequence[Article]) -> Join | None:
    """The newest of the candidates that is the same article; None: it begins a story of its own.

    At most ``CANDIDATES_CAP`` are compared; those that share the address, the title or the body come before
    the newest others, so that a crowd of likenesses cannot push them out.
    """

    def shares(other: Article) -> bool:
        return any(
            mine is not None and mine == theirs
            for mine, theirs in (
                (article.url_key, other.url_key),
                (article.title_key, other.title_key),
                (article.body_hash, other.body_hash),
            )
        )

    others = [other for other in candidates if other.id != article.id]
    likely = sorted(others, key=lambda other: (shares(other), other.when, other.id), reverse=True)[:CANDIDATES_CAP]
    for other in sorted(likely, key=lambda other: (other.when, other.id), reverse=True):
        found = same_story(article, other)
        if found:
            return found
    return None


def same_story(a: Article, b: Article) -> Join | None:
    """Whether two articles are one story, by the first rule that decides; ``b`` is the earlier and named in the join.

    ``url``: equal canonical address, unless titles differ and disagree in numbers or dates (an address that a
    newsletter uses for every issue). Then, within ``STORY_WINDOW``: a veto of genre, numbers or calendar parts them;
    ``body=``: equal long text under titles with a tie; ``title=``: equal stripped title, long enough, and no standing
    title; ``title~``: one title is the other with words put in. The numbers are hours apart and likenesses, 0 to 1.
    """
    ours, theirs = _title(a.title, a.outlet), _title(b.title, b.outlet)
    hours = abs((a.when - b.when).total_seconds()) / 3600
    numbers = {"hours": round(hours, 2)}
    equal = (ours.folded != "" and ours.folded == theirs.folded) or (
        a.title_key is not None and a.title_key == b.title_key
    )
    vetoed = _disagree(ours.numbers, theirs.numbers) or _differ(ours.calendar, theirs.calendar)
    if a.url_key is not None and a.url_key == b.url_key and (equal or (not vetoed and _one_place(ours, theirs))):
        return Join(b.id, "url", numbers)
    if abs(a.when - b.when) > STORY_WINDOW or vetoed or ours.genre != theirs.genre:
        return None
    same_outlet = ours.outlet == theirs.outlet
    likeness = fuzz.token_sort_ratio(ours.folded, theirs.folded) / 100
    numbers["ts"] = round(likeness, 3)
    if equal and _telling(a, b, ours, same_outlet=same_outlet):
        return Join(b.id, "title=", numbers)
    if a.body_hash is not None and a.body_hash == b.body_hash:
        tie = _tie(ours, theirs)
        if tie >= BODY_TIE and (likeness >= SAME_OUTLET_BODY or not same_outlet):
            return Join(b.id, "body=", {**numbers, "tie": round(tie, 3)})
    within = REPEAT_WINDOW if same_outlet else TITLE_WINDOW
    if not equal and abs(a.when - b.when) <= within and _inserted(ours, theirs, likeness):
        return Join(b.id, "title~", numbers)
    return None


@lru_cache(maxsize=4096)
def _title(title: str, outlet: str) -> _Title:
    """Cached: an article is compared with up to ``CANDIDATES_CAP`` others, and each of them with many."""
    stripped = strip_title(title, outlet)
    found = list(elements(stripped))
    return _Title(
        folded=fold(stripped),
        sequence=tuple(term for term, _ in found),
        words=tuple(token.text for _, token in found),
        terms=frozenset(term for term, _ in found),
        size=sum(0.5 if spaceless(token.text) else 1.0 for term, token in found if not _dated(term, token.text)),
        numbers=numbers(stripped),
        calendar=calendar(stripped),
        genre=genre(stripped),
        outlet=outlet_key(outlet),
    )


def _one_place(ours: _Title, theirs: _Title) -> bool:
    """Whether an equal address means one article. Elsewhere it does; within one outlet two titles that share nothing
    are two things on one page, a changelog's or a live page's, and the titles must have a tie."""
    return ours.outlet != theirs.outlet or not ours.terms or not theirs.terms or _tie(ours, theirs) >= PLACE_TIE


def _dated(term: str, word: str) -> bool:
    return term.startswith("#") or word in CALENDAR or word in MONTHS_SHORT


def _disagree(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """The number veto: both have numbers and neither has all of the other's."""
    return bool(ours and theirs) and not (ours <= theirs or theirs <= ours)


def _differ(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """The calendar veto: both have words of the calendar, and not the same."""
    return bool(ours and theirs) and ours != theirs


def _telling(a: Article, b: Article, title: _Title, *, same_outlet: bool) -> bool:
    """Whether an equal title proves the same article: it is long enough for the time between, and no standing one."""
    apart = abs(a.when - b.when)
    hours = apart.total_seconds() / 3600
    if hours > STANDING_HOURS and a.body and b.body:
        ours, theirs = _shingles(a.body), _shingles(b.body)
        smaller = min(len(ours), len(theirs))
        if smaller >= STANDING_SHINGLES and len(ours & theirs) / smaller < STANDING_CONTAINMENT:
            return False
    if same_outlet:
        return title.size >= FULL_TERMS and apart <= REPEAT_WINDOW
    return title.size >= FULL_TERMS or (title.size >= FULL_TERMS - 1 and apart <= REPEAT_WINDOW)


@lru_cache(maxsize=128)
def _shingles(body: str) -> frozenset[int]:
    """Hashes of every 3 words in a row, of every 6 characters in scripts without spaces."""
    words = words_of(body[:SHINGLE_TEXT]).texts
    size = 6 if 2 * sum(map(spaceless, words)) > len(words) else 3
    return frozenset(hash(tuple(words[at : at + size])) for at in range(len(words) - size + 1))


def _tie(ours: _Title, theirs: _Title) -> float:
    """Mean part of each title's terms that the other has; 1 where a title is missing."""
    if not ours.terms or not theirs.terms:
        return 1.0
    shared = len(ours.terms & theirs.terms)
    return (shared / len(ours.terms) + shared / len(theirs.terms)) / 2


def _inserted(ours: _Title, theirs: _Title, likeness: float) -> bool:
    """Whether one title is the other with words put in: all terms of the shorter, in its order, none exchanged.

    A template swaps a word, a copy adds or drops some (lab: every plain score merges 50 to 90 % of templates).
    Inflected words (two at most) count as equal. What is put in must be little, and must not turn the title round.
    """
    if min(ours.size, theirs.size) < FULL_TERMS:
        return False
    short, long = (ours, theirs) if len(ours.sequence) <= len(theirs.sequence) else (theirs, ours)
    if len(short.terms - long.terms) > INFLECTED:  # most candidates end here
        return False
    missing = list((Counter(short.sequence) - Counter(long.sequence)).elements())
    extra = list((Counter(long.sequence) - Counter(short.sequence)).elements())
    twins: dict[str, str] = {}
    if missing:
        if len(missing) > INFLECTED or len(extra) != len(missing) or any(t.startswith("#") for t in missing + extra):
            return False
        twins = dict(zip(missing, extra, strict=True))
        extra = []
    if turned(extra) or not _subsequence(short, long, twins):
        return False
    sequence = {twins.get(term, term) for term in short.sequence}
    shared, total = len(sequence & long.terms), len(sequence | long.terms)
    if likeness >= 0.90 or shared / total >= 0.80:
        return True
    return short.size >= FULL_TERMS + 1 and likeness >= 0.72


def _subsequence(short: _Title, long: _Title, twins: Mapping[str, str]) -> bool:
    """Whether the longer title has the words of the shorter in their order, or forms of them."""
    rest = iter(zip(long.sequence, long.words, strict=True))
    return all(
        any(twins.get(term, term) == other and (term.startswith("#") or _alike(word, twin)) for other, twin in rest)
        for term, word in zip(short.sequence, short.words, strict=True)
    )


def _alike(word: str, twin: str) -> bool:
    """Whether two words are forms of one: a common beginning of 4 letters, and endings that inflection makes.

    A stem alone would make ``Bundesrat`` of ``Bundestag``. Beyond Latin letters two letters may differ (lab).
    """
    if word == twin:
        return True
    pairs = enumerate(zip(word, twin, strict=False))
    common = next((at for at, (mine, other) in pairs if mine != other), min(len(word), len(twin)))
    endings = {word[common:], twin[common:]}
    if not (word + twin).isascii():
        return common >= max(4, max(len(word), len(twin)) - 2)
    return endings <= ENDINGS if common >= 4 else common == 3 and endings == {"", "s"}
