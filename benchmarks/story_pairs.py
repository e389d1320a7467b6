"""How well stories are told apart: templated look-alikes, planted copies, labelled repeats, and a real stream to read.

    python benchmarks/story_pairs.py DATA [--show 20] [--seed 1]

DATA is the folder with the measuring corpora; nothing of it is kept. ``--show N`` prints N random joins of the
news stream for each rule whose titles are not letter for letter the same, to be judged by reading.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from monitor.analysis.cluster import cluster_keys, join, same_story
from monitor.analysis.normalise import normalise
from monitor.analysis.text import tokenise
from monitor.analysis.wordlists import CALENDAR, NUMBER_WORDS
from monitor.limits import BUCKET_CAP
from monitor.model import Article, Join, Parsed, ParsedEntry

OTHER_OUTLET = "Harbour Gazette"
"""The publisher of planted copies; no corpus knows it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One headline of a corpus."""

    title: str
    outlet: str
    when: datetime
    url: str | None = None
    body: str = ""


def article(number: int, row: Row) -> Article:
    """The row as the clustering sees it, through the same normalisation as the daemon's."""
    given = ParsedEntry(id=str(number), url=row.url, title=row.title, text=row.body)
    entry = normalise(Parsed((given,)), row.outlet)[0]
    return Article(
        number, entry.title, row.outlet, row.when, entry.url_key, entry.title_key, entry.body_hash, entry.text
    )


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file, compressed or not."""
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as file:
        for line in file:
            yield json.loads(line)


def polls(data: Path, name: str) -> list[Row]:
    """Each title and publisher of a polled headline page, when first seen."""
    seen: dict[tuple[str, str], Row] = {}
    for line in lines(data / name / "polls.jsonl.gz"):
        when = datetime.fromisoformat(line["poll"]).astimezone(UTC)
        seen.setdefault((line["title"], line["publisher"]), Row(line["title"], line["publisher"] or "", when))
    return list(seen.values())


def stream(data: Path) -> list[Row]:
    """The news stream, in the order of publication."""
    rows = [
        Row(line["title"], line["source"], datetime.fromisoformat(line["published"]), line["url"])
        for line in lines(data / "news-stream-2026" / "items.jsonl.gz")
        if line["published"]
    ]
    return sorted(rows, key=lambda row: row.when)


def aggregators(data: Path) -> list[Row]:
    """Headlines from aggregators, Chinese and English."""
    return [
        Row(
            line["title"],
            line["source"] or line["site_name"],
            datetime.fromisoformat(line["published_at"] or line["first_seen_at"]),
            line["url"],
        )
        for line in lines(data / "ai-news-items-2026" / "items.jsonl.gz")
    ]


def masked(title: str) -> str:
    """The title with its numbers and calendar words blotted out; empty where nothing was."""
    words = [token.text for token in tokenise(title)]
    blotted = ["#" if re.match(r"\d", word) or word in CALENDAR or word in NUMBER_WORDS else word for word in words]
    return " ".join(blotted) if blotted != words and len(blotted) >= 4 else ""


def look_alikes(rows: Iterable[Row]) -> list[tuple[Row, Row]]:
    """Pairs of titles that differ only in what is masked (not "two" from "2"): neighbours in time of each group."""
    groups: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        mask = masked(row.title)
        if mask:
            words = [token.text for token in tokenise(row.title)]
            spelled = (f"{NUMBER_WORDS[word]:.0f}" if word in NUMBER_WORDS else word for word in words)
            groups[mask].setdefault(" ".join(spelled), row)
    pairs: list[tuple[Row, Row]] = []
    for group in groups.values():
        ordered = sorted(group.values(), key=lambda row: row.when)
        pairs.extend(pairwise(ordered))
    return pairs


def templated(name: str, rows: list[Row]) -> int:
    """Prints how many look-alikes are merged: as they were, and at one time by two outlets (harder)."""
    pairs = look_alikes(rows)
    real, hard, url = 0, 0, 0
    for one, two in pairs:
        a, b = article(1, one), article(2, two)
        found = same_story(b, a)
        real += found is not None and found.rule != "url"
        url += found is not None and found.rule == "url"
        found = same_story(replace(b, when=a.when, outlet=OTHER_OUTLET, url_key=None), replace(a, url_key=None))
        hard += found is not None
        if found is not None:
            print(f"    {found.rule}: {one.title!r} | {two.title!r}")
    print(f"{name}: {len(pairs)} templated pairs, merged {real} (by address {url}); at one time, two outlets {hard}")
    return real + hard


def edits(title: str, chance: random.Random) -> dict[str, str]:
    """Copies of a title as other publishers print it."""
    words = title.split(" ") if " " in title else list(title)
    gap = " " if " " in title else ""
    at = chance.randrange(1, len(words))
    return {
        "suffix": f"{title} - {OTHER_OUTLET}",
        "bar": f"{title} | {OTHER_OUTLET}",
        "prefix": f"Breaking: {title}" if gap else f"快讯：{title}",
        "drop": gap.join(words[:at] + words[at + 1 :]),
        "clause": title + (", officials say" if gap else "，官方称"),
    }


class Index:
    """Candidates by cheap keys and terms, as the store finds them."""

    def __init__(self) -> None:
        self._buckets: dict[str, list[Article]] = defaultdict(list)

    def candidates(self, one: Article) -> list[Article]:
        """Earlier articles, those with the most common keys first."""
        counted: Counter[int] = Counter()
        found = {}
        for key in self._keys(one):
            for other in self._buckets[key][-BUCKET_CAP:]:
                counted[other.id] += 1
                found[other.id] = other
        return [found[number] for number, _ in counted.most_common(50)]

    def add(self, one: Article) -> None:
        """Makes an article findable."""
        for key in self._keys(one):
            self._buckets[key].append(one)

    @staticmethod
    def _keys(one: Article) -> list[str]:
        return [*cluster_keys(one), *(key for key in (one.url_key, one.title_key, one.body_hash) if key)]


def planted(name: str, rows: list[Row], chance: random.Random) -> None:
    """Prints the recall of planted copies by edit, and how many joined another title than their own."""
    bases = [row for row in rows if len(tokenise(row.title)) >= 6]
    bases = chance.sample(bases, min(750, len(bases)))
    index = Index()
    originals = [article(number, row) for number, row in enumerate(bases)]
    for original in originals:
        index.add(original)
    right: Counter[str] = Counter()
    wrong = 0
    for original, row in zip(originals, bases, strict=True):
        for edit, title in edits(row.title, chance).items():
            later = row.when + timedelta(hours=3)
            copy = article(len(bases) + original.id, Row(title, OTHER_OUTLET, later))
            found = join(copy, index.candidates(copy))
            right[edit] += found is not None and found.other == original.id
            if found and found.other != original.id and tokenise(bases[found.other].title) != tokenise(row.title):
                wrong += 1
    recall = ", ".join(f"{edit} {count / len(bases):.3f}" for edit, count in right.items())
    print(f"{name}: {len(bases)} titles; recall {recall}; joined another {wrong}")


def scoop(data: Path) -> None:
    """Prints pair precision and recall on the labelled repeats."""
    items, labels = [], []
    for number, line in enumerate(lines(data / "scoop-dedup-gt" / "items.jsonl")):
        item = line["item"]
        when = datetime.fromisoformat(item["published_at"])
        row = Row(item["title"], item["source_domain"], when, item["canonical_url"], item.get("body_text") or "")
        items.append(article(number, row))
        labels.append(line["story_gt_id"])
    stories: list[int] = []
    index = Index()
    rules: Counter[str] = Counter()
    for one in items:
        found = join(one, index.candidates(one))
        stories.append(stories[found.other] if found else one.id)
        rules[found.rule if found else "new"] += 1
        index.add(one)
    hit = claimed = true = 0
    for a, b in combinations(range(len(items)), 2):
        together, same = stories[a] == stories[b], labels[a] == labels[b]
        hit, claimed, true = hit + (together and same), claimed + together, true + same
    print(f"scoop: precision {hit / claimed:.3f}, recall {hit / true:.3f}, {len(set(stories))} stories for"
          f" {len(set(labels))}; {dict(rules)}")  # fmt: skip


def flow(name: str, rows: list[Row], show: int, chance: random.Random) -> None:
    """Prints the joins of a stream by rule, and some of them to be read."""
    index = Index()
    joined: dict[str, list[tuple[Row, Row, Join]]] = defaultdict(list)
    for number, row in enumerate(rows):
        one = article(number, row)
        found = join(one, index.candidates(one))
        if found:
            joined[found.rule].append((row, rows[found.other], found))
        index.add(one)
    print(f"{name}: {len(rows)} items, joins " + str({rule: len(found) for rule, found in joined.items()}))
    for rule, found_ones in joined.items():
        told = [pair for pair in found_ones if rule != "title=" or pair[0].title != pair[1].title]
        for row, other, found in chance.sample(told, min(show, len(told))):
            print(f"  {rule} {dict(found.numbers)}")
            print(f"    {row.outlet}: {row.title}\n    {other.outlet}: {other.title}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    corpora = {
        "gnews-us": polls(asked.data, "headline-polls-gnews-us"),
        "gnews-sv": polls(asked.data, "headline-polls-gnews-sv"),
        "news-stream": stream(asked.data),
        "ai-news": aggregators(asked.data),
    }
    for name, rows in corpora.items():
        templated(name, rows)
    for name, rows in corpora.items():
        planted(name, rows, chance)
    planted("ai-news zh", [row for row in corpora["ai-news"] if re.search(r"[\u4e00-\u9fff]{6}", row.title)], chance)
    scoop(asked.data)
    for name in ("news-stream", "gnews-us", "gnews-sv", "ai-news"):
        flow(name, corpora[name], asked.show, chance)


if __name__ == "__main__":
    main()
