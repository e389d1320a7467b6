"""Rows on tier 1 where nothing, or little, may be folded: templated headlines, finance pairs, graded pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.stories.baselines import beside
from benchmarks.stories.copies import numbers
from benchmarks.stories.corpora import finance
from benchmarks.stories.measures import Score, judged
from benchmarks.stories.mining import Pair, graded, hardened, templated
from benchmarks.stories.runs import Item, item_of, replayed
from benchmarks.stories.table import Figure, Measure, at_most
from monitor.model import Article


@dataclass(slots=True)
class Pool:
    """The articles of some pairs, each once, and which of them are to be compared."""

    items: list[Item] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    known: dict[tuple[object, ...], str] = field(default_factory=dict)

    def add(self, one: Article, two: Article, *, dated: bool = True) -> None:
        """Add a pair."""
        self.pairs.append((self._id(one, dated), self._id(two, dated)))

    def _id(self, one: Article, dated: bool) -> str:
        key = (one.title, one.body, one.outlet, one.when, one.url)
        if key not in self.known:
            self.known[key] = f"i{len(self.items)}"
            self.items.append(item_of(one, id=self.known[key], dated=dated))
        return self.known[key]

    def ordered(self) -> None:
        """Put the articles into the order of their dates."""
        self.items.sort(key=lambda item: (item.when is None, item.when, int(item.id[1:])))

    def together(self, groups: Sequence[int]) -> list[bool]:
        """Which pairs a grouping puts together."""
        where = {item.id: group for item, group in zip(self.items, groups, strict=True)}
        return [where[one] == where[two] for one, two in self.pairs]

    def compared(self, fast: bool) -> dict[str, list[bool]]:
        """Which pairs each simple method calls the same."""
        at = {item.id: number for number, item in enumerate(self.items)}
        return {m.name: [m.same(at[one], at[two]) for one, two in self.pairs] for m in beside(self.items, fast)}


def look_alikes(data: Path, fast: bool) -> Sequence[Figure]:
    """Headlines that differ in a number or a word of the calendar: as they came, and at one time by two outlets."""
    pairs = templated(data)[:: 8 if fast else 1]
    figures = []
    for name, said, taken in (
        ("templated", "templated look-alikes merged", pairs),
        ("templated-hard", "templated look-alikes merged, at one time by two outlets", [hardened(p) for p in pairs]),
    ):
        merged, others, seconds = _merged(taken, fast)
        figures.append(
            Figure(
                name, said, merged, at_most(0.01), at_most(0),
                f"gnews us and sv, news-stream, ai-news (dev parts), {len(pairs)} pairs; --warm none",
                seconds, others, percent=True,
            )
        )  # fmt: skip
    return figures


def _merged(pairs: Sequence[Pair], fast: bool) -> tuple[float, dict[str, float], float]:
    pool = Pool()
    for pair in pairs:
        pool.add(pair.earlier, pair.later)
    pool.ordered()
    run = replayed(pool.items)
    found = pool.together(numbers(run, pool.items))
    others = {name: sum(same) / len(same) for name, same in pool.compared(fast).items()}
    return sum(found) / len(found), others, run.seconds


def financial(data: Path, fast: bool) -> Sequence[Figure]:
    """Pairs of financial news: which stories fold what is different, and how well events agree with the labels."""
    pairs = [*finance(data), *finance(data, "labeled_eval_supplemental.csv")][:: 4 if fast else 1]
    pool = Pool()
    for pair in pairs:
        pool.add(_alone(pair.one), _alone(pair.two))
    pool.ordered()
    run = replayed(pool.items, warm="self")
    labels = [pair.same for pair in pairs]
    false = _false(pool.together(numbers(run, pool.items)), labels)
    score = judged(pool.together(numbers(run, pool.items, "event")), labels)
    compared = pool.compared(fast)
    human = _human(data)
    return (
        Figure(
            "finance-false", "finance, tier 1 false merges", false, at_most(0.01), at_most(0.002),
            f"dev: eval set and supplement, {len(pairs)} pairs, {labels.count(False)} different; --warm self",
            run.seconds, {name: _false(same, labels) for name, same in compared.items()}, percent=True,
        ),
        Figure(
            "finance-f", "finance, F of pairs in one event", score.f, None, None,
            f"the representative pairs (floor .62) are not in the data: these are chosen hard, {labels.count(True)} the"
            f" same; {score}; people's labels: {human}; --warm self",
            0, {name: judged(same, labels).f for name, same in compared.items()},
        ),
    )  # fmt: skip


def _human(data: Path) -> Score:
    pairs = finance(data, "human_labels.csv", "human_label")
    pool = Pool()
    for pair in pairs:
        pool.add(_alone(pair.one), _alone(pair.two))
    pool.ordered()
    run = replayed(pool.items, warm="self")
    return judged(pool.together(numbers(run, pool.items, "event")), [pair.same for pair in pairs])


def _alone(one: Article) -> Article:
    """The article without the publisher that stands for the side of its pair."""
    return Article(one.id, one.title, "", one.when, body=one.body, language=one.language)


def _false(found: Sequence[bool], labels: Sequence[bool]) -> float:
    return sum(same and not label for same, label in zip(found, labels, strict=True)) / labels.count(False)


def sentences(data: Path, fast: bool) -> Sequence[Figure]:
    """Pairs of headlines with grades of likeness."""
    pairs = graded(data)[:: 4 if fast else 1]
    pool = Pool()
    for pair in pairs:
        pool.add(pair.earlier, pair.later, dated=False)
    labels = [pair.same for pair in pairs]
    run = replayed(pool.items)
    score = judged(pool.together(numbers(run, pool.items)), labels)
    compared = {name: judged(same, labels) for name, same in pool.compared(fast).items()}
    part = f"dev 2013-2014, grade 4 or more against under 3, {len(pairs)} pairs; {score}; lab: .99 and .16; --warm none"
    return (
        Figure(
            "sts-precision", "sts-headlines, precision of what is folded", score.precision, None, None,
            part, run.seconds, {name: one.precision for name, one in compared.items()},
        ),
        Figure(
            "sts-recall", "sts-headlines, recall", score.recall, None, None, "", 0,
            {name: one.recall for name, one in compared.items()},
        ),
    )  # fmt: skip


MEASURES = (
    Measure("templated", ("templated", "templated-hard"), look_alikes),
    Measure("finance", ("finance-false", "finance-f"), financial),
    Measure("sts", ("sts-precision", "sts-recall"), sentences),
)
