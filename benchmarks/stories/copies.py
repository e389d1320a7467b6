"""Rows on tier 1 where much should be folded: planted copies, title copies, repeats, syndication."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise as neighbours
from pathlib import Path

from benchmarks.stories.baselines import beside
from benchmarks.stories.measures import pairwise
from benchmarks.stories.mining import Counts, pair_counts, scooped, syndicated
from benchmarks.stories.planting import planted, title_copies, true_duplicates
from benchmarks.stories.read_by_eye import true_repeat
from benchmarks.stories.reading import article, stream
from benchmarks.stories.runs import Item, Run, item_of, replayed
from benchmarks.stories.table import Bound, Figure, Measure, at_least, at_most

SEED = 11
WEEK = timedelta(days=7)
TITLE_FLOORS = {"en": (0.97, 0.99), "sv": (0.97, 0.99), "zh": (0.97, 0.99), "fr": (0.96, 0.98)}


def numbers(run: Run, items: Sequence[Item], level: str = "story") -> list[int]:
    """The story (or ``event``) of each item as a number; a line that was refused stands alone."""
    found = run.story if level == "story" else run.event
    return [int(found[item.id][1:]) if item.id in found else -1 - at for at, item in enumerate(items)]


def planted_copies(data: Path, fast: bool) -> Sequence[Figure]:
    """Copies among full texts in seven languages."""
    docs = planted(data, SEED)
    if fast:
        kept = {doc.base for doc in docs if doc.base % 4 == 0}
        docs = [doc for doc in docs if doc.base in kept]
    items = [item_of(doc.article, doc.base) for doc in docs]
    run = replayed(items)
    excused = true_duplicates(docs)
    labels = [doc.base for doc in docs]
    found = pair_counts(numbers(run, items), labels, excused)
    plain = pair_counts(numbers(run, items), labels)
    others = {m.name: pair_counts(m.stories(WEEK), labels, excused) for m in beside(items, fast)}
    return (
        Figure(
            "planted-f", "planted copies, pair F without true duplicates", found.f, at_least(0.96), at_least(0.985),
            f"7 languages, {len(items)} articles, {found.true} pairs; {_counts(found)}; with the {len(excused)} pairs"
            f" that are one text in the corpora already {_counts(plain)} F {plain.f:.3f}; --warm none",
            run.seconds, {name: one.f for name, one in others.items()},
        ),
        Figure(
            "planted-precision", "planted copies, precision without true duplicates", found.precision, at_least(0.99),
            at_least(0.998), "", 0, {name: one.precision for name, one in others.items()},
        ),
    )  # fmt: skip


def titles(data: Path, fast: bool) -> Sequence[Figure]:
    """Copies of headlines, and headlines that are no copies of each other."""
    figures: list[Figure] = []
    merged: dict[str, int] = {}
    others: dict[str, dict[str, float]] = {}
    for language, (floor, goal) in TITLE_FLOORS.items():
        items = _headlines(data, language, 3 if fast else 1)
        if len(items) < 100:
            continue  # a language of which the data has no headlines
        run = replayed(items)
        recall, merged[language] = title_score(items, numbers(run, items))
        scores = {m.name: title_score(items, m.stories(WEEK)) for m in beside(items, fast)}
        others[language] = {name: score[1] for name, score in scores.items()}
        figures.append(
            Figure(
                f"titles-{language}", f"title copies, recall, {language}", recall, at_least(floor), at_least(goal),
                f"{len(items)} headlines; {merged[language]} merges with another; --warm none", run.seconds,
                {name: score[0] for name, score in scores.items()},
            )
        )  # fmt: skip
    both = {name: others["en"][name] + others["zh"][name] for name in others["en"]}
    figures.append(
        Figure(
            "titles-merged", "title copies, merges with another base, en and zh", merged["en"] + merged["zh"],
            at_most(2), at_most(0),
            f"in {500 if fast else 1_500:,} a language; sv {merged['sv']}; without what was read and is one article"
            " in the stream already",
            0, both,
        )
    )  # fmt: skip
    return figures


def title_score(items: Sequence[Item], stories: Sequence[int]) -> tuple[float, int]:
    """Which part of the copies is with its base, and how many bases are with another one that is not, as read by eye,
    the same article in the stream already."""
    told = list(zip(items, stories, strict=True))
    home = {item.label: story for item, story in told if item.id.startswith("base")}
    copies = [home[item.label] == story for item, story in told if not item.id.startswith("base")]
    return sum(copies) / len(copies), sum(not true_repeat(one, two) for one, two in merged_bases(items, stories))


def merged_bases(items: Sequence[Item], stories: Sequence[int]) -> list[tuple[str, str]]:
    """The titles of neighbours in time among the bases of each story."""
    groups: dict[int, list[str]] = defaultdict(list)
    for item, story in zip(items, stories, strict=True):
        if item.id.startswith("base"):
            groups[story].append(item.title)
    return [pair for group in groups.values() for pair in neighbours(group)]


def _headlines(data: Path, language: str, step: int) -> list[Item]:
    """Headlines in the order of time, every second with one copy, by an edit that chance takes."""
    chance = random.Random(SEED)
    found: list[Item] = []
    for at, one in enumerate(title_copies(data, language)[::step]):
        found.append(item_of(one.base, at, id=f"base{at}"))
        if at % 2 == 0:
            edit = chance.choice(sorted(one.copies))
            found.append(item_of(one.copies[edit], at, id=f"{edit}{at}"))
    return sorted(found, key=lambda item: (item.when is None, item.when))


def repeats(data: Path, fast: bool) -> Sequence[Figure]:
    """Items collected again on other days, with their addresses."""
    found = scooped(data)
    items = [item_of(one, story) for one, story in found]
    labels = _as_numbers([item.label for item in items])
    run = replayed(items)
    stories = numbers(run, items)
    score = pairwise(stories, labels)
    grouped = {m.name: m.stories() for m in beside(items, fast)}
    return (
        Figure(
            "scoop-f", "scoop-dedup-gt, pair F with URLs", score.f, at_least(0.98), at_least(0.995),
            f"all dev, {len(items)} items; {score}; --warm none", run.seconds,
            {name: pairwise(given, labels).f for name, given in grouped.items()},
        ),
        Figure(
            "scoop-stories", f"scoop-dedup-gt, stories for {len(set(labels))}", len(set(stories)),
            Bound(352, 360), Bound(355, 357), "", 0, {name: len(set(given)) for name, given in grouped.items()},
        ),
    )  # fmt: skip


def syndication_us(data: Path, fast: bool) -> Sequence[Figure]:
    """One headline letter for letter by two publishers within three days, in the whole stream."""
    return [_syndicated(data, "us", fast)]


def syndication_sv(data: Path, fast: bool) -> Sequence[Figure]:
    """The same of Swedish sections."""
    return [_syndicated(data, "sv", fast)]


def _syndicated(data: Path, name: str, fast: bool) -> Figure:
    corpus = f"headline-polls-gnews-{name}"
    pairs = syndicated(data, corpus)[:: 4 if fast else 1]
    carried = {pair.earlier.title for pair in pairs}
    rows = [row for row in stream(data, corpus) if not fast or row.title in carried]
    items = [item_of(article(at, row)) for at, row in enumerate(rows)]
    run = replayed(items)
    where = {(item.title, item.outlet, item.when): at for at, item in enumerate(items)}
    told = [
        tuple(where[one.title, one.outlet or f"Paper {one.id}", one.when] for one in (pair.earlier, pair.later))
        for pair in pairs
    ]

    def recall(stories: Sequence[int]) -> float:
        return sum(stories[one] == stories[two] for one, two in told) / len(told)

    return Figure(
        f"syndication-{name}", f"verbatim syndication, other publisher, 3 days, gnews {name}: recall",
        recall(numbers(run, items)), at_least(0.97), at_least(0.995),
        f"dev, {len(items)} headlines, {len(pairs)} pairs; --warm none", run.seconds,
        {m.name: recall(m.stories(timedelta(days=3))) for m in beside(items, fast)},
    )  # fmt: skip


def _counts(found: Counts) -> str:
    return f"P {found.precision:.3f} R {found.recall:.3f}"


def _as_numbers(labels: Sequence[str]) -> list[int]:
    known: dict[str, int] = {}
    return [known.setdefault(label, len(known)) for label in labels]


MEASURES = (
    Measure("planted", ("planted-f", "planted-precision"), planted_copies),
    Measure("titles", (*(f"titles-{language}" for language in TITLE_FLOORS), "titles-merged"), titles),
    Measure("scoop", ("scoop-f", "scoop-stories"), repeats),
    Measure("syndication-us", ("syndication-us",), syndication_us, long=True),
    Measure("syndication-sv", ("syndication-sv",), syndication_sv, long=True),
)
