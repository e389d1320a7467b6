"""Guesses which language a text is in, as far as the endings of its names go: by its small words and letters.

Among the Slavic languages in Latin letters a wrong guess costs little, since the forms of names are checked exactly;
so a short headline need only show that it is in one of them, and ``SLAVIC`` stands for all. Between Russian and
Ukrainian it is the same (``EASTERN``).
"""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from monitor.analysis.inflection.smallwords import (
    CYRILLIC_LETTERS,
    CYRILLIC_WORDS,
    OTHER_LETTERS,
    OTHER_WORDS,
    SLAVIC_LETTERS,
    SLAVIC_MORE,
    SLAVIC_WORDS,
)
from monitor.analysis.query.tongues import base_language

SLAVIC: Final = "slavic"
"""A Slavic language in Latin letters, nobody knows which."""
EASTERN: Final = "ru-uk"
"""Russian or Ukrainian."""
READ_WORDS: Final = 200
"""Words of a text that its language is guessed from: more change nothing (lab: 100 words of 3,564 articles in six
languages give the right one but for 8)."""
_SCRIPT_STEP: Final = 5
"""Of these every fifth says which letters the text is in."""
_HEAD: Final = 250
"""Characters that are looked at for words of one letter as they are written: a headline, and what follows."""
_HEAD_LETTERS: Final = 150
"""Characters that are looked at for letters with marks: a longer text has small words enough."""
_SHAPED_WORDS: Final = 40
"""Words that are looked at for the shape of a Slavic word: further on small words are plenty."""

_WRITES_CYRILLIC: Final = frozenset("ru uk bg sr mk be kk ky tg mn uz az tt ba cv os ce tk sh bs cnr ro".split())
_NEVER_LATIN: Final = frozenset(
    "ru uk bg mk be ky tg mn tt ba zh ja ko ar fa ur he el hi bn ta te th ka hy my km lo am".split()
)
SAME: Final = {"nb": "no", "nn": "no", "bs": "hr", "sh": "hr", "cnr": "hr", "sr": "hr"}
"""What a declared code means in a text in Latin letters."""

_OWN: Final = 2
"""What a word counts that only Slavic, or only other languages have; one that both have counts 1."""
_GUESSED: Final = 2
"""What a text that declares nothing must show at least to be taken for Slavic, and more than of any other language."""
_CLEAR: Final = 3
"""The same for one that declares another language, and more than twice what there is of that."""
_CERTAIN: Final = 10
"""What a text must show to be in another language than the Slavic one it declares, and twice as much as of that
(judgement: one or two sentences)."""
_AHEAD: Final = 2 * _OWN
"""What one Slavic language must have more than the next to be taken alone."""
_LETTERS: Final = 3
"""What an alphabet's own letter counts in Cyrillic, in small words."""
_CYRILLIC_CERTAIN: Final = 5
"""Small words that a text in Cyrillic must have to be in another language than it declares."""


_LATIN_CODES: Final = (*SLAVIC_WORDS, *OTHER_WORDS)
_SLOT: Final = 16
"""Bits of one score: all scores of a word are one number, so that a text's are their sum (5 times faster)."""
_SCORES: Final = struct.Struct(f"<{len(_LATIN_CODES) + 1}H")
"""The scores of a sum: Slavic as a whole, then by language."""


def _latin_scores() -> dict[str, int]:
    """What each small word counts, as a sum of scores."""
    slavic, other, more = _by_word(SLAVIC_WORDS), _by_word(OTHER_WORDS), set(SLAVIC_MORE.split())
    values = {}
    for word in slavic.keys() | other.keys() | more:
        is_slavic = word in slavic or word in more
        weight = 1 if is_slavic and word in other else _OWN
        slots = [1 + _LATIN_CODES.index(one) for one in (*slavic.get(word, ()), *other.get(word, ()))]
        values[word] = sum(weight << _SLOT * slot for slot in [*slots, *([0] if is_slavic else [])])
    return values


def _by_word(lists: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Small words, each with the languages that have it."""
    known: dict[str, list[str]] = defaultdict(list)
    for language, words in lists.items():
        for word in dict.fromkeys(words.split()):
            known[word].append(language)
    return {word: tuple(languages) for word, languages in known.items()}


_LATIN_KNOWN: Final = _latin_scores()
_LONGER: Final = {word: score for word, score in _LATIN_KNOWN.items() if len(word) > 1}
_CYRILLIC_SCORES: Final = struct.Struct(f"<{len(CYRILLIC_WORDS)}H")
_CYRILLIC_KNOWN: Final = {
    word: sum(1 << _SLOT * list(CYRILLIC_WORDS).index(one) for one in languages)
    for word, languages in _by_word(CYRILLIC_WORDS).items()
}

_SHAPE: Final = re.compile(
    r"(?:prz|krz|trz|brz|wsp|wst|wzr|wy[bdjkmnprsz][^aeiou]|wy[bdkpst][aeioru]|vy[bdhjkmnprstvz]|zd[rv]|zml|vlad[^iy]"
    r"|vz[abdnpt]|roz[bcdhjklmnpstv]|raz[bdgklmnprstv]|bezp|na[jw]v|nej[bdlmnsv]|naj[bdlmnsvw]|mlu?v)[a-z]{2,}"
    r"|[a-z]*(?:[^s]yj[aeiu]|szcz|czn)[a-z]*"
    r"|[a-z]+(?:[skcnwz](?:ki)?ego|[nktvl]emu|[nkv]eho|[nwktczs]ych|ow[iy]|ov[iy]|ciej|niej|[kw]iej|cj[iae]|uj[aei]|ujic"
    r"|owa[lcn][aieoy]?|ova[lt][aio]|ovat|st[wv][aou]|ctv[aoiu]|stvi|nosti?|nosc|ovsk[ey]|o[wv]ej|sk[eo]j|skem)"
)


@lru_cache(maxsize=32_768)
def _shaped(word: str) -> bool:
    """Whether a word begins or ends as many Slavic ones do and hardly any others; the family names in -ski, -ova and
    -ovic, which stand in texts of all languages, do not count."""
    return len(word) > 4 and _SHAPE.fullmatch(word) is not None


def tongue_of(language: str | None, words: Sequence[str], written: str | None = None) -> str:
    """The language of a text as a code, ``SLAVIC`` or ``EASTERN``; empty where nobody knows.

    A declared language (``pl``, ``sr-Latn``) counts unless the text plainly is in another, or cannot be, since that
    language is written in another script. ``words`` are canonical tokens; the first ``READ_WORDS`` are looked at.
    ``written`` is the text with its letters and capitals as they are; where it is in ASCII and declares English or
    nothing, only Slavic languages are thought of.
    """
    sample = words[:READ_WORDS]
    declared = base_language(language) or ""
    plain = written is not None and written.isascii()
    if not plain:
        initials = "".join([word[0] for word in sample[:: _SCRIPT_STEP if len(sample) > _SCRIPT_STEP * 10 else 1]])
        cyrillic, latin = len(_CYRILLIC.findall(initials)), len(_LATIN.findall(initials))
        if 2 * max(cyrillic, latin) <= len(initials):
            return ""
        if cyrillic > latin:
            return _cyrillic(declared if declared in _WRITES_CYRILLIC else "", sample)
    if declared in _NEVER_LATIN:
        declared = ""
    return _latin(SAME.get(declared, declared), sample, written, only_slavic=plain and declared in ("", "en"))


_CYRILLIC: Final = re.compile("[\u0400-\u052f]")
_LATIN: Final = re.compile("[a-z]")


def _cyrillic(declared: str, sample: Sequence[str]) -> str:
    small = sum([_CYRILLIC_KNOWN[word] for word in sample if word in _CYRILLIC_KNOWN])
    scores = dict(
        zip(CYRILLIC_WORDS, _CYRILLIC_SCORES.unpack(small.to_bytes(_CYRILLIC_SCORES.size, "little")), strict=True)
    )
    own = _alphabet("".join(sample))
    if own:
        scores[own] = scores.get(own, 0) + _LETTERS * (1 + (own in ("kk", "be", "mk")))
    best = max(scores, key=scores.__getitem__)
    if declared in scores:
        overruled = scores[best] >= _CYRILLIC_CERTAIN and scores[best] >= 2 * scores[declared]
        return best if overruled else declared
    if declared:
        return best if scores[best] >= max(_CYRILLIC_CERTAIN, len(sample) / 10) else ""
    eastern = max(scores["ru"], scores["uk"])
    if scores[best] > eastern:
        return best
    return EASTERN if abs(scores["ru"] - scores["uk"]) < _OWN else max("ru", "uk", key=scores.__getitem__)


_VOWEL_SIGN: Final = re.compile("ъ(?![еюя])")
"""The Bulgarian vowel; in Russian the letter stands before these alone."""


def _alphabet(text: str) -> str:
    """The first alphabet that has a letter of the text which no other has; empty: none."""
    for one, own in CYRILLIC_LETTERS.items():
        if any([letter in text for letter in own]):
            return "be" if one == "ru" and "і" in text else one
    if "і" in text:
        return "uk"
    return "bg" if "ъ" in text and _VOWEL_SIGN.search(text) else ""


def _latin(declared: str, sample: Sequence[str], written: str | None, *, only_slavic: bool) -> str:
    small, lettered = 0, _NO_LETTERS
    if written is None:
        small = sum([_LATIN_KNOWN[word] for word in sample if word in _LATIN_KNOWN])
    else:
        head = written[:_HEAD]
        small = sum([_LONGER[word] for word in sample if word in _LONGER])
        for letter in _single(head) & _LATIN_KNOWN.keys():
            small += _LATIN_KNOWN[letter] * sample.count(letter)
        if not head.isascii():
            lettered = _letters(head[:_HEAD_LETTERS])
    counted, *by_language = _SCORES.unpack(small.to_bytes(_SCORES.size, "little"))
    slavic = counted + lettered.slavic + sum(map(_shaped, sample[:_SHAPED_WORDS]))
    if only_slavic and slavic < _GUESSED:
        return ""
    scores = dict(zip(_LATIN_CODES, by_language, strict=True))
    for one in lettered.own:
        scores[one] += _OWN
    found = _decided(declared, scores, slavic, lettered.other, len(sample))
    return found if found in _SLAVIC_CODES or not only_slavic else ""


_SLAVIC_CODES: Final = frozenset((*SLAVIC_WORDS, SLAVIC))
_FIRST: Final = frozenset("AIOUVWZ")
"""Capitals that are words at the beginning: without K and S, which are parties and short for South."""


def _single(head: str) -> set[str]:
    """Letters that are words of a text's beginning: small ones, or the first; so not those of ``Gen Z``, ``U.S.``,
    ``Ma's``."""
    words = head.split()
    single = {word for word in words if len(word) == 1 and word.islower()}
    if words and words[0] in _FIRST:
        single.add(words[0].lower())
    if head.isupper():
        single.update(word.lower() for word in words if len(word) == 1)
    return single


class _Lettered(NamedTuple):
    """What letters with marks say for Slavic, for other languages, and of which Slavic ones they are."""

    slavic: int
    other: int
    own: tuple[str, ...]
    in_name: bool = False


_NO_LETTERS: Final = _Lettered(0, 0, ())
_MARKED: Final = {letter: own for own, letters in SLAVIC_LETTERS.items() for letter in letters}
_OTHER_LETTERS: Final = frozenset(OTHER_LETTERS)


@lru_cache(maxsize=32_768)
def _letters_of(word: str) -> _Lettered:
    letters = set(word.lower())
    is_small = word.lstrip("„“”\"'‘’‚«»(")[:1].islower()
    if not letters.isdisjoint(_OTHER_LETTERS):
        return _Lettered(0, _OWN * is_small, ())
    if letters.isdisjoint(_MARKED):
        return _NO_LETTERS
    own = tuple({_MARKED[letter] for letter in letters & _MARKED.keys()} - {""})
    return _Lettered(_OWN * is_small, 0, own, in_name=not is_small)


def _letters(head: str) -> _Lettered:
    """What the letters of a text's beginning say. A word in capitals may be a name from abroad: all of them count 1,
    every other one 2."""
    words = [_letters_of(word) for word in head.split() if not word.isascii()]
    names = any([word.in_name for word in words])
    return _Lettered(
        sum([word.slavic for word in words]) + names,
        sum([word.other for word in words]),
        tuple([one for word in words for one in word.own]),
    )


def _decided(declared: str, scores: Mapping[str, int], slavic: int, foreign: int, size: int) -> str:
    """The language of a text in Latin letters, of its declared one and what was counted."""
    best_other = max(OTHER_WORDS, key=scores.__getitem__)
    rest = scores[best_other]
    if declared in SLAVIC_WORDS:
        best = max(scores, key=scores.__getitem__)
        overruled = scores[best] >= _CERTAIN and scores[best] >= 2 * scores[declared]
        return best if overruled else declared
    enough = max(_CLEAR if declared else _GUESSED, size / 10)
    if slavic >= enough and slavic > max(rest + foreign, 2 * scores.get(declared, 0)):
        return _which(scores)
    if declared in scores:
        overruled = rest >= _CERTAIN and rest >= 2 * scores[declared]
        return best_other if overruled else declared
    least = max(_CERTAIN, size / 5) if declared else max(1, size / 10)
    return best_other if scores[best_other] >= least and scores[best_other] > foreign else ""


def _which(scores: Mapping[str, int]) -> str:
    """The Slavic language, where one stands out."""
    second, best = sorted(SLAVIC_WORDS, key=scores.__getitem__)[-2:]
    return best if scores[best] >= scores[second] + _AHEAD else SLAVIC
