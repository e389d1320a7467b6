"""Which stored entry an entry of a document is: by its key, under another id, or none, where the next issue of a
newsletter stands under the key of the last."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from monitor.limits import IDS_CAP
from monitor.model import Entry, Worded
from monitor.store import tables as t

Another: TypeAlias = Callable[[Worded, Entry, datetime], str | None]
"""Why an entry that stands under a known key now is another one than before; None: it is a revision of it."""
_CHUNK: Final = 400
_FOUND_CAP: Final = 2_000
"""Newest entries looked at for one document: one address may stand a thousand times."""
_ROW: Final = (
    t.entry.c.id, t.entry.c.revision, t.entry.c.text_hash, t.entry.c.text_state, t.entry.c.body_hash, t.entry.c.title,
    t.entry.c.published, t.entry.c.url_key, t.entry.c.title_key,
)  # fmt: skip
_KNOWN: Final = (
    sa.select(t.seen.c.key_hash, *_ROW)
    .outerjoin(t.entry, t.entry.c.id == t.seen.c.entry)
    .where(t.seen.c.source == sa.bindparam("of"), t.seen.c.key_hash.in_(sa.bindparam("keys", expanding=True)))
)
_SHARING: Final = {
    column: sa.select(*_ROW)
    .where(t.entry.c[column].in_(sa.bindparam("keys", expanding=True)), t.entry.c.source == sa.bindparam("of"))
    .order_by(t.entry.c.id.desc())
    .limit(_FOUND_CAP)
    for column in ("url_key", "title_key")
}
_IDS: Final = (
    sa.select(t.seen.c.entry, sa.func.count().label("ids"))
    .where(t.seen.c.entry.in_(sa.bindparam("keys", expanding=True)))
    .group_by(t.seen.c.entry)
)
_ISSUE: Final = sa.select(*_ROW).where(
    t.entry.c.source == sa.bindparam("of"),
    sa.or_(
        t.entry.c.key_hash == sa.bindparam("key"),
        sa.and_(t.entry.c.url == sa.bindparam("url"), t.entry.c.text_hash == sa.bindparam("text")),
    ),
)

_SHOWN: Final = (
    sa.select(*_ROW)
    .where(
        t.entry.c.url_key == sa.bindparam("place"),
        t.entry.c.source == sa.bindparam("of"),
        t.entry.c.text_hash == sa.bindparam("text"),
        t.entry.c.id != sa.bindparam("standing"),
    )
    .order_by(t.entry.c.id)
    .limit(1)
)


def known(connection: sa.Connection, source: int, keys: Sequence[str]) -> dict[str, Any]:
    """The rows of entries that were seen under these key hashes; their ``id`` is None where only the key was kept."""
    found: dict[str, Any] = {}
    for part in _chunks(keys):
        found |= {row.key_hash: row for row in connection.execute(_KNOWN, {"of": source, "keys": part})}
    return found


def under_other_ids(
    connection: sa.Connection, source: int, fresh: Sequence[Entry], whole: Sequence[Entry]
) -> dict[str, Any]:  # fmt: skip
    """Of entries whose keys were never seen, those that the source published before under another id: key hash to row.

    The same address and title, or (a site has moved) the same title with the same path or body; and with that the same
    date of publication or the same texts to the letter. Or, whatever its title, the same address with the same date and
    body; or an id that is that address but for what names nothing (``#2`` counts its versions), where nothing else
    stands there, in what is stored and in the ``whole`` document.
    """
    rows: dict[int, Any] = {}
    for column, statement in _SHARING.items():
        for part in _chunks(sorted({value for entry in fresh if (value := getattr(entry, column)) is not None})):
            rows |= {row.id: row for row in connection.execute(statement, {"of": source, "keys": part})}
    if not rows:
        return {}
    places: dict[str, list[Any]] = {}
    for _, row in sorted(rows.items()):  # the oldest first: it is the one that later ids stand for
        for value in {row.url_key, row.title_key} - {None}:
            places.setdefault(value, []).append(row)
    here = Counter(entry.url_key for entry in whole)
    found = {}
    for entry in fresh:
        near = [*places.get(entry.url_key or "", ()), *places.get(entry.title_key or "", ())]
        same = next((row for row in near if _same(row, entry)), None)
        if same is None and entry.url_key is not None and entry.key_place == entry.url_key and here[entry.url_key] == 1:
            there = [row for row in places.get(entry.url_key, ()) if row.url_key == entry.url_key]
            same = there[0] if len(there) == 1 else None
        if same is not None:
            found[entry.key_hash] = same
    return found


def remember(connection: sa.Connection, source: int, found: Mapping[str, Any]) -> None:
    """Keep the further keys of entries, up to ``IDS_CAP`` of one: where an id moved once, its new form is the entry's
    from now on, also when the title changes; a feed that makes new ids at every poll does not fill the store."""
    ids = sorted({row.id for row in found.values()})
    counts: dict[int, int] = {}
    for part in _chunks(ids):
        counts |= {row.entry: row.ids for row in connection.execute(_IDS, {"keys": part})}
    rows = []
    for key_hash, row in found.items():
        counts[row.id] = counts.get(row.id, 0) + 1
        if counts[row.id] <= IDS_CAP:
            rows.append({"source": source, "key_hash": key_hash, "entry": row.id})
    if rows:
        connection.execute(sa.insert(t.seen), rows)


def worded(connection: sa.Connection, row: Any, kept: tuple[str, str] | None) -> Worded:
    """A stored entry as its newest revision has it; ``kept`` are its teaser and text, where they are still there."""
    newest = connection.execute(
        sa.select(t.revision.c.seen_at, t.revision.c.said).where(
            t.revision.c.entry == row.id, t.revision.c.n == row.revision
        )
    ).one()
    teaser, text = kept or ("", "")
    said = (newest.said or {}).get("published")
    return Worded(
        title=row.title,
        teaser=teaser,
        text="" if row.text_state == "article" else text,
        text_hash=row.text_hash,
        published=datetime.fromisoformat(said) if said else row.published,
        seen=newest.seen_at,
    )


def issue(connection: sa.Connection, source: int, entry: Entry) -> tuple[Entry, Any]:
    """The entry with a key of its own under the one that it shares, and its row, where it was recorded before: a cache
    in front of a feed may show the last issue once more."""
    own = hashlib.sha256(f"{entry.key_hash}\n{entry.text_hash}".encode()).hexdigest()[:32]
    bound = {"of": source, "key": own, "url": entry.url, "text": entry.text_hash}
    return replace(entry, key_hash=own), connection.execute(_ISSUE, bound).first()


def shown_before(connection: sa.Connection, source: int, entry: Entry, standing: int) -> Any:
    """The row of an earlier issue at the address that is its key, which a cache shows once more; not of the one that is
    ``standing`` there. Its date is no help: it would pass for a revision of the newest one."""
    if entry.url_key is None or entry.key_place != entry.url_key:
        return None
    bound = {"of": source, "place": entry.url_key, "text": entry.text_hash, "standing": standing}
    return connection.execute(_SHOWN, bound).first()


def succeed(connection: sa.Connection, source: int, key_hash: str, entry: int) -> None:
    """From now on the key means this entry."""
    here = t.seen.c.source == source, t.seen.c.key_hash == key_hash
    connection.execute(sa.update(t.seen).where(*here).values(entry=entry))


def published_before(connection: sa.Connection, source: int, entries: Sequence[int]) -> int:
    """How many of these entries the source had published before under another id: at the same address or with the
    same title."""
    older = t.entry.alias("older")
    same = sa.or_(older.c.url_key == t.entry.c.url_key, older.c.title_key == t.entry.c.title_key)
    found = 0
    for start in range(0, len(entries), _CHUNK):
        part = list(entries[start : start + _CHUNK])
        twin = sa.exists().where(older.c.source == source, older.c.id < min(entries), same)
        found += connection.scalar(sa.select(sa.func.count()).where(t.entry.c.id.in_(part), twin)) or 0
    return found


def _same(row: Any, entry: Entry) -> bool:
    dated = row.published is not None and row.published == entry.published
    if not dated and row.text_hash != entry.text_hash:
        return False
    titled = row.title_key is not None and row.title_key == entry.title_key
    embodied = row.body_hash is not None and row.body_hash == entry.body_hash
    if row.url_key is not None and row.url_key == entry.url_key:
        return bool(titled or row.title == entry.title or (dated and embodied))
    moved = _path(row.url_key) == _path(entry.url_key) != ""
    return bool(titled and (moved or embodied))


def _path(url_key: str | None) -> str:
    return (url_key or "").partition("://")[2].partition("/")[2]


def _chunks(values: Sequence[Any]) -> Iterable[list[Any]]:
    return (list(values[start : start + _CHUNK]) for start in range(0, len(values), _CHUNK))
