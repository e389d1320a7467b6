"""The labelled corpora of events, each as the clustering sees it, in the order in which it is read.

Times are withheld where they tell more than a stream would: BASIL's events lie years apart, the times of the UCI
sample leak its labels, Wikinews has the times of a crawl, ECB+ has none. Then all stand at one instant.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from monitor.analysis.normalise import normalise
from monitor.model import Article, Parsed, ParsedEntry

Part = Literal["dev", "held", "all"]
"""Which part of a corpus, where its rows tell; a corpus that is split by file has what its folder has."""
NO_TIME: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""Where the times are withheld."""
HELD_WIKINEWS: Final = "wikinews_big"
LAST_DEV_TOPIC: Final = 35
"""ECB+: the topics after it are the usual test split."""
SEED: Final = 20261123
"""Of the order of what has no times."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article and the number of the event it is about."""

    article: Article
    event: int


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two articles, the earlier first, and whether they are about one event."""

    one: Article
    two: Article
    same: bool


def as_article(
    number: int,
    title: str,
    *,
    body: str = "",
    outlet: str = "",
    url: str | None = None,
    when: datetime = NO_TIME,
    language: str | None = None,
) -> Article:
    """An item through the same normalisation as the daemon's."""
    entry = normalise(Parsed((ParsedEntry(id=str(number), url=url, title=title, text=body),)), outlet)[0]
    return Article(
        number,
        entry.title,
        outlet,
        when,
        entry.url_key,
        entry.title_key,
        entry.body_hash,
        entry.text,
        language,
        entry.url,
    )


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file, compressed or not."""
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as file:
        for line in file:
            yield json.loads(line)


def wikinews(data: Path, part: Part = "all") -> list[Labelled]:
    """Full articles cited by one Wikinews page each; a cited one may be background."""
    rows = [
        row
        for row in lines(data / "wikinews-clusters" / "articles.jsonl")
        if _in_part(part, held=row["set"] == HELD_WIKINEWS)
    ]
    return _shuffled(
        (row["cluster_id"], as_article(at, row["title"], body=row["text"], outlet=row["host"] or "", url=row["url"]))
        for at, row in enumerate(rows)
    )


def ecbplus(data: Path, part: Part = "all") -> list[Labelled]:
    """Texts on two like but different events for each topic; they have no titles, the first sentence stands for it."""
    rows = [
        row for row in lines(data / "ecbplus" / "docs.jsonl") if _in_part(part, held=int(row["topic"]) > LAST_DEV_TOPIC)
    ]
    found = []
    for at, row in enumerate(rows):
        title, _, body = row["text"].partition("\n")
        found.append((row["subtopic"], as_article(at, title, body=body)))
    return _shuffled(found)


def basil(data: Path, part: Part = "all") -> list[Labelled]:
    """Three outlets on each of the events of US politics (split by file: ``part`` changes nothing)."""
    return _shuffled(
        (
            row["cluster_id"],
            as_article(at, row["title"], body=row["text"], outlet=row["source"], url=row["url"]),
        )
        for at, row in enumerate(lines(data / "basil-triplets" / "articles.jsonl"))
    )


def uci(data: Path, part: Part = "all") -> list[Labelled]:
    """Headlines of a dense stream, in its order; the labels are an aggregator's, and broad (split by file)."""
    with (data / "uci-news-aggregator-sample" / "stories.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["TIMESTAMP"]))
    return _labelled(
        (row["STORY"], as_article(at, row["TITLE"], outlet=row["PUBLISHER"], url=row["URL"]))
        for at, row in enumerate(rows)
    )


def without_bodies(items: Iterable[Labelled]) -> list[Labelled]:
    """The same by their headlines only."""
    return [replace(item, article=replace(item.article, body="", body_hash=None)) for item in items]


def finance(data: Path, file: str = "labeled_eval_set.csv", label: str = "final_label") -> list[LabelledPair]:
    """Pairs of financial news, many of them templates of another day; those judged the one way or the other."""
    with (data / "finance-story-pairs-2012" / file).open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(line for line in opened if not line.startswith("#")))
    pairs: list[LabelledPair] = []
    for at, row in enumerate(rows):
        if row[label] not in ("SAME", "DIFFERENT"):
            continue
        a, b = (
            as_article(
                2 * at + number,
                row[f"item_{side}_title"],
                body=row[f"item_{side}_lede"],
                outlet=side,
                when=_utc(row[f"item_{side}_published_at"]),
                language="en",
            )
            for number, side in enumerate("ab")
        )
        one, two = sorted((a, b), key=lambda one: one.when)
        pairs.append(LabelledPair(one, two, row[label] == "SAME"))
    return pairs


def tgcontest(data: Path) -> list[LabelledPair]:
    """Pairs of Russian and English texts that people judged (the part in the folder)."""
    pairs: list[LabelledPair] = []
    for path in sorted((data / "tgcontest-pairs").glob("clustering_pairs__*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        for row in rows:
            answer = row.get("GOLDEN:quality") or row.get("GOLDEN:result") or ""
            if answer not in ("OK", "BAD"):
                continue
            one, two = (
                as_article(
                    2 * len(pairs) + number,
                    row[f"INPUT:{side}_title"],
                    body=row[f"INPUT:{side}_text"],
                    outlet=side,
                )
                for number, side in enumerate(("first", "second"))
            )
            pairs.append(LabelledPair(one, two, answer == "OK"))
    return pairs


def news_stream(data: Path) -> list[Article]:
    """Headlines of eleven feeds as an hourly poll saw them, in the order of publication."""
    rows = [row for row in lines(data / "news-stream-2026" / "items.jsonl.gz") if row["published"]]
    rows.sort(key=lambda row: _utc(row["published"]))
    return [
        as_article(at, row["title"], outlet=row["source"], url=row["url"], when=_utc(row["published"]))
        for at, row in enumerate(rows)
    ]


def polled(data: Path, name: str = "headline-polls-gnews-us") -> list[Article]:
    """Each title and publisher of a polled page of headlines, when first seen."""
    seen: dict[tuple[str, str], datetime] = {}
    for row in lines(data / name / "polls.jsonl.gz"):
        seen.setdefault((row["title"], row["publisher"] or ""), _utc(row["poll"]))
    return [
        as_article(at, title, outlet=publisher, when=when)
        for at, ((title, publisher), when) in enumerate(sorted(seen.items(), key=lambda pair: pair[1]))
    ]


def _utc(time: str) -> datetime:
    when = datetime.fromisoformat(time)
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def _in_part(part: Part, *, held: bool) -> bool:
    return part == "all" or held == (part == "held")


def _shuffled(found: Iterable[tuple[str, Article]]) -> list[Labelled]:
    items = list(found)
    random.Random(SEED).shuffle(items)
    return _labelled(items)


def _labelled(found: Iterable[tuple[str, Article]]) -> list[Labelled]:
    """Numbered anew, so that a higher id is a later article."""
    events: dict[str, int] = {}
    return [
        Labelled(replace(article, id=at), events.setdefault(label, len(events)))
        for at, (label, article) in enumerate(found, 1)
    ]
