"""Events as rows: which stories belong together, since when, and where the middle of them is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from monitor.model import Group, Grouped
from monitor.store import tables as t
from monitor.store.entries import CHUNK

MEMBERS: Final = 12
"""Newest stories that the middle of an event is made of (lab)."""

_root: Final = t.event.alias("root")
_GROUPS: Final = (
    sa.select(t.event.c.id.label("asked"), _root)
    .join(_root, _root.c.id == sa.func.coalesce(t.event.c.merged_into, t.event.c.id))
    .where(t.event.c.id.in_(sa.bindparam("ids", expanding=True)))
)
_ROOT: Final = sa.select(sa.func.coalesce(t.event.c.merged_into, t.event.c.id)).where(
    t.event.c.id == sa.bindparam("event")
)
_NEW: Final = sa.insert(t.event).returning(t.event.c.id)
_OWN: Final = t.event.c.id == sa.bindparam("the_event")
# an event and what was merged into it; two lookups, where an OR might become a walk through all events
_FAMILY: Final = sa.union_all(
    sa.select(sa.cast(sa.bindparam("event"), t.Big)),
    sa.select(t.event.c.id).where(t.event.c.merged_into == sa.bindparam("event")),
)
_STANDING: Final = (t.story.c.event.in_(_FAMILY), t.story.c.merged_into.is_(None))
_NEWEST: Final = (
    sa.select(t.story.c.first_entry)
    .where(*_STANDING)
    .order_by(t.story.c.first_seen.desc(), t.story.c.id.desc())
    .limit(sa.bindparam("most"))
)
_STORIES: Final = sa.select(
    sa.func.count().label("size"),
    sa.func.min(t.story.c.first_seen).label("first_seen"),
    sa.func.max(t.story.c.last_seen).label("last_seen"),
).where(*_STANDING)
_FIRST: Final = sa.bindparam("first", type_=t.Moment)
_LAST: Final = sa.bindparam("last", type_=t.Moment)
_REACHES: Final = {
    "first_seen": sa.case((t.event.c.first_seen <= _FIRST, t.event.c.first_seen), else_=_FIRST),
    "last_seen": sa.case((t.event.c.last_seen >= _LAST, t.event.c.last_seen), else_=_LAST),
}
_GROW: Final = sa.update(t.event).where(_OWN).values(size=t.event.c.size + 1, **_REACHES)
_COUNT: Final = (
    sa.update(t.event)
    .where(_OWN)
    .values(size=sa.bindparam("the_size"), first_seen=sa.bindparam("the_first"), last_seen=sa.bindparam("the_last"))
)
_CENTROID: Final = sa.update(t.event).where(_OWN).values(centroid=sa.bindparam("packed"))
_MERGE: Final = (
    sa.update(t.event)
    .where(sa.or_(_OWN, t.event.c.merged_into == sa.bindparam("the_event")))
    .values(merged_into=sa.bindparam("into"))
)
_SET: Final = (
    sa.update(t.story)
    .where(t.story.c.id == sa.bindparam("the_story"))
    .values(
        event=sa.bindparam("the_event"), event_rule=sa.bindparam("rule"), event_numbers=sa.bindparam("numbers"),
        event_other=sa.bindparam("other"),
    )
)  # fmt: skip
_EVENT_OF: Final = (
    sa.select(sa.func.coalesce(t.event.c.merged_into, t.event.c.id))
    .join(t.story, t.story.c.event == t.event.c.id)
    .where(t.story.c.id == sa.bindparam("story"))
)
_REACH: Final = sa.update(t.event).where(t.event.c.id == _EVENT_OF.scalar_subquery()).values(**_REACHES)


def groups(connection: sa.Connection, ids: Iterable[int]) -> dict[int, Group]:
    """Events as the grouping sees them, by the id asked for; a merged one stands for the one it was merged into."""
    wanted = sorted(set(ids))
    found: dict[int, Group] = {}
    for start in range(0, len(wanted), CHUNK):
        for row in connection.execute(_GROUPS, {"ids": wanted[start : start + CHUNK]}):
            found[row.asked] = Group(row.id, row.size, row.first_seen, row.last_seen, row.centroid or "")
    return found


def root_of(connection: sa.Connection, event: int) -> int:
    """The event that ``event`` was merged into, else itself.

    Raises:
        LookupError: there is no such event.
    """
    found = connection.scalar(_ROOT, {"event": event})
    if found is None:
        raise LookupError(f"event {event}")
    return int(found)


def open_event(connection: sa.Connection, now: datetime, *, size: int = 1, centroid: str = "") -> int:
    """A new event of the one story that is about to open in it (``size`` 0: that will be moved into it)."""
    values = {"size": size, "first_seen": now, "last_seen": now, "centroid": centroid or None}
    return int(connection.execute(_NEW, values).scalar_one())


def grow(connection: sa.Connection, event: int, now: datetime) -> int:
    """Count a story that opens in ``event``; returns the event that it stands for, in which the story is to open."""
    root = root_of(connection, event)
    connection.execute(_GROW, {"the_event": root, "first": now, "last": now})
    return root


def reach(connection: sa.Connection, story: int, first: datetime, last: datetime) -> None:
    """A story of the event was seen between two moments: the event lasts from the first to the last of these."""
    connection.execute(_REACH, {"story": story, "first": first, "last": last})


def join_event(connection: sa.Connection, story: int, grouped: Grouped) -> int:
    """Move a story that stands already into the event that it was grouped with; returns that event's id."""
    return set_event(connection, story, grouped.event, "event", grouped.numbers, grouped.other)


def set_event(
    connection: sa.Connection,
    story: int,
    event: int,
    rule: str,
    numbers: Mapping[str, float] | None = None,
    other: int | None = None,
) -> int:
    """Put a story into ``event``, or the one that it was merged into, by ``rule`` (``event``, ``hand`` or ``alone``).

    ``other`` is the entry that it was likest to. Both events are counted anew; one that is left without a story is
    merged into the new one, so that its name still leads somewhere. Returns the id of the event that it is now in.
    """
    old, new = connection.scalar(_EVENT_OF, {"story": story}), root_of(connection, event)
    values = {"rule": rule, "numbers": None if numbers is None else dict(numbers), "other": other}
    connection.execute(_SET, {"the_story": story, "the_event": new, **values})
    if old is not None and old != new and recount(connection, int(old)) == 0:
        connection.execute(_MERGE, {"the_event": old, "into": new})
    recount(connection, new)
    return new


def merge_events(connection: sa.Connection, into: int, other: int) -> int:
    """Make ``other`` a part of ``into``; both may be merged ones already. Returns the id of the one that is left.

    The middle of ``into`` stays as it was until :func:`set_centroid`.
    """
    root, merged = root_of(connection, into), root_of(connection, other)
    if root != merged:
        connection.execute(_MERGE, {"the_event": merged, "into": root})  # with its own: there are no chains
        recount(connection, root)
    return root


def recount(connection: sa.Connection, event: int) -> int:
    """Take an event's size and times from its stories, after these were changed by hand; returns the size.

    An event without stories keeps its times.
    """
    row: Any = connection.execute(_STORIES, {"event": event}).one()
    if row.size:
        times = {"the_first": row.first_seen, "the_last": row.last_seen}
        connection.execute(_COUNT, {"the_event": event, "the_size": row.size, **times})
    else:
        connection.execute(sa.update(t.event).where(_OWN).values(size=0), {"the_event": event})
    return int(row.size)


def event_of(connection: sa.Connection, story: int) -> int:
    """The event of a story; a merged one stands for the one it was merged into."""
    return int(connection.execute(_EVENT_OF, {"story": story}).scalar_one())


def newest_members(connection: sa.Connection, event: int, limit: int = MEMBERS) -> list[int]:
    """The first entries of the newest stories of an event, newest first; those merged into others are left out."""
    return list(connection.scalars(_NEWEST, {"event": root_of(connection, event), "most": limit}))


def set_centroid(connection: sa.Connection, event: int, packed: str) -> None:
    """Keep the middle of an event, as ``analysis.clustering.event`` packs it."""
    connection.execute(_CENTROID, {"the_event": root_of(connection, event), "packed": packed or None})
