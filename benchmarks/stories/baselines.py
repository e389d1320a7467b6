"""The simple methods that other programs use, on the same articles: what is gained by more than one number.

Each compares an article with all earlier ones within the window and joins the story of the likest one; thresholds are
those that the programs run with, or the lab's where they are nobody's.
"""

from __future__ import annotations

import math
import re
import zlib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from rapidfuzz import fuzz, process

from benchmarks.stories.runs import FIRST, Item
from monitor.analysis.text import spaceless, words_of
from monitor.analysis.title import title_terms
from monitor.analysis.wordlists import STOP

JACCARD: Final = 0.55
"""worldmonitor."""
OVERLAP, OVERLAP_WORDS, OVERLAP_SHARED = 0.6, 5, 3
"""NewsBlur: overlap coefficient of significant words, of which each title has at least 5 and both share 3; or the
same title. Words of the publisher's name and bare digits do not count."""
CONTENT: Final = 0.85
"""Feedly: share of the content that is the same; taken as the Jaccard index of 3-word shingles."""
TOKEN_SET: Final = 90
TFIDF: Final = 0.5
BODY_WORDS: Final = 200
VECTOR_TERMS: Final = 80

Weighted = Mapping[str | int, float]


class Method(Protocol):
    """A way to say which articles are the same."""

    name: str

    def same(self, one: int, two: int) -> bool:
        """Whether two articles, by their numbers, are the same."""
        ...

    def stories(self, window: timedelta | None = None) -> list[int]:
        """The number of each article's story, in their order, which is that of time."""
        ...


class Shared:
    """Compares what two articles have in common: words, shingles, weighted terms."""

    def __init__(
        self,
        name: str,
        items: Sequence[Item],
        parts: Sequence[Weighted],
        score: Callable[[float, float, float], float],
        *,
        or_same_title: bool = False,
    ) -> None:
        """``parts`` of each article with their weights; ``score`` of what two share and of what each has, 0 where they
        are not the same."""
        self.name = name
        self._items = items
        self._parts = parts
        self._sizes = [sum(one.values()) for one in parts]
        self._score = score
        self._title = [" ".join(words_of(item.title).texts) if or_same_title else "" for item in items]

    def same(self, one: int, two: int) -> bool:
        """Whether the score is high enough, or the titles are equal where that counts."""
        if self._title[one] and self._title[one] == self._title[two]:
            return True
        mine, other = self._parts[one], self._parts[two]
        shared = sum(weight * other[part] for part, weight in mine.items() if part in other)
        return shared > 0 and self._score(shared, self._sizes[one], self._sizes[two]) > 0

    def stories(self, window: timedelta | None = None) -> list[int]:
        """As :class:`Method`."""
        story: list[int] = []
        titled: dict[str, int] = {}
        postings: dict[str | int, list[int]] = defaultdict(list)
        oldest = _oldest(self._items, window)
        for number, parts in enumerate(self._parts):
            title = self._title[number]
            other = titled.get(title, -1) if title else -1
            if other < oldest[number]:
                other = self._likest(parts, number, postings, oldest[number])
            story.append(number if other < 0 else story[other])
            titled[title] = number
            for part in parts:
                postings[part].append(number)
        return story

    def _likest(self, parts: Weighted, number: int, postings: Mapping[str | int, list[int]], oldest: int) -> int:
        shared: dict[int, float] = defaultdict(float)
        for part, weight in parts.items():
            found = postings.get(part, ())
            for other in found[bisect_left(found, oldest) :]:
                shared[other] += weight * self._parts[other][part]
        best, likest = 0.0, -1
        for other, amount in shared.items():
            score = self._score(amount, self._sizes[number], self._sizes[other])
            if score > best or (score == best > 0 and other > likest):
                best, likest = score, other
        return likest


class ExactTitle:
    """The same title, letter for letter."""

    name = "exact title"

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items

    def same(self, one: int, two: int) -> bool:
        """As :class:`Method`."""
        return bool(self._items[one].title) and self._items[one].title == self._items[two].title

    def stories(self, window: timedelta | None = None) -> list[int]:
        """As :class:`Method`."""
        story: list[int] = []
        last: dict[str, int] = {}
        for number, (item, oldest) in enumerate(zip(self._items, _oldest(self._items, window), strict=True)):
            other = last.get(item.title, -1) if item.title else -1
            story.append(story[other] if other >= max(oldest, 0) else number)
            last[item.title] = number
        return story


class TokenSet:
    """RapidFuzz's token_set_ratio of the titles."""

    name = "token_set 90"

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self._titles = [" ".join(words_of(item.title).texts) for item in items]

    def same(self, one: int, two: int) -> bool:
        """As :class:`Method`."""
        return fuzz.token_set_ratio(self._titles[one], self._titles[two]) >= TOKEN_SET

    def stories(self, window: timedelta | None = None) -> list[int]:
        """As :class:`Method`."""
        story: list[int] = []
        for number, oldest in enumerate(_oldest(self._items, window)):
            found = process.extractOne(
                self._titles[number], self._titles[oldest:number], scorer=fuzz.token_set_ratio, score_cutoff=TOKEN_SET
            )
            story.append(number if found is None else story[oldest + found[2]])
        return story


def methods(items: Sequence[Item]) -> tuple[Method, ...]:
    """Every method, with the articles it is to compare: in the order of their dates."""
    vectors = _vectors(items)
    return (
        ExactTitle(items),
        Shared("title Jaccard .55", items, [_words(item) for item in items], _jaccard(JACCARD)),
        Shared("NewsBlur overlap", items, [_significant(item) for item in items], _overlap, or_same_title=True),
        Shared("content .85", items, [_shingles(item) for item in items], _jaccard(CONTENT)),
        TokenSet(items),
        Shared("TF-IDF .5", items, vectors, lambda shared, _one, _two: shared if shared >= TFIDF else 0),
    )


def beside(items: Sequence[Item], fast: bool) -> tuple[Method, ...]:
    """Every method, but none beside a small sample."""
    return () if fast else methods(items)


def _oldest(items: Sequence[Item], window: timedelta | None) -> list[int]:
    """For each article the number of the first one that is still compared with it."""
    if window is None:
        return [0] * len(items)
    times: list[datetime] = [item.when or FIRST for item in items]
    return [bisect_left(times, when - window) for when in times]


def _jaccard(least: float) -> Callable[[float, float, float], float]:
    def score(shared: float, one: float, two: float) -> float:
        found = shared / (one + two - shared)
        return found if found >= least else 0

    return score


def _overlap(shared: float, one: float, two: float) -> float:
    smaller = min(one, two)
    found = shared / smaller
    return found if smaller >= OVERLAP_WORDS and shared >= OVERLAP_SHARED and found >= OVERLAP else 0


def _words(item: Item) -> Weighted:
    return dict.fromkeys((word for word in words_of(item.title).texts if word not in STOP), 1.0)


def _significant(item: Item) -> Weighted:
    outlet = set(re.findall(r"\w+", item.outlet.casefold()))
    words = re.findall(r"\w+", item.title.casefold())
    return dict.fromkeys(
        (word for word in words if len(word) > 2 and word not in STOP and word not in outlet and not word.isdigit()),
        1.0,
    )


def _shingles(item: Item) -> Weighted:
    words = words_of(item.body).texts
    size = 6 if 2 * sum(map(spaceless, words)) > len(words) else 3
    return {zlib.crc32(" ".join(words[at : at + size]).encode()): 1.0 for at in range(len(words) - size + 1)}


def _vectors(items: Sequence[Item]) -> list[Weighted]:
    """``(1 + ln tf) ln((N + 1) / (df + .5))`` of title and body terms, of unit length; the frequencies are the
    corpus's own, which a running program would not have."""
    counted = [Counter(title_terms(f"{item.title}\n{' '.join(item.body.split()[:BODY_WORDS])}")) for item in items]
    seen = Counter(term for counts in counted for term in counts)
    total = len(items)
    found: list[Weighted] = []
    for counts in counted:
        raw = {t: (1 + math.log(n)) * max(0.0, math.log((total + 1) / (seen[t] + 0.5))) for t, n in counts.items()}
        heaviest = dict(sorted(raw.items(), key=lambda pair: (-pair[1], pair[0]))[:VECTOR_TERMS])
        length = math.sqrt(sum(value * value for value in heaviest.values())) or 1.0
        found.append({term: value / length for term, value in heaviest.items() if value})
    return found


NAMES: Final = tuple(method.name for method in methods(()))
"""Of the methods, in the order of their columns."""
