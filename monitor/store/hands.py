"""What was said by hand about entries: together or apart, as one story or in one event; and what that does to rows.

A word about a pair of entries stands until the next one about the same pair.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

import sqlalchemy as sa

from monitor.store import events
from monitor.store import tables as t
from monitor.store.listing import chunked

Level: TypeAlias = Literal["story", "event"]
Verdict: TypeAlias = Literal["together", "apart"]
HAND: Final = "hand"
"""The ``rule`` and ``by`` of an entry whose place a hand set: with ``other`` it was merged, without it split off."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What the last words about an entry ask for; both hold ids of entries."""

    together: frozenset[int] = frozenset()
    apart: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Member:
    """An entry of a story."""

    entry: int
    revision: int
    matched: bool
    rule: str
    by: str
    other: int | None
    """The entry that it was found to be a copy of, or was put together with by hand."""
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """A story as it stands, with what was merged into it."""

    id: int
    event: int
    first_entry: int
    members: tuple[Member, ...]
    """First seen first."""

    @property
    def entries(self) -> tuple[int, ...]:
        """The ids of its members."""
        return tuple(member.entry for member in self.members)


@dataclass(frozen=True, slots=True)
class Resulting:
    """A story as a command shows it after it was changed."""

    id: int
    event: int
    title: str
    entries: tuple[int, ...]
    """First seen first."""


# --- what was said ------------------------------------------------------------------------------------


def bound(connection: sa.Connection, entry: int, *, level: Level = "story") -> Bound:
    """What the clustering must keep to for ``entry``: with which entries it is one story (or event), with which not."""
    last: dict[int, str] = {}
    for row in connection.execute(_SAID, {"entry": entry, "level": level}):
        last[row.other] = row.verdict
    return Bound(
        frozenset(other for other, verdict in last.items() if verdict == "together"),
        frozenset(other for other, verdict in last.items() if verdict == "apart"),
    )


def stories_apart(connection: sa.Connection, entry: int) -> frozenset[int]:
    """The stories that ``entry`` must not join by any rule: each holds an entry that it is apart from."""
    apart = bound(connection, entry).apart
    return frozenset(roots_of_entries(connection, sorted(apart)).values())


def events_apart(connection: sa.Connection, entry: int) -> frozenset[int]:
    """The events that the story of ``entry`` must not join: a story in each is apart from it."""
    own = roots_of_entries(connection, [entry]).get(entry)
    entries = [entry] if own is None else list(standing(connection, own).entries)
    apart = {other for one in entries for other in bound(connection, one, level="event").apart}
    stories = set(roots_of_entries(connection, sorted(apart)).values()) - {own}
    found: set[int] = set()
    for part in chunked(sorted(stories)):
        found |= set(connection.scalars(_EVENTS, {"ids": part}))
    return frozenset(found)


def spoken(connection: sa.Connection, level: Level) -> bool:
    """Whether anything was ever said about this level: usually not, and then nothing binds."""
    return connection.scalar(_SPOKEN, {"level": level}) is not None


def may_unite(connection: sa.Connection, event: int, other: int) -> bool:
    """Whether two events may become one: not where a story of one was said to be apart from a story of the other."""
    entries = [set(_entries_in(connection, one)) for one in (event, other)]
    pairs = pairs_apart(connection, entries[0] | entries[1], level="event")
    return not any((a in entries[0]) != (b in entries[0]) for a, b in pairs)


def _entries_in(connection: sa.Connection, event: int) -> Iterable[int]:
    return (entry for story in stories_in(connection, event) for entry in standing(connection, story).entries)


def say(
    connection: sa.Connection, pairs: Iterable[tuple[int, int]], verdict: Verdict, now: datetime, *,
    level: Level = "story",
) -> None:  # fmt: skip
    """Write the last word about pairs of entries; a pair of one entry with itself is passed over."""
    ordered = dict.fromkeys((min(pair), max(pair)) for pair in pairs if pair[0] != pair[1])
    rows = [{"a_entry": a, "b_entry": b, "level": level, "verdict": verdict, "by": HAND, "at": now} for a, b in ordered]
    if rows:
        connection.execute(sa.insert(t.hand), rows)


def pairs_apart(
    connection: sa.Connection, entries: Collection[int], *, level: Level = "story"
) -> list[tuple[int, int]]:  # fmt: skip
    """The pairs among ``entries`` that stand apart by the last word about them."""
    last: dict[tuple[int, int], str] = {}
    for part in chunked(sorted(entries)):
        for row in connection.execute(_AMONG, {"ids": part, "level": level}):
            last[row.a_entry, row.b_entry] = row.verdict
    within = set(entries)
    return [pair for pair, verdict in last.items() if verdict == "apart" and within.issuperset(pair)]


# --- stories as they stand --------------------------------------------------------------------------------


def roots(connection: sa.Connection, stories: Sequence[int]) -> dict[int, int]:
    """Story to the one it was merged into, else itself; unknown ids are left out."""
    found: dict[int, int] = {}
    for part in chunked(stories):
        found |= {row.id: row.root for row in connection.execute(_ROOTS, {"ids": part})}
    return found


def roots_of_entries(connection: sa.Connection, entries: Sequence[int]) -> dict[int, int]:
    """Entry to its story, of those that are in one."""
    found: dict[int, int] = {}
    for part in chunked(entries):
        found |= {row.entry: row.root for row in connection.execute(_OF_ENTRIES, {"ids": part})}
    return found


def known_entries(connection: sa.Connection, entries: Sequence[int]) -> set[int]:
    """Those of ``entries`` that there are."""
    found: set[int] = set()
    for part in chunked(entries):
        found |= set(connection.scalars(sa.select(t.entry.c.id).where(t.entry.c.id.in_(part))))
    return found


def standing(connection: sa.Connection, root: int) -> Standing:
    """The story ``root``, which was merged into no other."""
    row = connection.execute(_STORY, {"id": root}).one()
    members = [
        Member(m.entry, m.revision, m.matched, m.rule, m.by, m.other, m.first_seen)
        for m in connection.execute(_MEMBERS, {"id": root})
    ]
    return Standing(row.id, row.event, row.first_entry, tuple(members))


def stories_in(connection: sa.Connection, event: int) -> list[int]:
    """The stories of an event, and of those merged into it, by their ids."""
    return list(connection.scalars(_IN_EVENT, {"event": event}))


def resulting(connection: sa.Connection, stories: Sequence[int]) -> list[Resulting]:
    """Stories as a command shows them, in the order given."""
    found = []
    for story in dict.fromkeys(stories):
        whole = standing(connection, story)
        title = connection.scalar(sa.select(t.entry.c.title).where(t.entry.c.id == whole.first_entry))
        found.append(Resulting(whole.id, whole.event, title or "", whole.entries))
    return found


# --- what a hand does -----------------------------------------------------------------------------------


def fold_into(connection: sa.Connection, into: Standing, other: Standing, now: datetime) -> None:
    """Make ``other`` a part of ``into``: its entries move, its row stays and says where to.

    The entry that opened it says from now on that it was put beside the first entry of ``into`` by hand; how the
    others came to it stays as it is.
    """
    for part in chunked(other.entries):
        connection.execute(_MOVE, {"entries": part, "the_story": into.id})
    opened = [one.entry for one in other.members if one.rule == "first" or (one.rule == HAND and one.other is None)]
    place(connection, dict.fromkeys([other.first_entry, *opened]), now, other=into.first_entry)
    events.set_event(connection, other.id, into.event, HAND, other=into.first_entry)
    connection.execute(_MERGED, {"the_other": other.id, "into": into.id})


def split_off(connection: sa.Connection, story: Standing, entries: Collection[int], leader: Member) -> int:
    """Open a story of these entries of ``story``, the first of which is ``leader``, in the same event; returns its
    id. Its times are still to be settled."""
    times = {"first_seen": leader.first_seen, "last_seen": leader.first_seen}
    values = {"event": story.event, "first_entry": leader.entry, "event_rule": HAND, **times}
    made = int(connection.execute(sa.insert(t.story).returning(t.story.c.id), values).scalar_one())
    for part in chunked(sorted(entries)):
        connection.execute(_MOVE, {"entries": part, "the_story": made})
    return made


def place(connection: sa.Connection, entries: Iterable[int], now: datetime, *, other: int | None) -> None:
    """Say of entries that their place in their story was set by hand: beside ``other``, or (None) split off."""
    for part in chunked(entries):
        connection.execute(_PLACE, {"entries": part, "beside": other, "now": now})


def lead(connection: sa.Connection, story: int, entry: int, now: datetime) -> None:
    """Let ``entry`` be the one that opened the story, as the one before it was taken away."""
    connection.execute(_OPENED, {"the_entry": entry, "now": now})
    connection.execute(sa.update(t.story).where(t.story.c.id == story).values(first_entry=entry))


def settle_times(connection: sa.Connection, story: int, event: int, *, first_entry: int) -> None:
    """Take the times of a story and of its event from their entries, after these were changed."""
    row = connection.execute(_TIMES, {"id": story}).one()
    values = {"first_seen": row.first, "last_seen": row.last, "first_entry": first_entry}
    connection.execute(sa.update(t.story).where(t.story.c.id == story).values(values))
    events.recount(connection, event)


def first_of(story: Standing, entries: Collection[int]) -> Member:
    """The first seen of these members; one that concerns a topic, where there is one."""
    own = [member for member in story.members if member.entry in entries]
    return next((member for member in own if member.matched), own[0])


_h, _s, _se = t.hand.c, t.story.c, t.story_entry.c
_root: Final = sa.func.coalesce(_s.merged_into, _s.id)
_IDS: Final[sa.BindParameter[Any]] = sa.bindparam("ids", expanding=True)
_ENTRIES: Final[sa.BindParameter[Any]] = sa.bindparam("entries", expanding=True)
_LEVEL: Final = _h.level == sa.bindparam("level")
_SPOKEN: Final = sa.select(_h.id).where(_LEVEL).limit(1)
# two lookups, where an OR might become a walk through all that was ever said
_SAID: Final = sa.union_all(
    *(
        sa.select(_h.id, their.label("other"), _h.verdict).where(own == sa.bindparam("entry"), _LEVEL)
        for own, their in ((_h.a_entry, _h.b_entry), (_h.b_entry, _h.a_entry))
    )
).order_by("id")
_AMONG: Final = (
    sa.select(_h.id, _h.a_entry, _h.b_entry, _h.verdict)
    .where(sa.or_(_h.a_entry.in_(_IDS), _h.b_entry.in_(_IDS)), _LEVEL)
    .order_by(_h.id)
)
_ROOTS: Final = sa.select(_s.id, _root.label("root")).where(_s.id.in_(_IDS))
_OF_ENTRIES: Final = (
    sa.select(_se.entry, _root.label("root")).join(t.story, _s.id == _se.story).where(_se.entry.in_(_IDS))
)
_event_root: Final = sa.func.coalesce(t.event.c.merged_into, t.event.c.id)
_EVENTS: Final = sa.select(_event_root).join(t.story, _s.event == t.event.c.id).where(_s.id.in_(_IDS))
_STORY: Final = (
    sa.select(_s.id, _s.first_entry, _event_root.label("event"))
    .join(t.event, t.event.c.id == _s.event)
    .where(_s.id == sa.bindparam("id"))
)
_FAMILY: Final = sa.union_all(
    sa.select(sa.cast(sa.bindparam("id"), t.Big)), sa.select(_s.id).where(_s.merged_into == sa.bindparam("id"))
)
_MEMBERS: Final = (
    sa.select(
        _se.entry, _se.rule, _se.by, _se.other, t.entry.c.revision, t.entry.c.matched, t.entry.c.first_seen
    )
    .join(t.entry, t.entry.c.id == _se.entry)
    .where(_se.story.in_(_FAMILY))
    .order_by(t.entry.c.first_seen, t.entry.c.id)
)  # fmt: skip
_IN_EVENT: Final = (
    sa.select(_s.id)
    .join(t.event, t.event.c.id == _s.event)
    .where(
        sa.or_(t.event.c.id == sa.bindparam("event"), t.event.c.merged_into == sa.bindparam("event")),
        _s.merged_into.is_(None),
    )
    .order_by(_s.id)
)
_MOVE: Final = sa.update(t.story_entry).where(_se.entry.in_(_ENTRIES)).values(story=sa.bindparam("the_story"))
_PLACE: Final = (
    sa.update(t.story_entry)
    .where(_se.entry.in_(_ENTRIES))
    .values(
        rule=HAND, by=HAND, numbers={}, other=sa.bindparam("beside", type_=t.Big), added=None,
        at=sa.bindparam("now", type_=t.Moment()),
    )
)  # fmt: skip
_OPENED: Final = (
    sa.update(t.story_entry)
    .where(_se.entry == sa.bindparam("the_entry"))
    .values(rule="first", by="rule", numbers={}, other=None, added=None, at=sa.bindparam("now", type_=t.Moment()))
)
_MERGED: Final = (
    sa.update(t.story)
    .where(sa.or_(_s.id == sa.bindparam("the_other"), _s.merged_into == sa.bindparam("the_other")))
    .values(merged_into=sa.bindparam("into"))
)
_TIMES: Final = (
    sa.select(sa.func.min(t.entry.c.first_seen).label("first"), sa.func.max(t.entry.c.first_seen).label("last"))
    .join(t.story_entry, _se.entry == t.entry.c.id)
    .where(_se.story == sa.bindparam("id"))
)
