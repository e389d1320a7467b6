"""What an entry said before: a replaced revision keeps its texts and keys, so that a back-test equals what happened."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from monitor.model import Entry
from monitor.store import tables as t

_NEXT: Final = sa.select(sa.func.coalesce(sa.func.max(t.revision.c.seq), 0) + 1)
_KEYS: Final = ("url", "url_key", "title_key", "body_hash")


def next_seq(connection: sa.Connection) -> int:
    """The number of the next revision in the order of recording; there is one writer, so none is given twice."""
    return int(connection.scalar(_NEXT) or 1)


def said_by(entry: Entry) -> dict[str, Any]:
    """What a later revision says of itself beside its texts; the row of the entry keeps the first one's."""
    return {name: getattr(entry, name) for name in (*_KEYS, "outlet", "language")} | {
        "published": entry.published.isoformat() if entry.published else None
    }


def say(connection: sa.Connection, entry: int, first: Entry, **more: Any) -> None:
    """Write at the first revision of an entry how it came to be one: ``succeeds`` (the entry that had its key) and
    ``reason`` (``number date title text``)."""
    here = t.revision.c.entry == entry, t.revision.c.n == 0
    connection.execute(sa.update(t.revision).where(*here).values(said=said_by(first) | more))


def keep_replaced(connection: sa.Connection, entry: int, number: int, texts: tuple[str, str] | None) -> None:
    """Keep teaser and text of the revision that is about to be replaced (None: they are gone already), and of a first
    one its address and keys, which the entry's row is about to lose."""
    here = t.revision.c.entry == entry, t.revision.c.n == number
    values: dict[str, Any] = dict(zip(("teaser", "text"), texts or (None, None), strict=True))
    if number == 0:
        row = connection.execute(sa.select(t.entry).where(t.entry.c.id == entry)).one()
        before = connection.scalar(sa.select(t.revision.c.said).where(*here))
        values["said"] = (
            (before or {})
            | {name: row._mapping[name] for name in (*_KEYS, "outlet", "language")}
            | {"published": row.published.isoformat() if row.published else None}
        )
    connection.execute(sa.update(t.revision).where(*here).values(values))
