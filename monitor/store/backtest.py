"""The stored entries as a back-test reads them: every revision with what it said, in the order of recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from monitor.model import Entry
from monitor.store import tables as t
from monitor.store.entries import CHUNK, texts
from monitor.store.sources import host_id

RECORDED: Final = "replay"
"""The kind of sources that are not polled but replayed."""


@dataclass(frozen=True, slots=True)
class StoredSource:
    """A source as a back-test needs it."""

    id: int
    name: str
    kind: str
    outlet: str
    topics: tuple[str, ...] | None
    """The only topics that read it, as the store has them; None: all."""
    baseline_at: datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    """Which revision of which entry stands at one place of the order."""

    entry: int
    n: int
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """One revision of an entry, as it was recorded."""

    place: Place
    source: int
    first_seen: datetime
    outlet: str
    record: Entry
    whole: bool
    """Its teaser and text are still kept."""


def sources(connection: sa.Connection) -> dict[int, StoredSource]:
    """Every source that ever gave an entry, by id; retired ones too."""
    return {
        row.id: StoredSource(
            id=row.id,
            name=row.name,
            kind=row.kind,
            outlet=row.outlet,
            topics=None if row.topics is None else tuple(row.topics),
            baseline_at=row.baseline_at,
        )
        for row in connection.execute(sa.select(t.source))
    }


def order(connection: sa.Connection, *, since: datetime | None, limit: int) -> tuple[list[Place], bool]:
    """All revisions of the newest ``limit`` entries (first seen from ``since`` on) in the order in which they were
    recorded, and whether there are older entries that were left out for the limit."""
    chosen = sa.select(t.entry.c.id).order_by(t.entry.c.first_seen.desc(), t.entry.c.id.desc())
    if since is not None:
        chosen = chosen.where(t.entry.c.first_seen >= since)
    more = connection.execute(chosen.offset(limit).limit(1)).first() is not None
    newest = chosen.limit(limit).subquery()
    r = t.revision.c
    statement = (
        sa.select(r.entry, r.n, r.seen_at).join(newest, newest.c.id == r.entry).order_by(r.seen_at, r.seq, r.entry, r.n)
    )
    return [Place(row.entry, row.n, row.seen_at) for row in connection.execute(statement)], more


def load(connection: sa.Connection, places: Sequence[Place]) -> list[StoredRevision]:
    """The revisions at these places, in their order."""
    found: list[StoredRevision] = []
    for start in range(0, len(places), CHUNK):
        found += _load(connection, places[start : start + CHUNK])
    return found


def _load(connection: sa.Connection, places: Sequence[Place]) -> list[StoredRevision]:
    ids = list({place.entry for place in places})
    entries = {row.id: row for row in connection.execute(sa.select(t.entry).where(t.entry.c.id.in_(ids)))}
    revisions = {
        (row.entry, row.n): row for row in connection.execute(sa.select(t.revision).where(t.revision.c.entry.in_(ids)))
    }
    current = texts(connection, ids)
    return [
        _revision(place, entries[place.entry], revisions[place.entry, place.n], current.get(place.entry))
        for place in places
    ]


def _revision(place: Place, entry: Any, revision: Any, current: tuple[str, str] | None) -> StoredRevision:
    latest = place.n == entry.revision
    if latest:
        held = current
    else:
        held = None if revision.text is None else (revision.teaser or "", revision.text)
    said = revision.said or {}
    keys = entry._mapping if latest or not said else said
    published, language = entry.published, entry.language
    if said:
        read = latest and entry.text_state == "article"  # its page may have told what its feed did not
        published = datetime.fromisoformat(said["published"]) if said["published"] else published if read else None
        language = said["language"] or (language if read else None)
    teaser, text = held or ("", "")
    return StoredRevision(
        place=place,
        source=entry.source,
        first_seen=entry.first_seen,
        outlet=entry.outlet,
        record=Entry(
            key=entry.key_hash,
            key_hash=entry.key_hash,
            title=revision.title,
            teaser=teaser,
            text=text,
            url=keys["url"],
            url_key=keys["url_key"],
            title_key=keys["title_key"],
            body_hash=keys["body_hash"],
            text_hash=revision.text_hash,
            outlet=said.get("outlet") or entry.outlet,
            language=language,
            published=published,
        ),
        whole=held is not None or (latest and entry.text_state == "title"),
    )


def stand_in(connection: sa.Connection, source: StoredSource, now: datetime) -> int:
    """A source of a throw-away store in the place of a stored one; returns its id there."""
    made = connection.execute(
        sa.insert(t.source)
        .values(
            kind=RECORDED, url=f"stored:{source.id}", address="", name=source.name,
            host=host_id(connection, f"{RECORDED}:0"), every_s=0, outlet=source.outlet, weight="normal", state="ok",
            baseline_at=now, retired_at=now,
        )
        .returning(t.source.c.id)
    )  # fmt: skip
    return int(made.scalar_one())


def any_entry(connection: sa.Connection) -> bool:
    """Whether anything is stored."""
    return connection.execute(sa.select(t.entry.c.id).limit(1)).first() is not None
