"""Tier 2: which event, of those known, a story is about. For display only: it hides nothing.

No score made of words is right often enough to hide news (lab: on pairs of one happening precision .98 costs nearly
all recall). Each story stands by its first article: copies add neither weight nor words.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from operator import attrgetter
from typing import Final

from monitor.analysis.clustering.features import VECTOR_TERMS, Features
from monitor.analysis.clustering.guards import (
    BODY_SIZE,
    SERIES,
    bounded,
    one_template,
    only_dates,
    threshold,
    united,
)
from monitor.analysis.clustering.titles import Title, calendar_veto, number_veto, title_of
from monitor.model import Group, Grouped

WINDOW_HOURS: Final = 168.0
HEAVIEST: Final = 40
SLIGHT_COSINE: Final = 0.03
SLIGHT_OVERLAP: Final = 0.5
"""Who shares less weight than this of the article's title, and less than this by its 40 heaviest terms, was found by
chance and is not looked at further: half of the candidates with bodies."""
TEMPLATE_OVERLAP: Final = 0.3
"""Of two titles that may be filled from one template; most are not looked at further."""
COSINE: Final = 0.7
OVERLAP: Final = 0.3
A_DAY: Final = 0.05
VETO: Final = 0.1
"""s = .7 cos + .3 wc - .05 days - .1 for each veto; all from the lab's dev data."""
NEAREST: Final = 3
"""Members of an event that an article is compared with; one alone chains unlike events together (lab)."""
CENTROID_MEMBERS: Final = 12
"""Newest members that an event's middle is made of (lab)."""
RIVALS: Final = 2
"""Other events that an article may show to be the same one."""
ONE_EVENT: Final = 0.33
"""Cosine of the middles of two events that are the same one (development data: merging lifts the recall of headlines
from .37 to .61 and costs .02 of precision; read by eye, 3 in 4 merges were right, and of those below .33 1 in 2)."""


@dataclass(frozen=True, slots=True)
class _Side:
    """The new article, with what is needed for each comparison."""

    features: Features
    heaviest: Mapping[str, float]
    weight: float
    """Of all terms of its title."""
    dated: Title | None
    """Its title, if it has numbers or words of the calendar."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """An article beside a member of an event."""

    other: Features
    score: float
    cosine: float
    overlap: float
    days: float


def attach(
    article: Features,
    candidates: Sequence[tuple[Features, int]],
    groups: Mapping[int, Group],
    *,
    warm: bool,
    masked_before: int = 0,
) -> Grouped | None:
    """The event that a new story belongs to; None: it begins one. The first of :func:`likely`."""
    found = likely(article, candidates, groups, warm=warm, masked_before=masked_before)
    return found[0] if found else None


def likely(
    article: Features,
    candidates: Sequence[tuple[Features, int]],
    groups: Mapping[int, Group],
    *,
    warm: bool,
    masked_before: int = 0,
) -> list[Grouped]:
    """The events that a new story may belong to, best first.

    Args:
        article: The first of the story.
        candidates: First articles of earlier stories, each with the id of its event.
        groups: Those events by the ids that stand in ``candidates``; one that was merged stands for its root.
        warm: Whether the article's language was seen enough to tell rare words from common ones.
        masked_before: How often a title of the same template was seen in 30 days.

    ``numbers`` of each: ``S`` (half the mean ``s`` of the 3 nearest members, half the cosine with the event's middle),
    ``threshold`` that it reached, and ``s``, ``cos``, ``wc``, ``days`` of the likest member, which is ``other``.
    """
    if not warm or masked_before >= SERIES:
        return []
    title = title_of(article.article.title, article.article.outlet)
    ours = _Side(
        article,
        _heaviest(article.vector),
        math.fsum(article.terms.values()),
        title if title.numbers or title.calendar else None,
    )
    pairs: dict[int, list[_Pair]] = defaultdict(list)
    known: dict[int, Group] = {}
    barred: set[int] = set()
    for other, event in candidates:
        group = groups.get(event)
        pair = _pair(ours, other) if group is not None and group.id not in barred else None
        if group is None or pair is None:
            continue
        if pair.overlap >= TEMPLATE_OVERLAP and one_template(article, other):
            barred.add(group.id)
            pairs.pop(group.id, None)
            continue
        known[group.id] = group
        pairs[group.id].append(pair)
    scored = [_scored(article, found, known[event]) for event, found in pairs.items()]
    over = [grouped for grouped in scored if grouped is not None]
    return sorted(over, key=lambda one: (one.numbers["threshold"] - one.numbers["S"], one.event))


def merges(found: Sequence[Grouped], groups: Mapping[int, Group], centroid_of_first: str) -> list[int]:
    """Which of the events after the first of ``found`` (:func:`likely`) are the same one and go into it.

    The article belongs to both, their middles are alike (the first's with the article in it), no side has a body,
    and together they are not large. Bodies tell events on like happenings apart only as long as these are not merged
    (development data). ``groups`` by the ids of the events.
    """
    if len(found) < 2:
        return []
    by_id = {group.id: group for group in groups.values()}
    whole, total = by_id[found[0].event], unpack_centroid(centroid_of_first)
    same: list[int] = []
    for rival in found[1 : 1 + RIVALS]:
        other = by_id[rival.event]
        alike = _cosine(total, unpack_centroid(other.centroid)) >= ONE_EVENT
        if alike and not (found[0].numbers["bodies"] or rival.numbers["bodies"]) and bounded(whole, other):
            same.append(other.id)
            whole = united(whole, other)
    return same


def centroid(vectors: Iterable[Mapping[str, float]]) -> str:
    """The middle of an event: the sum of its newest 12 members' vectors (newest first), cut to its 160 heaviest terms,
    of unit length; packed."""
    total: dict[str, float] = defaultdict(float)
    for vector, _ in zip(vectors, range(CENTROID_MEMBERS), strict=False):
        for term, value in vector.items():
            total[term] += value
    kept = nlargest(VECTOR_TERMS, total.items(), key=lambda pair: (pair[1], pair[0]))
    length = math.sqrt(sum(value * value for _, value in kept)) or 1.0
    packed = {term: round(value / length, 4) for term, value in kept}
    return json.dumps(packed, ensure_ascii=False, separators=(",", ":")) if packed else ""


@lru_cache(maxsize=256)
def unpack_centroid(packed: str) -> Mapping[str, float]:
    """The opposite of :func:`centroid`; not to be changed, for it is cached."""
    found: dict[str, float] = json.loads(packed) if packed else {}
    return found


def _heaviest(vector: Mapping[str, float]) -> Mapping[str, float]:
    """Empty for a short vector, which costs no more to compare as a whole."""
    if len(vector) <= HEAVIEST:
        return {}
    return {term: vector[term] for term in nlargest(HEAVIEST, vector, key=lambda term: (vector[term], term))}


def _pair(ours: _Side, other: Features) -> _Pair | None:
    """None: hardly anything in common, or too long ago."""
    article = ours.features
    hours = abs((article.article.when - other.article.when).total_seconds()) / 3600
    if hours > WINDOW_HOURS or article.article.id == other.article.id:
        return None
    shared = article.terms.keys() & other.terms.keys()
    if not (article.size and other.size) and only_dates(shared):
        return None
    weight = math.fsum([article.terms[term] for term in shared])
    if weight < SLIGHT_OVERLAP and ours.heaviest and _cosine(ours.heaviest, other.vector) < SLIGHT_COSINE:
        return None
    cosine = _cosine(article.vector, other.vector)
    smaller = min(ours.weight, math.fsum(other.terms.values()))
    overlap = min(1.0, weight / smaller) if smaller else 0.0
    vetoes = 0
    if ours.dated is not None:
        theirs = title_of(other.article.title, other.article.outlet)
        vetoes = number_veto(ours.dated, theirs) + calendar_veto(ours.dated, theirs)
    score = COSINE * cosine + OVERLAP * overlap - A_DAY * hours / 24 - VETO * vetoes
    return _Pair(other, score, cosine, overlap, hours / 24)


def _scored(article: Features, pairs: list[_Pair], group: Group) -> Grouped | None:
    best = nlargest(NEAREST, pairs, key=attrgetter("score"))
    likest = best[0]
    # members that are no candidates count as unlike
    mean = sum(pair.score for pair in best) / max(1, min(NEAREST, group.size))
    alone = group.size < 2 or not group.centroid
    nearness = likest.cosine if alone else _cosine(article.vector, unpack_centroid(group.centroid))
    bodies = sum(one.size >= BODY_SIZE for one in (article, likest.other))
    asked = threshold(group, article.article.when, bodies=bodies == 2)
    score = (mean + nearness) / 2
    if score < asked:
        return None
    numbers = {
        "S": score,
        "s": likest.score,
        "cos": likest.cosine,
        "wc": likest.overlap,
        "days": likest.days,
        "threshold": asked,
        "bodies": float(bodies),
    }
    return Grouped(group.id, likest.other.article.id, {name: round(number, 3) for name, number in numbers.items()})


def _cosine(one: Mapping[str, float], two: Mapping[str, float]) -> float:
    return math.fsum([one[term] * two[term] for term in one.keys() & two.keys()])
