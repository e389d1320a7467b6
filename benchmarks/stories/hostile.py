"""Input that no honest publisher sends, or a careless one does: bounded time, and no story that swallows others."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.stories.runs import FIRST, Item, Run, replayed
from benchmarks.stories.table import Figure, Measure, at_most

SYLLABLES = "ba de ki lo mu na pe ri so tu va we xi yo za".split()


@dataclass(frozen=True, slots=True)
class Case:
    """Some entries, and how large their largest story may be."""

    row: str
    name: str
    items: Sequence[Item]
    largest: int
    why: str
    seconds: float
    """Of the whole replay, with the start of the program, on a slow machine."""


def words(chance: random.Random, count: int) -> str:
    """Words of no language."""
    return " ".join("".join(chance.choices(SYLLABLES, k=3)) for _ in range(count))


def cases(size: int = 1_000) -> tuple[Case, ...]:
    """Every case; ``size`` is how often one thing is repeated."""
    chance = random.Random(5)
    return (
        _without_titles(chance),
        _long_titles(chance),
        _large_bodies(chance),
        _emoji(),
        _one_title(size),
        _one_title_with_bodies(chance, size),
        _clocks(chance),
        _one_address(chance, size),
        _one_address_and_title(size),
    )


def largest(run: Run) -> int:
    """How many entries the largest story has."""
    return max(Counter(run.story.values()).values(), default=0)


def tried(case: Case) -> Run:
    """The case replayed."""
    return replayed(case.items, warm="none")


def _at(number: int) -> datetime:
    return FIRST + timedelta(minutes=number)


def _url(kind: str, number: int) -> str:
    return f"https://paper{number % 7}.example/{kind}/{number}"


def _without_titles(chance: random.Random) -> Case:
    texts = [words(chance, 12) for _ in range(200)]
    items = [Item(f"n{n}", "", f"Paper {n % 7}", _at(n), _url("n", n), text) for n, text in enumerate(texts)]
    copy = Item("n-copy", "", "Gazette", _at(300), "https://gazette.example/n", words(random.Random(1), 80))
    again = Item("n-again", "", "Herald", _at(301), "https://herald.example/n", copy.body)
    return Case(
        "hostile-untitled",
        "empty titles",
        [*items, copy, again],
        2,
        "two have one body of 80 words, the others nothing alike",
        60,
    )


def _long_titles(chance: random.Random) -> Case:
    items = [Item(f"l{n}", words(chance, 10_000), f"Paper {n}", _at(n), _url("l", n)) for n in range(20)]
    copy = Item("l-copy", items[0].title, "Gazette", _at(30), "https://gazette.example/l")
    return Case("hostile-long-titles", "10,000-word titles", [*items, copy], 2, "one title comes twice", 60)


def _large_bodies(chance: random.Random) -> Case:
    bodies = [words(chance, 20_000) * 40 for _ in range(3)]
    items = [Item(f"b{n}", words(chance, 6), f"Paper {n}", _at(n), _url("b", n), body) for n, body in enumerate(bodies)]
    copy = Item("b-copy", items[0].title, "Gazette", _at(30), "https://gazette.example/b", bodies[0])
    return Case("hostile-large-bodies", "5 MB bodies", [*items, copy], 2, "one article comes twice", 60)


def _emoji() -> Case:
    items = [Item(f"m{n}", "🔥", f"Paper {n % 7}", _at(n), _url("m", n)) for n in range(300)]
    return Case("hostile-emoji", "titles of one emoji", items, 1, "an emoji names no article", 60)


def _one_title(size: int) -> Case:
    title = "Everything that you need to know about the harbour today"
    items = [Item(f"t{n}", title, "Courier", _at(n), f"https://courier.example/t/{n}") for n in range(size)]
    return Case(
        "hostile-one-title", "one title again and again", items, 50,
        "a standing title: whether some are one article nobody can tell, all of them are not", 120,
    )  # fmt: skip


def _one_title_with_bodies(chance: random.Random, size: int) -> Case:
    title = "Everything that you need to know about the harbour today"
    items = [
        Item(f"o{n}", title, "Courier", _at(60 * n), f"https://courier.example/o/{n}", words(chance, 80))
        for n in range(size // 4)
    ]
    return Case(
        "hostile-one-title-bodies", "one title, other bodies", items, 1, "the bodies have nothing in common", 120
    )


def _clocks(chance: random.Random) -> Case:
    title = "Ferry to Port Ellery sinks in a storm off the northern coast"
    moments = [datetime(year, 1, 2, tzinfo=UTC) for year in (1970, 1999, 2026, 2099)]
    items = [Item(f"c{n}", title, f"Paper {n}", when, _url("c", n)) for n, when in enumerate(moments)]
    others = [Item(f"d{n}", words(chance, 8), "Paper", moments[-1], _url("d", n)) for n in range(20)]
    return Case(
        "hostile-clocks",
        "clocks in 1970 and 2099",
        [*items, *others],
        1,
        "one headline, years apart, is other news",
        60,
    )


def _one_address(chance: random.Random, size: int) -> Case:
    items = [
        Item(f"u{n}", words(chance, 7), "Letter", _at(n), "https://letter.example/latest", words(chance, 60))
        for n in range(size)
    ]
    return Case(
        "hostile-one-address", "one address, other articles", items, 1, "a letter's address that every issue has", 180
    )


def _one_address_and_title(size: int) -> Case:
    title = "Ferry to Port Ellery sinks in a storm off the northern coast"
    items = [Item(f"a{n}", title, f"Paper {n}", _at(n), "https://wire.example/ferry") for n in range(size)]
    return Case(
        "hostile-one-article",
        "one article under many ids",
        items,
        size,
        "the same address and title is the same article",
        180,
    )


def measured(data: Path, fast: bool) -> Sequence[Figure]:
    """The largest story of each case, and the longest replay."""
    figures = []
    slowest = 0.0
    for case in cases(250 if fast else 1_000):
        run = tried(case)
        slowest = max(slowest, run.seconds)
        figures.append(
            Figure(
                case.row, f"{case.name}: entries of the largest story", largest(run), at_most(case.largest),
                at_most(case.largest), f"{len(case.items)} entries; {case.why}", run.seconds,
            )
        )  # fmt: skip
    longest = max(case.seconds for case in cases(1))
    figures.append(Figure("hostile-seconds", "hostile input, longest replay, s", slowest, at_most(longest)))
    return figures


MEASURE = Measure("hostile", (*(case.row for case in cases(1)), "hostile-seconds"), measured)
