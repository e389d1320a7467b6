"""Titles taken apart, and whether one is the other with words put in: copies do that, templates exchange words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from monitor.analysis.text import spaceless, words_of
from monitor.analysis.title import calendar_of, elements, genre, strip_title, turned, turns
from monitor.analysis.wordlists import CALENDAR, ENDINGS, MONTHS_SHORT, VARIANTS
from monitor.limits import TITLE_CAP

FULL_TERMS: Final = 4
"""Terms that make a title telling; two characters of a script without spaces count as one (lab)."""
ABRIDGED: Final = 0.80
"""Likeness below which a title with words put in is called an extended form of the other."""
INFLECTED: Final = 2
"""Words of two titles that may differ in their ending (lab)."""


@dataclass(frozen=True, slots=True)
class Title:
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
    follows: frozenset[tuple[str, str]]
    """Each term with the word before it."""
    planned: frozenset[tuple[str, str]]
    """Terms behind an English *to*, which is yet to come, with the word before that."""
    cut: bool
    """It ends in dots: whoever copied it had no room for the rest."""


@lru_cache(maxsize=8192)
def title_of(title: str, outlet: str) -> Title:
    """Cached: an article is compared with up to ``CANDIDATES_CAP`` others, and each of them with many."""
    stripped = strip_title(title[:TITLE_CAP], outlet)
    words = words_of(stripped)
    places = list(elements(words))
    found = [(term, words.texts[at]) for term, at in places]
    terms = frozenset(term for term, _ in found)
    return Title(
        folded=" ".join(words.texts),
        sequence=tuple(term for term, _ in found),
        words=tuple(word for _, word in found),
        terms=terms,
        size=sum(0.5 if spaceless(word) else 1.0 for term, word in found if not dated(term, word)),
        numbers=frozenset(term for term in terms if term.startswith("#")),
        calendar=calendar_of(words.texts),
        genre=genre(stripped),
        follows=frozenset((words.texts[at - 1], term) for term, at in places if at),
        planned=frozenset((words.texts[at - 2], term) for term, at in places if at > 1 and words.texts[at - 1] == "to"),
        cut=stripped.endswith(("\u2026", "...")),
    )


def likeness(ours: Title, theirs: Title) -> float:
    """Part of the letters that the two have in common, whatever the order of the words (token_sort_ratio, 0 to 1)."""
    return float(fuzz.token_sort_ratio(ours.folded, theirs.folded)) / 100


def conflict(ours: Title, theirs: Title) -> bool:
    """Whether two titles announce different things, however alike they are: both have numbers and neither has all of
    the other's, both have words of the calendar and not the same, or they are pieces of another genre."""
    return number_veto(ours, theirs) or calendar_veto(ours, theirs) or ours.genre != theirs.genre


def number_veto(ours: Title, theirs: Title) -> bool:
    """Both have numbers and neither has all of the other's."""
    one, two = ours.numbers, theirs.numbers
    return bool(one and two) and not (one <= two or two <= one)


def calendar_veto(ours: Title, theirs: Title) -> bool:
    """Both have words of the calendar, and not the same."""
    return bool(ours.calendar and theirs.calendar) and ours.calendar != theirs.calendar


def dated(term: str, word: str) -> bool:
    """Whether a term, with the word behind it, is a number or of the calendar: it tells one of a series from the next,
    and nothing of what it is about."""
    return term.startswith("#") or word in CALENDAR or word in MONTHS_SHORT


def common(ours: Title, theirs: Title) -> float:
    """Mean part of each title's terms that the other has; 1 where a title is missing."""
    if not ours.terms or not theirs.terms:
        return 1.0
    shared = len(ours.terms & theirs.terms)
    return (shared / len(ours.terms) + shared / len(theirs.terms)) / 2


def inserted(ours: Title, theirs: Title, alike: float, *, soon: bool) -> str | None:
    """Whether one title is the other with words put in: all terms of the shorter, in its order, none exchanged.

    ``title~`` where little was put in, ``title<`` where one is an abridged form of the other; else None. A template
    swaps a word, a copy adds or drops some (lab: every plain score merges 50 to 90 % of templates). Inflected words
    (two at most) count as equal. What is put in must not turn the title round. ``alike`` is their :func:`likeness`;
    ``soon`` one came so shortly after the other that a title of 4 terms is enough to know it abridged.
    """
    if min(ours.size, theirs.size) < FULL_TERMS:
        return None
    short, long = (ours, theirs) if len(ours.sequence) <= len(theirs.sequence) else (theirs, ours)
    if len(short.terms - long.terms) > INFLECTED:  # most pairs end here
        return None
    missing = list((Counter(short.sequence) - Counter(long.sequence)).elements())
    extra = list((Counter(long.sequence) - Counter(short.sequence)).elements())
    twins: dict[str, str] = {}
    if missing:
        if len(missing) > INFLECTED or len(extra) != len(missing) or any(t.startswith("#") for t in missing + extra):
            return None
        twins = dict(zip(missing, extra, strict=True))
        extra = []
    if not (ours.planned.isdisjoint(theirs.follows) and theirs.planned.isdisjoint(ours.follows)):
        return None  # what was to happen has happened: that is news
    if (_turned(extra, short, long) and not _cut_off(short, long)) or not _subsequence(short, long, twins):
        return None
    sequence = {twins.get(term, term) for term in short.sequence}
    shared, total = len(sequence & long.terms), len(sequence | long.terms)
    if alike >= 0.90 or shared / total >= 0.80:
        return "title~"
    if short.size < FULL_TERMS + 1 and not (soon and alike >= ABRIDGED):
        return None
    return "title~" if alike >= ABRIDGED else "title<" if alike >= 0.72 else None


def _turned(extra: list[str], short: Title, long: Title) -> bool:
    """Whether what the longer title has more turns it round, or makes another thing of what it is about."""
    if not VARIANTS.isdisjoint(Counter(long.words) - Counter(short.words)):
        return True
    return turned(extra) or any(map(int.__lt__, turns(short.folded), turns(long.folded)))


def _cut_off(short: Title, long: Title) -> bool:
    """Whether the shorter title is the beginning of the longer, and says that it was cut there: then the rest cannot
    turn it round. Not where the rest names a day or number: of a series all begin alike."""
    at = len(short.sequence)
    rest = zip(long.sequence[at:], long.words[at:], strict=True)
    return short.cut and short.sequence == long.sequence[:at] and not any(dated(*pair) for pair in rest)


def _subsequence(short: Title, long: Title, twins: Mapping[str, str]) -> bool:
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
