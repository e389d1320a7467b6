"""Short ways for tests to put rows of entries straight into a store, without the path that reads and matches them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from monitor.model import Article
from monitor.store import tables as t
from monitor.store.stories import load_articles

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def source(connection: sa.Connection) -> int:
    """The id of the one source; it is made where it is missing."""
    found = connection.scalar(sa.select(t.source.c.id))
    if found is not None:
        return int(found)
    host = connection.execute(sa.insert(t.host).values(name="a.example:443").returning(t.host.c.id)).scalar_one()
    values = {
        "kind": "feed", "url": "https://a.example/f", "address": "https://a.example/f", "name": "A", "host": host,
        "every_s": 900, "outlet": "A", "weight": "normal", "state": "ok",
    }  # fmt: skip
    return int(connection.execute(sa.insert(t.source).values(values).returning(t.source.c.id)).scalar_one())


def entries(connection: sa.Connection, count: int, *, when: datetime = NOW, **values: Any) -> list[int]:
    """So many entries that are alike; returns their ids, the oldest first."""
    own = source(connection)
    before = connection.scalar(sa.select(sa.func.count()).select_from(t.entry)) or 0
    common = {
        "source": own, "url": None, "url_key": None, "title_key": None, "body_hash": None, "text_hash": "h",
        "outlet": "A", "first_seen": when, "published": None, "title": "Headline", "text_state": "title", **values,
    }  # fmt: skip
    rows = [common | {"key_hash": f"k{before + n}"} for n in range(count)]
    return list(connection.scalars(sa.insert(t.entry).returning(t.entry.c.id, sort_by_parameter_order=True), rows))


def entry(connection: sa.Connection, *, when: datetime = NOW, **values: Any) -> Article:
    """One entry, as the clustering sees it."""
    ids = entries(connection, 1, when=when, **values)
    return load_articles(connection, ids, bodies_for=set())[0]
