"""Finds stored entries by equal keys: how many rows are read depends on the keys asked for, not on the store."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from monitor.limits import BODY_WINDOW, BUCKET_CAP, BUCKET_FLOOR, CANDIDATES_CAP, PROBES_CAP, STORY_WINDOW
from monitor.model import Article, Candidate, Key, Packed
from monitor.store import tables as t

URL_WEIGHT: Final = 40.0
TITLE_WEIGHT: Final = 30.0
BODY_WEIGHT: Final = 40.0
"""What an equal address, title or body tells beside the terms, of which each tells 1 at most (lab)."""
CHEAP: Final = {"url_key": URL_WEIGHT, "title_key": TITLE_WEIGHT, "body_hash": BODY_WEIGHT}
BODY_KEY: Final = "b:"
_GRAIN: Final = 1_000  # weights are summed as whole numbers: alike on both databases, in any order
_STEP: Final = 16  # probes are filled up to a multiple, so that few statements are prepared and all are kept


class Probe(NamedTuple):
    """One look at the newest entries of a key in a period."""

    weight: int
    period: int
    key: int
    cap: int


_NOTHING: Final = Probe(0, 0, 0, 0)


@functools.lru_cache(maxsize=65_536)
def key_number(key: str) -> int:
    """A cluster key as a signed 64-bit number."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)


def periods_between(start: datetime, end: datetime) -> list[int]:
    """The periods that a span touches, in order."""
    weeks = range((end - start) // timedelta(days=7) + 1)
    return sorted({t.period_of(end), *(t.period_of(start + timedelta(days=7 * week)) for week in weeks)})


def probes(keys: Sequence[Key], when: datetime) -> list[Probe]:
    """Where to look for the entries that share ``keys``; at most ``PROBES_CAP``, the heaviest keys first.

    Terms of titles are looked up within ``STORY_WINDOW`` to both sides, for a story may arrive in an order in which
    nobody wrote it; those of bodies (``b:``) back to ``BODY_WINDOW``. A key that tells less is read less far.
    """
    titles = periods_between(when - STORY_WINDOW, when + STORY_WINDOW)
    bodies = periods_between(when - BODY_WINDOW, when + STORY_WINDOW)
    weights: dict[str, float] = {}
    for key in keys:
        weights[key.name] = max(key.weight, weights.get(key.name, 0.0))
    found = []
    for name, weight in sorted(weights.items(), key=lambda pair: (-pair[1], pair[0])):
        if weight > 0:
            number, cap = key_number(name), max(BUCKET_FLOOR, min(BUCKET_CAP, round(BUCKET_CAP * weight**2)))
            periods = bodies if name.startswith(BODY_KEY) else titles
            found += [Probe(max(1, round(_GRAIN * weight)), period, number, cap) for period in periods]
    return found[:PROBES_CAP]


# The cheap keys. First the newest of a bucket, then who of them is in a story: the other way round a bucket of a
# thousand entries without a story would be read to its end.
_CHEAP: Final = " UNION ALL ".join(
    f"SELECT newest.id AS entry, {round(_GRAIN * weight)} AS weight FROM (SELECT id FROM entry WHERE {key} = %s"
    f" ORDER BY id DESC LIMIT {BUCKET_CAP}) AS newest"
    # a value, not a join: PostgreSQL would read all of a young table for a join
    " WHERE (SELECT entry FROM story_entry WHERE story_entry.entry = newest.id) IS NOT NULL"
    for key, weight in CHEAP.items()
)
_PROBE_SQLITE: Final = (
    "SELECT entry, weight FROM (SELECT entry, %s AS weight FROM cluster_key WHERE period = %s AND key = %s"
    " ORDER BY entry DESC LIMIT %s) AS probed"
)
# an array a column: PostgreSQL would need longer to plan a hundred branches than to read them
_PROBES_POSTGRES: Final = (
    "SELECT c.entry, p.weight FROM unnest(CAST(%s AS int[]), CAST(%s AS int[]), CAST(%s AS bigint[]),"
    " CAST(%s AS int[])) AS p(weight, period, key, cap) CROSS JOIN LATERAL (SELECT k.entry FROM cluster_key AS k"
    " WHERE k.period = p.period AND k.key = p.key ORDER BY k.entry DESC LIMIT p.cap) AS c"
)
_COLUMNS: Final = (
    "e.id, e.title, e.outlet, e.published, e.first_seen, e.url_key, e.title_key, e.body_hash, e.language, e.url,"
    " coalesce(r.id, s.id) AS story, coalesce(v.merged_into, v.id) AS event, f.terms, f.size"
)
# Entry by entry, also while the tables are small and few statistics tell how they grow: SQLite keeps to the order of a
# CROSS JOIN, PostgreSQL does not look into a subquery with an OFFSET.
_LOADED: Final = {
    "sqlite": (
        f"SELECT {_COLUMNS} FROM best AS b CROSS JOIN entry AS e ON e.id = b.entry"
        " CROSS JOIN story_entry AS m ON m.entry = e.id CROSS JOIN story AS s ON s.id = m.story"
        " LEFT JOIN story AS r ON r.id = s.merged_into LEFT JOIN event AS v ON v.id = coalesce(r.event, s.event)"
        " LEFT JOIN entry_features AS f ON f.entry = e.id"
    ),
    "postgresql": (
        f"SELECT loaded.* FROM best AS b CROSS JOIN LATERAL (SELECT {_COLUMNS} FROM entry AS e"
        " JOIN story_entry AS m ON m.entry = e.id JOIN story AS s ON s.id = m.story"
        " LEFT JOIN story AS r ON r.id = s.merged_into LEFT JOIN event AS v ON v.id = coalesce(r.event, s.event)"
        " LEFT JOIN entry_features AS f ON f.entry = e.id WHERE e.id = b.entry OFFSET 0) AS loaded"
    ),
}


@functools.cache
def statement(dialect: str, branches: int, limit: int, *, cheap: bool) -> str:
    """The one statement of :func:`candidates`, in the driver's own style: the number of ``branches`` matters to SQLite.

    Written as text and cached, since composing it costs SQLAlchemy more than the database needs to answer it.
    """
    probing = [_PROBE_SQLITE] * branches if dialect == "sqlite" else [_PROBES_POSTGRES]
    shared = " UNION ALL ".join([*probing, _CHEAP] if cheap else probing)
    best = (
        f"SELECT entry, sum(weight) FROM ({shared}) AS found WHERE entry <> %s"
        f" GROUP BY entry HAVING sum(weight) >= %s ORDER BY sum(weight) DESC, entry DESC LIMIT {limit}"
    )
    text = f"WITH best(entry, worth) AS ({best}) {_LOADED[dialect]} ORDER BY b.worth DESC, b.entry DESC"
    return text.replace("%s", "?") if dialect == "sqlite" else text


def bound(
    dialect: str, looks: Sequence[Probe], article: Article, *, cheap: bool, least: float = 0.0
) -> tuple[int, tuple[Any, ...]]:
    """How many branches the statement needs, and its parameters in order."""
    values: list[Any] = []
    branches = 0
    if dialect == "sqlite":
        branches = -(-len(looks) // _STEP) * _STEP
        for look in (*looks, *[_NOTHING] * (branches - len(looks))):
            values += look
    else:
        values += [[look[column] for look in looks] for column in range(4)]
    if cheap:
        values += [article.url_key, article.title_key, article.body_hash]
    return branches, (*values, article.id, round(_GRAIN * least))


def candidates(
    connection: sa.Connection,
    article: Article,
    keys: Sequence[Key],
    *,
    limit: int = CANDIDATES_CAP,
    alike: bool = True,
    least: float = 0.0,
) -> list[Candidate]:
    """Earlier entries of stories that share a cheap key or some of ``keys`` with ``article``, most promising first.

    At most ``limit``: those with the largest sum of weights of what is shared, which is ``least`` or more, then the
    newest. One statement of equality probes, each cut to the newest of its bucket. Not ``alike``: it is known that no
    entry shares a cheap key with it (:func:`monitor.store.stories.with_alike`). Bodies and shingles are not loaded.
    """
    looks = probes(keys, article.when)
    if not looks and not alike:
        return []
    dialect = connection.dialect.name
    branches, values = bound(dialect, looks, article, cheap=alike, least=least)
    rows = connection.exec_driver_sql(statement(dialect, branches, limit, cheap=alike), values)
    return list(_read(rows, _moment(connection.dialect)))


def _read(rows: Iterable[Any], moment: Callable[[Any], datetime | None]) -> Iterator[Candidate]:
    for row in rows:
        (entry, title, outlet, published, first_seen, url_key, title_key, body_hash, language, url) = row[:10]
        story, event, terms, size = row[10:]
        when = moment(published) or moment(first_seen)
        assert when is not None  # every entry was seen
        article = Article(entry, title, outlet, when, url_key, title_key, body_hash, "", language, url)
        yield Candidate(article, story, event, None if terms is None else Packed(terms, size))


@functools.cache
def _moment(dialect: sa.Dialect) -> Callable[[Any], datetime | None]:
    """From what the driver gives to an aware time, as the tables read it."""
    found = t.Moment().dialect_impl(dialect).result_processor(dialect, None)
    assert found is not None
    return found


def count_key(connection: sa.Connection, name: str, when: datetime, days: int) -> int:
    """How many entries carry a key in the periods of the ``days`` before ``when``; ``BUCKET_CAP`` a period at most."""
    periods = periods_between(when - timedelta(days=days), when)
    number = key_number(name)
    values = {f"p{nth}": period for nth, period in enumerate(periods)}
    return int(connection.scalar(_counting(len(periods)), {"key": number, **values}) or 0)


@functools.cache
def _counting(periods: int) -> sa.TextClause:
    parts = (
        f"SELECT * FROM (SELECT entry FROM cluster_key WHERE period = :p{nth} AND key = :key"
        f" LIMIT {BUCKET_CAP}) AS bucket{nth}"
        for nth in range(periods)
    )
    return sa.text(f"SELECT count(*) FROM ({' UNION ALL '.join(parts)}) AS counted")
