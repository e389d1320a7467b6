"""Rows on tier 2: do the articles on one happening come into one event, and no others?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.stories.baselines import beside
from benchmarks.stories.copies import numbers
from benchmarks.stories.corpora import Labelled, basil, ecbplus, uci, wikinews
from benchmarks.stories.measures import b_cubed, pairwise
from benchmarks.stories.runs import item_of, replayed
from benchmarks.stories.table import Bound, Figure, Measure, at_least

SAMPLE = 1_000
"""Articles from which on a small sample has every fourth event: of fewer nobody could tell which words are rare."""


def _measure(
    name: str,
    said: str,
    read: Callable[[Path], list[Labelled]],
    bounds: tuple[float, float],
    precision: tuple[float, float] | None = None,
) -> Measure:
    def run(data: Path, fast: bool) -> Sequence[Figure]:
        articles = read(data)
        if fast and len(articles) > SAMPLE:
            articles = [one for one in articles if one.event % 4 == 0]
        items = [item_of(one.article, one.event, dated=False) for one in articles]
        gold = [one.event for one in articles]
        done = replayed(items, warm="self")
        events = numbers(done, items, "event")
        score, pairs = b_cubed(events, gold), pairwise(events, gold)
        compared = {m.name: b_cubed(m.stories(), gold) for m in beside(items, fast)}
        setting = (
            f"dev, {len(items)} articles, {len(set(gold))} events, no dates; {score}, by pairs {pairs}; --warm self"
        )
        figures = [
            Figure(
                name, f"{said}, B-cubed F", score.f, at_least(bounds[0]), at_least(bounds[1]), setting, done.seconds,
                {method: one.f for method, one in compared.items()},
            )
        ]  # fmt: skip
        if precision is not None:
            least: tuple[Bound, Bound] = (at_least(precision[0]), at_least(precision[1]))
            theirs = {method: one.precision for method, one in compared.items()}
            figures.append(
                Figure(f"{name}-precision", f"{said}, B-cubed precision", score.precision, *least, "", 0, theirs)
            )
        return figures

    rows = (name, f"{name}-precision") if precision else (name,)
    return Measure(name, rows, run)


MEASURES = (
    _measure("wikinews", "wikinews", wikinews, (0.74, 0.80), (0.85, 0.90)),
    _measure("ecbplus", "ecbplus", ecbplus, (0.88, 0.93)),
    _measure("basil", "basil", basil, (0.93, 0.96)),
    _measure("uci", "uci headlines", uci, (0.69, 0.78)),
)
