"""Rows on cost: what a matched entry takes in a store of 300,000, and what is read to find candidates as it grows."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from benchmarks import candidates, grown_stores
from benchmarks.stories.invented import NOW, TOLD, Said, entry_of, fill, newcomers
from benchmarks.stories.table import Figure, Measure, at_most
from monitor.model import Channel, Phrase, Query, Settings, Topic, Watchlist
from monitor.pipeline.force import InForce, put_in_force
from monitor.pipeline.record import record_document
from monitor.store import sources
from monitor.store.database import Store

STORED: Final = 300_000
NEW: Final = 400
WARMING: Final = 100
"""Of them the first fill the caches, and are not counted."""
KEYS: Final = (100_000, 5_000_000)


def watched(store: Store) -> InForce:
    """One topic, whose word all articles have, told to nobody: what is measured is finding the story."""
    topic = Topic("Told", Query(any=(Phrase(TOLD),)), channels=())
    watchlist = Watchlist(owner="console", topics=(topic,), sources=(), channels=(Channel("console"),))
    return put_in_force(store, watchlist, Settings(), digest="told", text="", now=NOW)


def milliseconds(stored: int, *, bodies: bool) -> tuple[dict[str, list[float]], list[float]]:
    """Of each new entry by its kind, and of as many that match nothing; of the processor, which others share."""
    with Store.throwaway() as store:
        force = watched(store)
        with store.write() as connection:
            source = sources.recorded_source(connection, "Courier", "Courier", NOW)
            driver = cast(sqlite3.Connection, connection.connection.dbapi_connection)
            made = fill(driver, stored, bodies=bodies, source=source)
        grown_stores.settle(store)
        matched: dict[str, list[float]] = {}
        unmatched: list[float] = []
        for number, (kind, text) in enumerate(newcomers(made, stored, NEW, bodies=bodies)):
            entry = entry_of(text, f"new{number}", f"Outlet {number % 200}")
            untold = Said(text.title.replace(TOLD, "Zuv"), text.body.replace(TOLD, "Zuv"))
            other = entry_of(untold, f"other{number}", "Other")
            with store.write() as connection:
                took = []
                for one in (entry, other):
                    started = time.process_time()
                    record_document(connection, force, source, [one], outlet=one.outlet or "", now=NOW)
                    took.append(1_000 * (time.process_time() - started))
            if number >= WARMING:
                matched.setdefault(kind, []).append(took[0])
                unmatched.append(took[1])
        return matched, unmatched


def costs(data: Path, fast: bool) -> Sequence[Figure]:
    """Both rows on time."""
    figures = []
    stored = STORED // 20 if fast else STORED
    for row, said, bodies, floor, goal in (
        ("cost-bodies", "with bodies", True, 4.0, 2.5),
        ("cost-headlines", "headline only", False, 2.0, 1.0),
    ):
        started = time.perf_counter()
        matched, unmatched = milliseconds(stored, bodies=bodies)
        every = sorted(took for kind in matched.values() for took in kind)
        kinds = ", ".join(f"{kind} {statistics.median(took):.2f}" for kind, took in sorted(matched.items()))
        figures.append(
            Figure(
                row, f"a matched entry at {stored:,} stored, {said}, ms", statistics.median(every),
                at_most(floor), at_most(goal),
                f"SQLite, warm, processor time of record_document, median of {len(every)}; {kinds}; "
                f"9 of 10 under {every[len(every) * 9 // 10]:.2f}; unmatched {statistics.median(unmatched):.2f}",
                time.perf_counter() - started,
            )
        )  # fmt: skip
    return figures


def growth(data: Path, fast: bool) -> Sequence[Figure]:
    """What the candidate query reads in a large store against a small one."""
    started = time.perf_counter()
    small, large = (KEYS[0], KEYS[0] * 5) if fast else KEYS
    found = {}
    for count in (small, large):
        shape = grown_stores.Shape(count, "topics")
        with grown_stores.built("sqlite", shape) as store:
            found[count] = candidates.cost(store, grown_stores.asked(shape))
    one, two = found[small], found[large]
    whole = sorted({*one.whole, *two.whole})
    setting = f"SQLite, {large:,} keys against {small:,}; more topics; tables read whole: {', '.join(whole) or 'none'}"
    bounds = at_most(1.3), at_most(1.1)
    seconds = time.perf_counter() - started
    return (
        Figure(
            "candidate-rows", "candidate query, rows read, ratio", two.loaded.rows / one.loaded.rows, *bounds,
            f"{setting}; {one.loaded.rows:.0f} and {two.loaded.rows:.0f} rows", seconds,
        ),
        Figure(
            "candidate-pages", "candidate query, pages read, ratio", two.loaded.pages / one.loaded.pages, *bounds,
            f"{one.loaded.pages:.0f} and {two.loaded.pages:.0f} pages, "
            f"of which the probes {one.probed.pages:.0f} and {two.probed.pages:.0f}",
        ),
        Figure(
            "candidate-scans", "candidate query, growing tables read whole", len(whole), at_most(0), at_most(0),
            ", ".join(whole),
        ),
    )  # fmt: skip


MEASURES = (
    Measure("cost", ("cost-bodies", "cost-headlines"), costs),
    Measure("growth", ("candidate-rows", "candidate-pages", "candidate-scans"), growth),
)
