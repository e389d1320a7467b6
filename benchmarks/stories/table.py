"""The table of proof: one row for each figure, with what it must reach and what it should."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Bound:
    """What a figure must not leave."""

    least: float | None = None
    most: float | None = None

    def met(self, value: float) -> bool:
        """Whether a figure keeps to it."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def __str__(self) -> str:
        if self.least is not None and self.most is not None:
            return f"{self.least:g}-{self.most:g}"
        return f">= {short(self.least)}" if self.least is not None else f"<= {short(self.most or 0)}"


def at_least(value: float) -> Bound:
    """No less than this."""
    return Bound(least=value)


def at_most(value: float) -> Bound:
    """No more than this."""
    return Bound(most=value)


@dataclass(frozen=True, slots=True)
class Figure:
    """One row."""

    name: str
    """By which ``--only`` and the documentation know it."""
    measure: str
    value: float
    floor: Bound | None = None
    """None: it is printed, and is no gate."""
    goal: Bound | None = None
    setting: str = ""
    """Which part of the data, how replayed, and what was found beside the figure."""
    seconds: float = 0.0
    others: Mapping[str, float] = field(default_factory=dict)
    """The same figure of each simple method."""
    percent: bool = False

    @property
    def passed(self) -> bool:
        """Whether it keeps to its floor, where it has one."""
        return self.floor is None or self.floor.met(self.value)

    @property
    def mark(self) -> str:
        """``goal``, ``ok``, ``MISSED``, or nothing where it is no gate."""
        if self.floor is None:
            return ""
        if not self.passed:
            return "MISSED"
        return "goal" if self.goal is not None and self.goal.met(self.value) else "ok"


@dataclass(frozen=True, slots=True)
class Measure:
    """What yields some rows together."""

    name: str
    rows: tuple[str, ...]
    """The names of its figures."""
    run: Callable[[Path, bool], Sequence[Figure]]
    """Given the folder of the corpora, and whether a small sample is enough."""
    long: bool = False
    """It takes minutes: it begins first."""


def short(value: float) -> str:
    """A figure as people write it: ``.976``, ``357``, ``2.5``."""
    if value == int(value) and abs(value) >= 1:
        return f"{value:.0f}"
    if abs(value) >= 1:
        return f"{value:.2f}"
    return f"{value:.3f}".removeprefix("0") if value else "0"


def shown(figure: Figure, value: float) -> str:
    """A value of this row as it is printed."""
    return f"{100 * value:.2f} %" if figure.percent else short(value)


def bound_shown(figure: Figure, bound: Bound | None) -> str:
    """A floor or goal of this row as it is printed."""
    if bound is None:
        return ""
    if figure.percent and bound.most is not None:
        return f"<= {100 * bound.most:g} %"
    return str(bound)


HEADINGS = ("row", "measure", "figure", "floor", "goal", "", "setting", "s")


def cells(figure: Figure) -> tuple[str, ...]:
    """The row of the table."""
    return (
        figure.name,
        figure.measure,
        shown(figure, figure.value),
        bound_shown(figure, figure.floor),
        bound_shown(figure, figure.goal),
        figure.mark,
        figure.setting,
        f"{figure.seconds:.0f}",
    )


def table(figures: Sequence[Figure]) -> str:
    """All rows, in columns."""
    rows = [HEADINGS, *map(cells, figures)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def comparison(figures: Sequence[Figure], methods: Sequence[str]) -> list[tuple[str, ...]]:
    """Of each figure that the simple methods have too: its measure, ours, and theirs."""
    found = [("measure", "here", *methods)]
    for one in figures:
        if one.others:
            theirs = (shown(one, one.others[name]) if name in one.others else "-" for name in methods)
            found.append((one.measure, shown(one, one.value), *theirs))
    return found
