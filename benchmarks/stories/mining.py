"""Pairs that the corpora label or that can be mined from them, and the counts by which verdicts are measured."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from benchmarks.stories.reading import STREAMS, Row, article, lines, part_of, stream
from monitor.analysis.address import outlet_key
from monitor.analysis.text import fold, tokenise
from monitor.analysis.wordlists import CALENDAR, NUMBER_WORDS
from monitor.model import Article


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles, and whether they are the same one."""

    earlier: Article
    later: Article
    same: bool
    source: str
    """The corpus."""
    part: str
    """``choose`` or ``check``."""
    score: float = 0.0
    """The label as it was given, where it is a grade."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Pairs that were put together rightly, that were put together, and that belong together."""

    hit: int
    claimed: int
    true: int

    @property
    def precision(self) -> float:
        return self.hit / self.claimed if self.claimed else 1.0

    @property
    def recall(self) -> float:
        return self.hit / self.true if self.true else 1.0

    @property
    def f(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def pair_counts(stories: Sequence[int], labels: Sequence[object], excused: Iterable[frozenset[object]] = ()) -> Counts:
    """Counts over all pairs: ``stories`` are given, ``labels`` are right, both one an article. Pairs put together
    whose two labels stand in ``excused`` are not counted."""
    together = Counter(zip(stories, labels, strict=True))
    by_story: dict[int, list[tuple[object, int]]] = defaultdict(list)
    for (story, label), count in together.items():
        by_story[story].append((label, count))
    pardon = set(excused)
    hit = sum(_pairs(count) for count in together.values())
    wrong = sum(
        one[1] * two[1]
        for members in by_story.values()
        for at, one in enumerate(members)
        for two in members[:at]
        if frozenset((one[0], two[0])) not in pardon
    )
    return Counts(hit, hit + wrong, sum(_pairs(count) for count in Counter(labels).values()))


def templated(data: Path) -> list[Pair]:
    """Titles of the four streams that differ only in numbers and words of the calendar (not ``two`` from ``2``), as
    neighbours in time: game hints, bulletins, market notes. About 3 per cent are really updates (lab)."""
    found: list[Pair] = []
    for name in STREAMS:
        groups: dict[str, dict[str, Row]] = defaultdict(dict)
        for row in stream(data, name):
            mask = masked(row.title)
            if mask:
                groups[mask].setdefault(_spelled(row.title), row)
        for mask, group in groups.items():
            ordered = sorted(group.values(), key=lambda row: row.when)
            found.extend(_pair(one, two, same=False, source=name, key=mask) for one, two in pairwise(ordered))
    return found


def hardened(pair: Pair) -> Pair:
    """The pair as if two outlets had brought it at one time: nothing but the titles tells them apart."""
    earlier = replace(pair.earlier, url_key=None, url=None, outlet="Harbour Gazette")
    return replace(pair, earlier=earlier, later=replace(pair.later, url_key=None, url=None, when=earlier.when))


def masked(title: str) -> str:
    """The title with its numbers and calendar words blotted out; empty where nothing was, or under 4 words."""
    words = [token.text for token in tokenise(title)]
    blotted = ["#" if re.match(r"\d", word) or word in CALENDAR or word in NUMBER_WORDS else word for word in words]
    return " ".join(blotted) if blotted != words and len(blotted) >= 4 else ""


def syndicated(data: Path, name: str) -> list[Pair]:
    """One title letter for letter by two publishers within 3 days: neighbours in time of each title of a stream."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in stream(data, name):
        groups[row.title].append(row)
    return [
        _pair(one, two, same=True, source=name, key=title)
        for title, rows in groups.items()
        for one, two in pairwise(rows)
        if two.when - one.when <= timedelta(days=3) and outlet_key(one.outlet) != outlet_key(two.outlet)
    ]


def graded(data: Path) -> list[Pair]:
    """Headline pairs of STS 2013 and 2014 with grades 0 to 5: from 4 on the same, below 3 different, else left out."""
    found = []
    when = datetime(2013, 1, 1, tzinfo=UTC)
    for year in (2013, 2014):
        path = data / "sts-headlines" / f"sts__semeval-sts__{year}__headlines.test.tsv"
        for line in path.read_text(encoding="utf-8").splitlines():
            score, one, two = line.split("\t")[:3]
            if not 3 <= float(score) < 4:
                rows = Row(one, "Paper A", when), Row(two, "Paper B", when)
                pair = _pair(*rows, same=float(score) >= 4, source="sts", key=one)
                found.append(replace(pair, score=float(score)))
    return found


def financial(data: Path) -> list[Pair]:
    """Finance items judged the same story or not: people's labels where there are some, else models'. What they call
    the same is mostly the same event in other words; the different ones are chosen hard."""
    found: dict[tuple[str, str, str, str], Pair] = {}
    for name in ("human_labels", "labeled_eval_set", "labeled_eval_supplemental"):
        with (data / "finance-story-pairs-2012" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(row for row in file if not row.startswith("#")):
                label = line.get("final_label") or line["human_label"]
                sides = sorted(
                    (_moment(line[f"item_{side}_published_at"]), line[f"item_{side}_title"], line[f"item_{side}_lede"])
                    for side in "ab"
                )
                rows = [Row(title, f"Paper {at}", when, None, lede) for at, (when, title, lede) in enumerate(sides)]
                pair = _pair(rows[0], rows[1], same=label == "SAME", source=name, key=sides[0][1] + sides[1][1])
                found.setdefault((sides[0][1], sides[1][1], str(sides[0][0]), str(sides[1][0])), pair)
    return list(found.values())


def scooped(data: Path) -> list[tuple[Article, str]]:
    """The items of scoop-dedup-gt in their order with the story each belongs to."""
    found = []
    for number, line in enumerate(lines(data / "scoop-dedup-gt" / "items.jsonl")):
        item = line["item"]
        when = datetime.fromisoformat(item["published_at"])
        row = Row(item["title"], item["source_domain"], when, item["canonical_url"], item.get("body_text") or "")
        found.append((article(number, row), line["story_gt_id"]))
    return found


def _pair(one: Row, two: Row, *, same: bool, source: str, key: str) -> Pair:
    return Pair(article(1, one), article(2, two), same, source, part_of(fold(key)))


def _spelled(title: str) -> str:
    words = [token.text for token in tokenise(title)]
    return " ".join(f"{NUMBER_WORDS[word]:.0f}" if word in NUMBER_WORDS else word for word in words)


def _moment(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _pairs(count: int) -> int:
    return count * (count - 1) // 2
