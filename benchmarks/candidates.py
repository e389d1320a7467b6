"""What it costs to find the stored entries that a new one may be a copy of, as the store grows.

    python -m benchmarks.candidates [--keys 100000 5000000] [--growth topics busier] [--databases sqlite postgresql]

Builds stores with so many cluster keys of the last six weeks, and asks for the candidates of new entries. A store is
made of topics with two names each, happenings of five entries with two names, words that a topic's reports share and
words that all share, both as Zipf says; an entry has 10 keys of its title and 6 of its body. It grows in two ways:
by more ``topics``, each as busy as before (about 6 entries a day), or as 20 topics get ``busier``, to 370 entries a
day each at 5,000,000 keys.

Prints for each store: steps of the plan that read a growing table from end to end (none is allowed); rows and pages
that the probes touch, and the whole statement, which then loads the 50 best entries from five tables (SQLite: hits and
misses of its cache; PostgreSQL: buffers of EXPLAIN); and milliseconds for one lookup from the call to the records, the
best of three (SQLite: processor time). Then what the largest costs against the smallest. Ends with 1 where the pages of
the probes miss the floor of 1.3 as ``topics`` grow.
"""

from __future__ import annotations

import _sqlite3
import argparse
import contextlib
import ctypes
import itertools
import re
import sqlite3
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.grown_stores import Asked, Shape, asked, built
from monitor.store import probes
from monitor.store.database import Store

FLOOR, GOAL = 1.3, 1.1
ROUNDS: Final = 3
GROWING: Final = ("entry", "story", "story_entry", "event", "cluster_key", "entry_features", "term_df")
_MADE: Final = re.compile(
    r"SCAN (\(?subquery-\d+\)?|\d+ CONSTANT ROWS?|CONSTANT ROW|probed|found|best|b|newest|valued|twin|counted|bucket\d+"
    r"|json_each VIRTUAL TABLE.*)"
)


def whole_reads(plan: Sequence[str]) -> list[str]:
    """The steps of an SQLite plan that read a table, or a whole index of it, from end to end.

    Walks through what the statement itself has made, and through the lists given to it, are none.
    """
    return [step for step in plan if step.startswith("SCAN") and not _MADE.fullmatch(step)]


def read_whole(plan: dict[str, Any]) -> list[str]:
    """The tables that a PostgreSQL plan reads from end to end, or by a whole index of theirs."""
    inner = [table for part in plan.get("Plans", ()) for table in read_whole(part)]
    by_index = plan["Node Type"] in ("Index Scan", "Index Only Scan") and "Index Cond" not in plan
    return [*([plan["Relation Name"]] if by_index or plan["Node Type"] == "Seq Scan" else []), *inner]


def rows_of(plan: dict[str, Any]) -> float:
    """Rows that a PostgreSQL plan took from tables and indexes, those that it threw away included."""
    own = 0.0
    if "Relation Name" in plan:
        thrown = sum(plan.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
        own = (plan["Actual Rows"] + thrown) * plan["Actual Loops"]
    return own + sum(rows_of(part) for part in plan.get("Plans", ()))


@dataclass(frozen=True)
class Touched:
    """Rows and pages of one statement, or means of them."""

    rows: float
    pages: float

    def __str__(self) -> str:
        return f"{self.rows:.0f} rows, {self.pages:.0f} pages"


@dataclass(frozen=True)
class Cost:
    """Means over the lookups."""

    whole: tuple[str, ...]
    """What was read from end to end."""
    probed: Touched
    loaded: Touched
    """The whole statement, the probes included."""
    found: float
    milliseconds: float

    def __str__(self) -> str:
        return (
            f"read whole: {', '.join(self.whole) or 'nothing'}; probes {self.probed}; all {self.loaded}; "
            f"{self.found:.1f} candidates, {self.milliseconds:.2f} ms (median)"
        )


def _probing(text: str) -> str:
    """The part of the statement that probes, without the cut to the best of what it finds."""
    return text[text.index("FROM (") + 6 : text.index(") AS found")]


Measured = tuple[set[str], list[Touched], list[Touched]]


def _sqlite_costs(store: Store, queries: Sequence[Asked]) -> Measured:
    whole: set[str] = set()
    probed, loaded = [], []
    with contextlib.closing(sqlite3.connect(f"file:{store.path}?mode=ro", uri=True)) as connection:
        for one in queries:
            text, values = one.sql("sqlite")
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", values)]
            whole |= set(whole_reads(plan))
            probed.append(_touched(connection, _probing(text), values[:-2]))
            everything = _touched(connection, text, values)
            loaded.append(Touched(probed[-1].rows + 5 * everything.rows, everything.pages))
    return whole, probed, loaded


def _touched(connection: sqlite3.Connection, text: str, values: Sequence[Any]) -> Touched:
    # twice: what it takes to read the schema and to prepare is not of the lookup
    connection.execute(text, values).fetchall()
    before = _pages(connection)
    found = connection.execute(text, values).fetchall()
    return Touched(len(found), _pages(connection) - before)


def _pages(connection: sqlite3.Connection) -> int:
    """Pages asked for by this connection since it was opened: hits and misses of its cache, as SQLite counts them.

    ``sqlite3`` does not hand the counters out; the handle stands first in its connection object (CPython).
    """
    library = ctypes.CDLL(_sqlite3.__file__)
    handle = ctypes.c_void_p.from_address(id(connection) + object.__basicsize__)
    total, highest = ctypes.c_int(), ctypes.c_int()
    pages = 0
    for counter in (7, 8):  # SQLITE_DBSTATUS_CACHE_HIT and SQLITE_DBSTATUS_CACHE_MISS
        library.sqlite3_db_status(handle, counter, ctypes.byref(total), ctypes.byref(highest), 0)
        pages += total.value
    return pages


def _postgres_costs(store: Store, queries: Sequence[Asked]) -> Measured:
    whole: set[str] = set()
    probed, loaded = [], []
    with store.read() as connection:

        def touched(text: str, values: tuple[Any, ...]) -> Touched:
            explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {text}"
            plan = connection.exec_driver_sql(explain, values).scalar_one()[0]["Plan"]
            whole.update(table for table in read_whole(plan) if table in GROWING)
            return Touched(rows_of(plan), plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])

        for one in queries:
            text, values = one.sql("postgresql")
            probed.append(touched(_probing(text), values[:-2]))
            loaded.append(touched(text, values))
    return whole, probed, loaded


def _mean(all_touched: Sequence[Touched]) -> Touched:
    return Touched(*(statistics.fmean(getattr(one, name) for one in all_touched) for name in ("rows", "pages")))


def cost(store: Store, queries: Sequence[Asked]) -> Cost:
    """What the lookups for ``queries`` read and take."""
    whole, probed, loaded = (_sqlite_costs if store.sqlite else _postgres_costs)(store, queries)
    times: list[float] = []
    found: list[int] = []
    clock = time.process_time if store.sqlite else time.perf_counter
    with store.write() as connection:
        for one in queries:
            tries = []
            for _ in range(ROUNDS):  # a daemon has warm what the first one reads
                started = clock()
                given = probes.candidates(connection, one.article, one.keys)
                tries.append(clock() - started)
            times.append(min(tries))
            found.append(len(given))
    return Cost(
        tuple(sorted(whole)),
        _mean(probed),
        _mean(loaded),
        statistics.fmean(found),
        1_000 * statistics.median(times),
    )


def main(arguments: Sequence[str]) -> int:
    """Print the figures; 1 when a floor is missed."""
    parser = argparse.ArgumentParser(description="the cost of finding candidates")
    parser.add_argument("--keys", type=int, nargs="+", default=[100_000, 5_000_000])
    parser.add_argument("--growth", nargs="+", default=["topics", "busier"], choices=["topics", "busier"])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    given = parser.parse_args(arguments)
    missed = False
    for database, growth in itertools.product(given.databases, given.growth):
        costs = {}
        for keys in given.keys:
            shape = Shape(keys, growth)
            with built(database, shape) as store:
                costs[keys] = cost(store, asked(shape))
            print(f"{database}, {growth}, {keys:,} keys: {costs[keys]}", flush=True)
        small, large = costs[min(costs)], costs[max(costs)]
        ratios = [
            f"{what} {after.rows / before.rows:.2f} x rows, {after.pages / before.pages:.2f} x pages"
            for what, before, after in (
                ("probes", small.probed, large.probed),
                ("all", small.loaded, large.loaded),
            )
        ]
        print(f"{database}, {growth}: {'; '.join(ratios)} (pages: goal {GOAL}, floor {FLOOR})", flush=True)
        missed |= any(one.whole for one in costs.values())
        missed |= growth == "topics" and large.probed.pages > FLOOR * small.probed.pages
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
