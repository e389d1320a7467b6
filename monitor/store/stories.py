"""Stories as rows: what a new entry may be compared with, and which story it opens or joins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.limits import BUCKET_CAP, CANDIDATES_CAP
from monitor.model import Article, Grouped, Join, Key
from monitor.store import events
from monitor.store import tables as t
from monitor.store.entries import CHUNK, ignoring, texts
from monitor.store.probes import CHEAP, candidates, count_key, key_number

__all__ = ["candidates", "count_key", "key_number"]

FOLD_LOCK = 0x6D6F6E66  # "monf": PostgreSQL advisory lock; under SQLite BEGIN IMMEDIATE does the same


def take_fold_lock(connection: sa.Connection) -> None:
    """Two writers that bring twins make one story: documents with matches hold this lock to the transaction's end."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(FOLD_LOCK)))


def write_keys(
    connection: sa.Connection, entry: int, keys: Sequence[Key], when: datetime, *, revised: bool = False
) -> None:
    """Make an entry of a story findable by ``keys``, in the period of its date; ``revised``: in place of its others."""
    if revised:
        connection.execute(_FORGET, {"the_entry": entry})
    period = t.period_of(when)
    rows = sorted((period, key_number(name), entry) for name in {key.name for key in keys})
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT OR IGNORE INTO cluster_key (period, key, entry) VALUES (?, ?, ?)", rows)
    else:
        bound = {"period": period, "entry": entry, "numbers": [number for _, number, _ in rows]}
        connection.execute(_WRITE_KEYS, bound)


_FORGET = sa.delete(t.cluster_key).where(t.cluster_key.c.entry == sa.bindparam("the_entry"))
_WRITE_KEYS = sa.text(
    "INSERT INTO cluster_key (period, key, entry)"
    " SELECT :period, number, :entry FROM unnest(CAST(:numbers AS bigint[])) AS number ON CONFLICT DO NOTHING"
)


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


def equal_unmatched(connection: sa.Connection, article: Article) -> list[Article]:
    """Entries outside any story that share a cheap key with ``article``: its copies that name no topic themselves.

    Of the newest ``BUCKET_CAP`` that share it, the newest ``CANDIDATES_CAP``.
    """
    found: dict[int, None] = {}
    for key in CHEAP:
        value = getattr(article, key)
        if value is not None:
            found |= dict.fromkeys(connection.scalars(_OUTSIDE[key], {"value": value}))
    ids = [entry for entry in found if entry != article.id]
    return load_articles(connection, ids, bodies_for=set(ids))


def _with_members(key: str) -> str:
    # value by value: a document may hold a thousand entries of one address, whose bucket is to be read once
    newest = f"SELECT id FROM entry WHERE {key} = valued.{key} ORDER BY id DESC LIMIT {BUCKET_CAP}"
    return (
        f"SELECT e.id FROM (SELECT DISTINCT {key} FROM entry WHERE id IN :ids AND {key} IS NOT NULL) AS valued "
        f"JOIN entry e ON e.{key} = valued.{key} AND e.id IN :ids "
        f"WHERE EXISTS (SELECT 1 FROM ({newest}) AS newest JOIN story_entry m ON m.entry = newest.id)"
    )


_TWINS = sa.text(
    f"SELECT id FROM ({' UNION '.join(map(_with_members, CHEAP))}) AS twin "
    "WHERE NOT EXISTS (SELECT 1 FROM story_entry WHERE story_entry.entry = twin.id)"
).bindparams(sa.bindparam("ids", expanding=True))


def with_twins(connection: sa.Connection, entries: Sequence[int]) -> set[int]:
    """Those of ``entries`` outside any story that share a cheap key with an entry of one: one look for a document."""
    found: set[int] = set()
    for start in range(0, len(entries), CHUNK // 3):
        found |= set(connection.scalars(_TWINS, {"ids": list(entries[start : start + CHUNK // 3])}))
    return found


_ALIKE = sa.text(
    " UNION ".join(
        f"SELECT m.id FROM entry m WHERE m.id IN :ids AND EXISTS "
        f"(SELECT 1 FROM entry e WHERE e.{key} = m.{key} AND e.id <> m.id)"
        for key in CHEAP
    )
).bindparams(sa.bindparam("ids", expanding=True))


def with_alike(connection: sa.Connection, entries: Sequence[int]) -> set[int]:
    """Those of ``entries`` that share a cheap key with any other entry: only they can be copies."""
    found: set[int] = set()
    for start in range(0, len(entries), CHUNK // 3):
        found |= set(connection.scalars(_ALIKE, {"ids": list(entries[start : start + CHUNK // 3])}))
    return found


def _outside(key: str) -> sa.Select[tuple[int]]:
    newest = sa.select(t.entry.c.id).where(t.entry.c[key] == sa.bindparam("value"))
    cut = newest.order_by(t.entry.c.id.desc()).limit(BUCKET_CAP).subquery("newest")
    outside = ~sa.exists().where(t.story_entry.c.entry == cut.c.id)
    return sa.select(cut.c.id).where(outside).order_by(cut.c.id.desc()).limit(CANDIDATES_CAP)


# composed once: composing a statement costs SQLAlchemy more than SQLite needs to answer it
_OUTSIDE = {key: _outside(key) for key in CHEAP}
_ARTICLES = sa.select(
    t.entry.c.id, t.entry.c.title, t.entry.c.outlet, t.entry.c.published, t.entry.c.first_seen,
    t.entry.c.url_key, t.entry.c.title_key, t.entry.c.body_hash, t.entry.c.language, t.entry.c.url,
).where(t.entry.c.id.in_(sa.bindparam("ids", expanding=True)))  # fmt: skip
_NEW_STORY = sa.insert(t.story).returning(t.story.c.id)
_FIRST = sa.insert(t.story_entry)
_SEEN = sa.select(t.entry.c.first_seen).where(t.entry.c.id == sa.bindparam("entry"))
_FIRST_MOMENT, _LAST_MOMENT = (sa.bindparam(name, type_=t.Moment) for name in ("first", "last"))
_REACH = (
    sa.update(t.story)
    .where(t.story.c.id == sa.bindparam("the_story"))
    .values(
        first_seen=sa.case((t.story.c.first_seen > _FIRST_MOMENT, _FIRST_MOMENT), else_=t.story.c.first_seen),
        last_seen=sa.case((t.story.c.last_seen < _LAST_MOMENT, _LAST_MOMENT), else_=t.story.c.last_seen),
    )
)
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
                language=row.language,
                url=row.url,
            )
        )
    return found


def open_story(
    connection: sa.Connection, entry: int, now: datetime, *, grouped: Grouped | None = None, alone: str = "alone",
    numbers: Mapping[str, float] | None = None, centroid: str = "", by: str = "rule",
) -> int:  # fmt: skip
    """A new story with ``entry`` as its first: in the event that it was ``grouped`` with, or in a new one of its own,
    for which ``alone`` says why (``alone``, ``cold``, ``template``, ``off``) with its ``numbers``; ``centroid``
    is the new event's middle."""
    event = (
        events.grow(connection, grouped.event, now)
        if grouped
        else events.open_event(connection, now, centroid=centroid)
    )
    values = {
        "event": event, "first_entry": entry, "first_seen": now, "last_seen": now,
        "event_rule": "event" if grouped else alone,
        "event_numbers": dict(grouped.numbers) if grouped else dict(numbers) if numbers else None,
        "event_other": grouped.other if grouped else None,
    }  # fmt: skip
    story = int(connection.execute(_NEW_STORY, values).scalar_one())
    member = {"entry": entry, "story": story, "rule": "first", "numbers": {}, "by": by, "at": now}
    connection.execute(_FIRST, member)
    return story


def join_story(
    connection: sa.Connection,
    entry: int,
    story: int,
    join: Join,
    now: datetime,
    *,
    added: Sequence[str] = (),
    by: str = "rule",
) -> None:
    """Put ``entry`` into ``story``, with the rule and the numbers that say why; an entry of a story stays in it.

    ``added`` are the paragraphs that it has and ``join.other`` has not.
    """
    member = {
        "entry": entry, "story": story, "rule": join.rule, "numbers": dict(join.numbers), "by": by,
        "other": join.other, "at": now, "added": list(added) or None,
    }  # fmt: skip
    connection.execute(ignoring(connection, t.story_entry).values(member))
    seen = connection.scalar(_SEEN, {"entry": entry})
    # found among stored entries, a story may grow backwards: then ``now`` is when the entry was seen
    reached = now if seen is None or seen <= now else seen
    connection.execute(_REACH, {"the_story": story, "first": seen or now, "last": reached})
    events.reach(connection, story, seen or now, reached)
