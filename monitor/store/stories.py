"""Stories as rows: what a new entry may be compared with, and which story it opens or joins."""

from __future__ import annotations

import functools
import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.limits import BUCKET_CAP, CANDIDATES_CAP, STORY_WINDOW
from monitor.model import Article, Join
from monitor.store import tables as t
from monitor.store.entries import CHUNK, ignoring, texts

FOLD_LOCK = 0x6D6F6E66  # "monf": PostgreSQL advisory lock; under SQLite BEGIN IMMEDIATE does the same


def take_fold_lock(connection: sa.Connection) -> None:
    """Two writers that bring twins make one story: documents with matches hold this lock to the transaction's end."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(FOLD_LOCK)))


def key_number(key: str) -> int:
    """A cluster key as a signed 64-bit number."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)


def write_keys(connection: sa.Connection, entry: int, keys: Sequence[str], when: datetime) -> None:
    """Make a matched entry findable by the terms of its title, in the period of its date."""
    period = t.period_of(when)
    rows = [{"period": period, "key": key_number(key), "entry": entry} for key in dict.fromkeys(keys)]
    if rows:
        connection.execute(ignoring(connection, t.cluster_key), rows)


def story_of(connection: sa.Connection, entry: int) -> int | None:
    """The story an entry belongs to; a merged one stands for the one it was merged into."""
    found = connection.scalar(_STORY_OF, {"entry": entry})
    return None if found is None else int(found)


def stories_of(connection: sa.Connection, entries: Sequence[int]) -> dict[int, int]:
    """Entry to its story, of those that are in one; a merged one stands for the one it was merged into."""
    found: dict[int, int] = {}
    for start in range(0, len(entries), CHUNK):
        rows = connection.execute(_STORIES_OF, {"ids": list(entries[start : start + CHUNK])})
        found |= {row.entry: int(row.story) for row in rows}
    return found


def candidates(
    connection: sa.Connection, article: Article, keys: Sequence[str], *, alike: bool = True
) -> list[Article]:
    """Earlier entries of stories that share a cheap key or title terms with ``article``, most promising first.

    At most ``CANDIDATES_CAP``; by equality probes only, so the cost does not grow with the store. Not ``alike``: it
    is known that no entry shares a cheap key with it (:func:`with_alike`).
    """
    equal = _equal(connection, article, in_story=True) if alike else []
    shared = _sharing_terms(connection, article, keys)
    shared.pop(article.id, None)
    near = sorted(shared, key=lambda e: (-shared[e], -e))
    wanted = [e for e in dict.fromkeys([*equal, *near]) if e != article.id][:CANDIDATES_CAP]
    return load_articles(connection, wanted, bodies_for=set(equal))


def equal_unmatched(connection: sa.Connection, article: Article) -> list[Article]:
    """Entries outside any story that share a cheap key with ``article``: its copies that name no topic themselves."""
    ids = _equal(connection, article, in_story=False)
    return load_articles(connection, [i for i in ids if i != article.id], bodies_for=set(ids))


_TWINS = sa.text(
    " UNION ".join(
        f"SELECT e.id FROM entry e JOIN entry m ON m.{key} = e.{key} AND m.id <> e.id "
        "JOIN story_entry s ON s.entry = m.id WHERE e.id IN :ids"
        for key in ("url_key", "title_key", "body_hash")
    )
).bindparams(sa.bindparam("ids", expanding=True))


def with_twins(connection: sa.Connection, entries: Sequence[int]) -> set[int]:
    """Those of ``entries`` that share a cheap key with an entry of a story: one look for a whole document."""
    found: set[int] = set()
    for start in range(0, len(entries), CHUNK // 3):
        found |= set(connection.scalars(_TWINS, {"ids": list(entries[start : start + CHUNK // 3])}))
    return found


_ALIKE = sa.text(
    " UNION ".join(
        f"SELECT m.id FROM entry m WHERE m.id IN :ids AND EXISTS "
        f"(SELECT 1 FROM entry e WHERE e.{key} = m.{key} AND e.id <> m.id)"
        for key in ("url_key", "title_key", "body_hash")
    )
).bindparams(sa.bindparam("ids", expanding=True))


def with_alike(connection: sa.Connection, entries: Sequence[int]) -> set[int]:
    """Those of ``entries`` that share a cheap key with any other entry: only they can be copies."""
    found: set[int] = set()
    for start in range(0, len(entries), CHUNK // 3):
        found |= set(connection.scalars(_ALIKE, {"ids": list(entries[start : start + CHUNK // 3])}))
    return found


def _newest_equal(column: sa.ColumnElement[Any], *, in_story: bool) -> sa.Select[tuple[int]]:
    member = sa.exists().where(t.story_entry.c.entry == t.entry.c.id)
    equal = sa.select(t.entry.c.id).where(column == sa.bindparam("value"), member if in_story else ~member)
    return equal.order_by(t.entry.c.id.desc()).limit(CANDIDATES_CAP)


# composed once: composing a statement costs SQLAlchemy more than SQLite needs to answer it
_EQUAL = {
    (key, in_story): _newest_equal(t.entry.c[key], in_story=in_story)
    for key in ("url_key", "title_key", "body_hash")
    for in_story in (True, False)
}
_ARTICLES = sa.select(
    t.entry.c.id, t.entry.c.title, t.entry.c.outlet, t.entry.c.published, t.entry.c.first_seen,
    t.entry.c.url_key, t.entry.c.title_key, t.entry.c.body_hash,
).where(t.entry.c.id.in_(sa.bindparam("ids", expanding=True)))  # fmt: skip
_NEW_EVENT = sa.insert(t.event).values(merged_into=None).returning(t.event.c.id)
_NEW_STORY = sa.insert(t.story).returning(t.story.c.id)
_STORIES_OF = (
    sa.select(t.story_entry.c.entry, sa.func.coalesce(t.story.c.merged_into, t.story.c.id).label("story"))
    .join(t.story, t.story.c.id == t.story_entry.c.story)
    .where(t.story_entry.c.entry.in_(sa.bindparam("ids", expanding=True)))
)
_STORY_OF = (
    sa.select(sa.func.coalesce(t.story.c.merged_into, t.story.c.id))
    .join(t.story_entry, t.story_entry.c.story == t.story.c.id)
    .where(t.story_entry.c.entry == sa.bindparam("entry"))
)


def _equal(connection: sa.Connection, article: Article, *, in_story: bool) -> list[int]:
    found: dict[int, None] = {}
    for key in ("url_key", "title_key", "body_hash"):
        value = getattr(article, key)
        if value is not None:
            found |= dict.fromkeys(connection.scalars(_EQUAL[key, in_story], {"value": value}))
    return list(found)


@functools.cache
def _probes(count: int) -> sa.TextClause:
    # one probe a (period, key), each cut to the newest: written as text because composing 32 subqueries costs 3 ms
    parts = [
        f"SELECT * FROM (SELECT entry FROM cluster_key WHERE period = :p{i} AND key = :k{i} "
        f"ORDER BY entry DESC LIMIT {BUCKET_CAP}) AS q{i}"
        for i in range(count)
    ]
    return sa.text(" UNION ALL ".join(parts))


def _sharing_terms(connection: sa.Connection, article: Article, keys: Sequence[str]) -> Counter[int]:
    numbers = [key_number(key) for key in dict.fromkeys(keys)]
    if not numbers:
        return Counter()
    # the window to both sides: a story may arrive in the order in which nobody wrote it
    periods = sorted({t.period_of(article.when + sign * STORY_WINDOW) for sign in (-1, 0, 1)})
    bound: dict[str, Any] = {}
    for i, (period, number) in enumerate((p, n) for p in periods for n in numbers):
        bound |= {f"p{i}": period, f"k{i}": number}
    count = len(periods) * len(numbers)
    return Counter(connection.scalars(_probes(count), bound))


def topics_published_before(connection: sa.Connection, entry: int, source: int) -> set[int]:
    """Topics that an entry's own source has already brought with the entry that it joined: it issued its id anew."""
    twin = sa.select(t.story_entry.c.other).where(t.story_entry.c.entry == entry).scalar_subquery()
    statement = (
        sa.select(t.match.c.topic)
        .join(t.entry, t.entry.c.id == t.match.c.entry)
        .where(t.match.c.entry == twin, t.entry.c.source == source)
    )
    return set(connection.scalars(statement))


def load_articles(connection: sa.Connection, ids: Sequence[int], *, bodies_for: set[int]) -> list[Article]:
    """Entries as the clustering sees them, in the order of ``ids``; bodies only for ``bodies_for``."""
    if not ids:
        return []
    rows = {r.id: r for r in connection.execute(_ARTICLES, {"ids": list(ids)})}
    bodies = texts(connection, [i for i in ids if i in bodies_for])
    found = []
    for i in ids:
        row = rows[i]
        teaser, text = bodies.get(i, ("", ""))
        found.append(
            Article(
                id=i,
                title=row.title,
                outlet=row.outlet,
                when=row.published or row.first_seen,
                url_key=row.url_key,
                title_key=row.title_key,
                body_hash=row.body_hash,
                body=text or teaser,
            )
        )
    return found


def open_story(connection: sa.Connection, entry: int, now: datetime) -> int:
    """A new story, alone in a new event, with ``entry`` as its first."""
    event = int(connection.execute(_NEW_EVENT).scalar_one())
    values = {"event": event, "first_entry": entry, "first_seen": now, "last_seen": now}
    story = int(connection.execute(_NEW_STORY, values).scalar_one())
    member = {"entry": entry, "story": story, "rule": "first", "numbers": {}, "by": "rule", "at": now}
    connection.execute(sa.insert(t.story_entry), member)
    return story


def join_story(connection: sa.Connection, entry: int, story: int, join: Join, now: datetime) -> None:
    """Put ``entry`` into ``story``, with the rule and the numbers that say why."""
    connection.execute(
        ignoring(connection, t.story_entry).values(
            entry=entry, story=story, rule=join.rule, numbers=dict(join.numbers), by="rule", other=join.other, at=now
        )
    )
    seen = sa.select(t.entry.c.first_seen).where(t.entry.c.id == entry).scalar_subquery()
    first, last = t.story.c.first_seen, t.story.c.last_seen
    # found among stored entries, a story may grow backwards: then ``now`` is when the entry was seen
    latest = sa.case((sa.and_(last < now, seen <= now), now), (last < seen, seen), else_=last)
    values = {"last_seen": latest, "first_seen": sa.case((first > seen, seen), else_=first)}
    connection.execute(sa.update(t.story).where(t.story.c.id == story).values(values))
