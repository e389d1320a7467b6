"""The canonical form of words, in which topics and texts are compared; it remembers where each word stood.

Both sides of every comparison go through :func:`tokenise`. Letter case, accents, width, apostrophes
and traditional Chinese are levelled; scripts without spaces between words (Han, kana, Hangul, Thai, Lao,
Khmer, Burmese) give one token a character, so that a name is found inside running text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from monitor.analysis.scripts import HAN, simplified


@dataclass(frozen=True, slots=True)
class Token:
    """One word in canonical form; ``start`` and ``end`` are offsets in the original text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one text side by side with their places: three lists of equal length."""

    texts: list[str]
    starts: list[int]
    ends: list[int]


def _ranges(codes: Iterable[int]) -> str:
    """The inside of a regular expression class for ascending code points."""
    runs: list[list[int]] = []
    for code in codes:
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in runs)


_JAMO: Final = "\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff"
_SPACELESS: Final = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3100-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # Han
    f"\uac00-\ud7a3{_JAMO}"  # Hangul: particles stick to the name before them
    "\u0e01-\u0e4f\u0e80-\u0ecf\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u1780-\u17d3"  # Thai, Lao, Burmese, Khmer
)
_MARKS: Final = _ranges(code for code in range(0x300, 0x10000) if unicodedata.category(chr(code)).startswith("M"))
_LETTER: Final = rf"[^\W\d_{_SPACELESS}]"
_RUN: Final = rf"{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*"
_ALNUM: Final = rf"[^\W_{_SPACELESS}]"

# Letters and digits are parted ("Qwen3" is "Qwen 3"), digits and letters are not ("4o" is not "4").
# C++ and Disney+ keep their plus, C# its sign; in "Apple+Google" and "#Alibaba#" these only part words.
_TOKEN: Final = re.compile(
    rf"(?![{_MARKS}])[{_SPACELESS}][{_MARKS}]*"
    rf"|\d+(?:[.,]\d+)*(?:{_RUN})?"
    rf"|(?<!{_ALNUM})(?<!\#){_LETTER}\#(?!\#|{_ALNUM})"
    rf"|{_RUN}(?:\+\+|\+(?!\+*{_ALNUM}))?"
    rf"|&"
)
_ASCII_TOKEN: Final = re.compile(
    r"\d+(?:[.,]\d+)*[a-z]*|(?<![a-z0-9#])[a-z]\#(?![a-z0-9#])|[a-z]+(?:\+\+|\+(?!\+*[a-z0-9]))?|&"
)
_CLUSTER: Final = re.compile(rf"(?:[{_JAMO}]+|.)[{_MARKS}\uff9e\uff9f]*", re.DOTALL)
_SPACELESS_CHARACTER: Final = re.compile(f"[{_SPACELESS}]")

# Apostrophes of every kind part words, as in "Ma's" and "l'Alibaba"; trade marks are no letters.
_LEVELLED: Final = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201b\u02bc\u02bb\u02b9\u02be\u02bf\u2032`\u00b4\uff07", "'"),
        "™": " ", "℠": " ", "\u0640": "", "\u066b": ".", "\u066c": ",",
    }
)  # fmt: skip
# Letters that NFD does not take apart, and forms of Arabic letters that are typed for one another or written so in
# Persian and Urdu (as in Lucene's Arabic and Persian normalisation).
_LETTERS: Final = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th",
        "Ł": "L", "Ø": "O", "Đ": "D", "Ð": "D", "Ħ": "H", "ẞ": "SS", "Æ": "AE", "Œ": "OE", "Þ": "TH",
        "ک": "ك", "ڪ": "ك", "ی": "ي", "ى": "ي", "ٱ": "ا", "ة": "ه", "ۃ": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه",
    }
)  # fmt: skip
# A mark is an accent only on these letters; on a kana or in Devanagari it makes another letter.
_ACCENTED: Final = re.compile("[\u0000-\u03ff\u0590-\u06ff\u0750-\u077f\u08a0-\u08ff\u1e00-\u1fff\u2c60-\u2c7f]")
_STRESSED: Final = frozenset("аеёиоуыэюяіїєАЕЁИОУЫЭЮЯІЇЄ")
_COMPLEX: Final = "\ue000"
"""Stands for a character whose canonical form is not one character, so that offsets must be counted."""
_IRREGULAR: Final = re.compile(f"[^{_COMPLEX}]?{_COMPLEX}+")


def tokenise(text: str, *, keep_accents: bool = False, keep_case: bool = False) -> tuple[Token, ...]:
    """The words of a text in canonical form, in order, with their offsets in ``text``.

    Letters are split from the digits after them, but not digits from the letters after them; a number
    keeps its inner ``.`` and ``,``; ``&`` is a word. Punctuation and apostrophes only part words.
    """
    words = (
        words_of(text)
        if not (keep_accents or keep_case)
        else _count(text, _COMPLEX * len(text), keep_accents, keep_case)
    )
    return tuple(map(Token, words.texts, words.starts, words.ends))


def fold(text: str) -> str:
    """The canonical words as one string, ``" a b c "``, whose spaces are the word borders; empty without words."""
    words = words_of(text).texts
    return f" {' '.join(words)} " if words else ""


def words_of(text: str) -> Words:
    """What :func:`tokenise` gives, as three lists: 2 to 3 times faster, for the matcher's inner loop."""
    if text.isascii():
        return _cut(_ASCII_TOKEN, text.lower())
    simple = text.translate(_FOLDS)
    if _COMPLEX in simple:
        return _count(text, simple, False, False)
    return _cut(_TOKEN, simple)


def spaceless(word: str) -> bool:
    """Whether a word is one character of a script that puts no spaces between words."""
    return _SPACELESS_CHARACTER.match(word) is not None


def _cut(pattern: re.Pattern[str], folded: str) -> Words:
    spans = [found.span() for found in pattern.finditer(folded)]
    return Words([folded[start:end] for start, end in spans], [start for start, _ in spans], [end for _, end in spans])


def _count(text: str, simple: str, keep_accents: bool, keep_case: bool) -> Words:
    """The slow way, for texts whose canonical form has another length: ``simple`` says where it has."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for irregular in _IRREGULAR.finditer(simple):
        parts.append(simple[done : irregular.start()])
        starts.extend(range(done, irregular.start()))
        ends.extend(range(done + 1, irregular.start() + 1))
        done = irregular.end()
        for cluster in _CLUSTER.finditer(text, irregular.start(), done):
            part = _canonical(cluster.group(), keep_accents, keep_case)
            parts.append(part)
            starts.extend([cluster.start()] * len(part))
            ends.extend([cluster.end()] * len(part))
    parts.append(simple[done:])
    starts.extend(range(done, len(text)))
    ends.extend(range(done + 1, len(text) + 1))
    words = _cut(_TOKEN, "".join(parts))
    return Words(words.texts, [starts[at] for at in words.starts], [ends[at - 1] for at in words.ends])


@lru_cache(maxsize=8192)
def _canonical(cluster: str, keep_accents: bool, keep_case: bool) -> str:
    """A character with its marks in canonical form; a fixed point, since NFKC and casefold undo each other."""
    for _ in range(4):
        levelled = unicodedata.normalize("NFKC", cluster.translate(_LEVELLED))
        if not keep_case:
            levelled = levelled.casefold()
        if not keep_accents:
            levelled = "".join(_plain(unicodedata.normalize("NFD", levelled))).translate(_LETTERS)
        levelled = "".join(_visible(unicodedata.normalize("NFC", levelled)))
        if HAN.search(levelled):
            levelled = simplified(levelled)
        if levelled == cluster:
            break
        cluster = levelled
    if len(cluster) > 1 and not any(map(str.isalnum, cluster)):
        return " "
    return cluster


def _plain(decomposed: str) -> Iterator[str]:
    """Without the accents of Latin, Greek, Arabic and Hebrew letters; of Cyrillic only stress marks and ё."""
    base = ""
    for character in decomposed:
        if unicodedata.category(character) != "Mn":
            base = character
        elif base and (_ACCENTED.match(base) or (character in "\u0300\u0301" and base in _STRESSED)):
            continue
        elif character == "\u0308" and base in ("е", "Е"):
            continue
        yield character


def _visible(text: str) -> Iterator[str]:
    """Without soft hyphens, joiners, direction marks and variation selectors; digits of every script as ASCII."""
    for character in text:
        if unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f":
            continue
        yield str(unicodedata.decimal(character)) if character.isdecimal() else character


class _Folds(dict[int, str]):
    """Canonical forms for ``str.translate``, worked out when first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        form = _canonical(character, False, False)
        if len(form) != 1 or unicodedata.category(character).startswith("M") or _JOINS.match(character):
            form = _COMPLEX
        if len(self) < 65_536:  # a hostile text must not fill the memory
            self[code] = form
        return form


_JOINS: Final = re.compile(f"[{_JAMO}\uff9e\uff9f]")
_FOLDS: Final = _Folds()
