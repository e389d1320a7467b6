"""An article taken apart once, for all comparisons; what of it is stored, and how."""

from __future__ import annotations

import math
import re
import sys
import unicodedata
import zlib
from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from monitor.analysis.clustering.weights import Frequencies
from monitor.analysis.inflection.guess import tongue_of
from monitor.analysis.scripts import simplified
from monitor.analysis.text import Words, spaceless, words_of
from monitor.analysis.title import strip_title, terms_of
from monitor.limits import TITLE_CAP
from monitor.model import Article, Packed

BODY_WORDS: Final = 200
"""Words of a body that terms are taken from (lab: 60 to 1,000 make no difference)."""
VECTOR_TERMS: Final = 160
"""Terms that a vector keeps (lab): those of the title, then those of the body as they come, so that which ones they
are does not depend on what was counted."""
SHINGLE_TEXT: Final = 8_000
"""Characters of a body that shingles are made of (lab); half as many of a script without spaces."""
SHINGLE_CHARACTERS: Final = 6
"""Characters in a row that one shingle of a script without spaces holds (lab)."""
_BODY_TEXT: Final = 8 * BODY_WORDS
_LANGUAGE_TEXT: Final = 800
_SAMPLE: Final = 100
"""Runs of letters that are looked at to tell which kind of script a text is in."""
_ZERO: Final = 0x30
_STEPS: Final = 10_000
"""A weight of 0 to 1 is stored as one character: ``0`` and ten thousand steps above it, all below the surrogates."""
_WIDE: Final = f"utf-16-{sys.byteorder[0]}e"
_RUN: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Features:
    """What two articles are compared by."""

    article: Article
    """Its ``body`` is empty where it was loaded from the store."""
    terms: Mapping[str, float]
    """Terms of the stripped title to their weights."""
    vector: Mapping[str, float]
    """Terms of title and body in their order to ``(1 + ln tf) w``, title terms counted twice extra; of unit length."""
    shingles: frozenset[int]
    """Of every 3 words of the body in a row; empty where they were not loaded."""
    size: int
    """How many shingles it has, also where they were not loaded."""
    told: frozenset[str] = frozenset()
    """Terms of the title that its own body has too."""


def language_of(article: Article) -> str:
    """The language whose frequencies count for the article; empty where nobody knows."""
    text = f"{article.title[:TITLE_CAP]} {article.body[:_LANGUAGE_TEXT]}"
    return tongue_of(article.language, words_of(text).texts)


def counted_terms(article: Article) -> frozenset[str]:
    """The terms that count once for this article in its language's frequencies, and whose frequencies
    :func:`features` asks for."""
    return frozenset((*_title_terms(article), *_body_terms(article.body)))


def features(article: Article, frequencies: Frequencies) -> Features:
    """Take an article apart. Which terms and shingles it has depends on the article alone, their weights on
    ``frequencies``."""
    title = dict.fromkeys(_title_terms(article))
    counts = Counter(dict.fromkeys(title, 0))
    counts.update(_body_terms(article.body))
    told = frozenset(term for term in title if counts[term])
    for term in title:
        counts[term] += 3
    weights = {term: frequencies.weight(term) for term in list(counts)[:VECTOR_TERMS]}
    raw = {term: (1 + math.log(counts[term])) * weight for term, weight in weights.items()}
    length = math.sqrt(sum(value * value for value in raw.values())) or 1.0
    shingles = shingles_of(article.body)
    return Features(
        article,
        {term: weights[term] for term in title if term in weights},
        {term: value / length for term, value in raw.items()},
        shingles,
        len(shingles),
        told,
    )


def pack(one: Features) -> Packed:
    """As it is stored: the terms of the vector, those of the title first, and their weights as one character each,
    then those of the title's terms and which of them the body has."""
    told = "".join("1" if term in one.told else "0" for term in one.terms)
    terms = "\n".join((" ".join(one.vector), _written(one.vector), _written(one.terms), told))
    return Packed(terms, one.size, array("I", sorted(one.shingles)).tobytes())


def unpack(article: Article, packed: Packed) -> Features:
    """The opposite of :func:`pack`, the weights to four places; it is read 50 times for each new article, and this is
    twice as fast as JSON.

    Raises:
        ValueError: the terms were not made by :func:`pack`.
    """
    joined, weights, title, told = packed.terms.split("\n")
    terms = joined.split(" ") if joined else []
    return Features(
        article,
        dict(zip(terms, _read(title), strict=False)),
        dict(zip(terms, _read(weights), strict=True)),
        unpack_shingles(packed.shingles),
        packed.size,
        frozenset([term for term, has in zip(terms, told, strict=False) if has == "1"]),
    )


def unpack_shingles(packed: bytes) -> frozenset[int]:
    """The shingles of a :class:`Packed`."""
    return frozenset(array("I", packed))


def shingles_of(text: str, cap: int = SHINGLE_TEXT) -> frozenset[int]:
    """Hashes, 32 bits wide and the same in every process, of every 3 words in a row, in scripts without spaces of
    every 6 characters; of the first ``cap`` characters."""
    levelled = unicodedata.normalize("NFKC", text[:cap]).lower()
    runs: list[str] = _RUN.findall(levelled)
    sample = runs[:_SAMPLE]
    dense = sum(len(run) for run in sample if spaceless(run))
    if 2 * dense > sum(map(len, sample)):
        letters = simplified("".join(runs)[: cap // 2])
        data, width = letters.encode("utf-32-le", "surrogatepass"), 4 * SHINGLE_CHARACTERS
        return frozenset([zlib.crc32(data[at : at + width]) for at in range(0, len(data) - width + 1, 4)])
    words = [run.encode("utf-8", "surrogatepass") for run in runs]
    return frozenset([zlib.crc32(b"%b %b %b" % three) for three in zip(words, words[1:], words[2:], strict=False)])


def _written(weights: Mapping[str, float]) -> str:
    return "".join([chr(_ZERO + round(weight * _STEPS)) for weight in weights.values()])


def _read(written: str) -> list[float]:
    return [(code - _ZERO) / _STEPS for code in array("H", written.encode(_WIDE))]


def _title_terms(article: Article) -> tuple[str, ...]:
    return terms_of(words_of(strip_title(article.title[:TITLE_CAP], article.outlet)))


def _body_terms(body: str) -> tuple[str, ...]:
    return _lead_terms(body[:_BODY_TEXT])


@lru_cache(maxsize=64)
def _lead_terms(lead: str) -> tuple[str, ...]:
    """Cached: the terms are asked for before the article is taken apart, to look up their frequencies."""
    words = words_of(lead)
    return terms_of(Words(words.texts[:BODY_WORDS], words.starts[:BODY_WORDS], words.ends[:BODY_WORDS]))
