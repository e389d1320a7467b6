"""What a title says without its publisher's dress, and in which respects two titles must not differ.

Copies of an article carry its headline with another outlet's name behind it or a word like *Update*
before it. Numbers and calendar words are taken by value: they tell one issue of a series from the next.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Final

from monitor.analysis.address import outlet_key
from monitor.analysis.text import Words, fold, spaceless, words_of
from monitor.analysis.wordlists import (
    AGAIN,
    CALENDAR,
    DRESS,
    GENRES,
    MAGNITUDES,
    MONTHS_SHORT,
    NEGATIONS,
    NUMBER_WORDS,
    STOP,
    TURNING,
)

TAIL_TOKENS: Final = 6
"""Words a publisher's name has at most; twice as many characters where there are no spaces (lab)."""
HEAD_TOKENS: Final = 3
"""Words that must remain before a tail is dropped (lab)."""
_SEPARATOR: Final = re.compile(r"\s+[-\u2013\u2014|·•:]+\s+|\s*[|_丨｜]\s*")
_PREFIX: Final = re.compile(rf"\s*[\[(【]?\s*(?:{DRESS})\s*(?:[\])】:：|｜丨!]+|\s[-\u2013\u2014]\s)\s*", re.IGNORECASE)
_UPDATE: Final = re.compile(r"\s*(?:update|refile|correct(?:ed|ion)?|wrapup)\s*\d{0,2}\s*-\s*(?=\S)", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def strip_title(title: str, outlet: str = "", known_tails: Collection[str] = ()) -> str:
    """The title without publisher behind it and without *Breaking*, *Update 2* and their kin before it.

    A tail of at most 6 words goes if at least 3 words remain and it is the outlet's name or host (either holds the
    other) or, folded, one of ``known_tails``; a prefix goes if it is on a closed list. Both at most twice (lab).
    What makes another piece of it (*Live*, *Analysis*, *Why*) stays. Never empty for a title with words.
    """
    for _ in range(2):
        split = split_tail(title)
        if split is None or not _publisher(split[1], outlet, known_tails):
            break
        title = split[0]
    for _ in range(2):
        found = _UPDATE.match(title) or _PREFIX.match(title)
        if found is None or not words_of(title[found.end() :]).texts:
            break
        title = title[found.end() :]
    return title.strip()


def split_tail(title: str) -> tuple[str, str] | None:
    """A title parted at its last separator into head and tail; None if the tail is too long for a name, or the head
    too short for a title."""
    separators = list(_SEPARATOR.finditer(title))
    if not separators:
        return None
    head, tail = title[: separators[-1].start()], title[separators[-1].end() :]
    words = words_of(tail).texts
    size = sum(0.5 if spaceless(word) else 1 for word in words)
    if not words or size > TAIL_TOKENS or len(words_of(head).texts) < HEAD_TOKENS:
        return None
    return head, tail


def tail_of(title: str) -> str | None:
    """The folded tail of a title, if it may be a publisher's name: without number, calendar word and genre."""
    split = split_tail(title)
    if split is None or numbers(split[1]) or calendar(split[1]) or genre(title) != genre(split[0]):
        return None
    return fold(split[1])


def title_terms(title: str) -> tuple[str, ...]:
    """What a title is compared by, in its order: stems of words, values of numbers, and pairs of characters of
    scripts without spaces. Stop words are left out."""
    return terms_of(words_of(title))


def terms_of(words: Words) -> tuple[str, ...]:
    """The same of words that were taken apart already."""
    terms: list[str] = []
    before = -1
    for term, at in elements(words):
        word = words.texts[at]
        if spaceless(word):
            if before >= 0 and words.ends[before] == words.starts[at]:
                terms.append(words.texts[before] + word)
            before = at
        else:
            terms.append(term)
            before = -1
    return tuple(terms)


def elements(words: Words) -> Iterator[tuple[str, int]]:
    """What each word that counts is compared by (stem, ``#value``, or the character itself), and its place."""
    texts = words.texts
    skip = False
    for at, word in enumerate(texts):
        if skip:
            skip = False
            continue
        if word in STOP:  # the s of a possessive is one
            continue
        kind, term, value = _term(word)
        if kind:
            unit = texts[at + 1] if at + 1 < len(texts) else ""
            # A lone letter is a metre as often as a million; within "5m" it was read already.
            skip = kind == 2 and unit in MAGNITUDES and (len(unit) > 1 or not unit.isascii())
            if skip:
                term = f"#{value * MAGNITUDES[unit]:.12g}"
        yield term, at


def numbers(title: str) -> frozenset[str]:
    """The values of the numbers in a title: ``100K`` is ``100,000``, ``sixteen`` is ``16``."""
    return frozenset(term for term, _ in elements(words_of(title)) if term.startswith("#"))


def calendar(title: str) -> frozenset[str]:
    """Its words for weekdays, months, parts of the day and quarters, each by a name common to several languages."""
    return calendar_of(words_of(title).texts)


def calendar_of(texts: Sequence[str]) -> frozenset[str]:
    """The same of words that were taken apart already."""
    found = {CALENDAR[word] for word in texts if word in CALENDAR}
    for at, word in enumerate(texts):
        beside = (*texts[max(at - 1, 0) : at], *texts[at + 1 : at + 2]) if word in MONTHS_SHORT else ()
        if any(map(_DIGITS.fullmatch, beside)):
            found.add(MONTHS_SHORT[word])
        elif word == "q" and texts[at + 1 : at + 2] and texts[at + 1] in ("1", "2", "3", "4"):
            found.add(f"q{texts[at + 1]}")
        elif word in ("月", "日", "号") and at and _DIGITS.fullmatch(texts[at - 1]):
            found.add(texts[at - 1] + word)
    joined = "".join(filter(spaceless, texts)) if not "".join(texts).isascii() else ""
    if joined:
        found.update(name for word, name in _SPACELESS_CALENDAR if word in joined)
    return frozenset(found)


def genre(title: str) -> str:
    """What sort of piece a title announces where it is no plain report: ``live``, ``explainer``, ``opinion`` ...; else
    empty. A live blog has the words of the report and is another piece (3 of 17 merges read by eye; lab)."""
    for name, pattern in GENRES:
        if pattern.search(title):
            return name
    return ""


def stem(word: str) -> str:
    """One rule for all languages: of more than 4 letters the last two go, but 4 to 6 stay; of 4, a last s (lab)."""
    if len(word) > 4:
        return word[: min(6, max(4, len(word) - 2))]
    return word[:3] if len(word) == 4 and word.endswith("s") else word


def turned(terms: Collection[str]) -> bool:
    """Whether one of these terms turns a title round: a negation, *former*, *hoax*; or makes another event of it:
    *second*, *again*, *may*."""
    return not _TURNING.isdisjoint(terms)


def turns(folded: str) -> tuple[int, ...]:
    """How often each word that turns a title round stands in a canonical one, of scripts without spaces, where no
    single character would tell: 中止, ない, ไม่."""
    if folded.isascii():
        return ()
    joined = folded.replace(" ", "")
    return tuple(map(joined.count, _TURNS))


@lru_cache(maxsize=4096)
def _outlet(name: str) -> str:
    """Cached: each title is taken apart with its publisher's name."""
    return outlet_key(name)


def _publisher(tail: str, outlet: str, known_tails: Collection[str]) -> bool:
    if fold(tail) in known_tails:
        return True
    ours, theirs = _outlet(outlet), _outlet(tail)
    if not ours or not theirs:
        return False
    shorter, longer = sorted((ours, theirs), key=len)
    # Two letters are in too many names ("US" in "usatoday"); two Chinese characters are a name.
    return ours == theirs or (shorter in longer and (len(shorter) > 2 or not shorter.isascii()))


@lru_cache(maxsize=32_768)
def _term(word: str) -> tuple[int, str, float]:
    """What a word is compared by: (2, ``#value``, value) for a number, (1, ``#word``, 0) for what is more than a
    number, (0, stem, 0) for other words."""
    value = _value(word)
    if value is None:
        return 0, word if spaceless(word) else stem(word), 0.0
    return (2, f"#{value:.12g}", value) if isinstance(value, float) else (1, f"#{value}", 0.0)


def _value(word: str) -> float | str | None:
    """The value of a number; what is more than a number (``4o``, ``3.10.2026``) as it stands; None for other words."""
    if word in NUMBER_WORDS:
        return NUMBER_WORDS[word]
    digits = _DIGITS.match(word)
    if digits is None:
        return None
    unit = word[digits.end() :]
    if unit in ("st", "nd", "rd", "th"):
        return float(digits[0]) if digits[0].isdigit() else word
    if unit and unit not in MAGNITUDES:
        return word
    plain = digits[0].replace(",", "") if _THOUSANDS.fullmatch(digits[0]) else digits[0].replace(",", ".")
    try:
        return float(plain) * MAGNITUDES.get(unit, 1)
    except ValueError:  # a date or a version: 3.10.2026
        return word


_TURNING: Final = frozenset(map(stem, NEGATIONS | AGAIN))
_TURNS: Final = tuple(sorted("".join(words_of(word).texts) for word in TURNING))
_SPACELESS_CALENDAR: Final = tuple((word, name) for word, name in CALENDAR.items() if len(word) > 1 and spaceless(word))
