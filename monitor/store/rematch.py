"""What a chunk of stored entries changes when it is matched again: known at one look, written in few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from monitor.model import Alert, Match, NearMiss
from monitor.store import stories
from monitor.store import tables as t
from monitor.store.backfill import StoredEntry
from monitor.store.entries import ignoring, spans_to_json


@dataclass(frozen=True, slots=True)
class Known:
    """What stands of some entries and some topics before they are matched again."""

    matched: frozenset[tuple[int, int]]
    """(entry, topic) with a match that counts."""
    touched: frozenset[tuple[int, int]]
    """(entry, topic) with a match or near miss, also one that has ended: at the others there is nothing to renew."""
    decided: frozenset[tuple[int, int, str]]
    """(entry, topic, channel) of which it was decided before what becomes of it."""
    stories: Mapping[int, int]
    """Entry to its story."""
    alike: frozenset[int]
    """Entries that share an address, a title or a body with another: they may be copies of each other."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a topic now says of an entry."""

    entry: StoredEntry
    topic: int
    version: int
    match: Match | None
    near: NearMiss | None

    @property
    def pair(self) -> tuple[int, int]:
        """(entry, topic)."""
        return self.entry.recorded.id, self.topic


def known(connection: sa.Connection, entries: Sequence[int], topics: Sequence[int]) -> Known:
    """Look up all that a chunk needs to know, in six queries."""
    bound = {"entries": list(entries), "topics": list(topics)}
    found = connection.execute(_MATCHES, bound).all()
    near = connection.execute(_NEAR, bound).all()
    return Known(
        matched=frozenset((row.entry, row.topic) for row in found if row.ended_at is None),
        touched=frozenset((row.entry, row.topic) for row in (*found, *near)),
        decided=frozenset((row.entry, row.topic, row.channel) for row in connection.execute(_DECIDED, bound)),
        stories=stories.stories_of(connection, entries),
        alike=frozenset(stories.with_alike(connection, entries)),
    )


def renew(connection: sa.Connection, findings: Sequence[Finding], before: Known, now: datetime) -> None:
    """The findings by the new versions alone: what other versions found is ended, and their near misses go."""
    renewed = [one for one in findings if one.pair in before.touched]
    for statement, rows in (
        (_END, [_match_key(one) | {"now": now} for one in renewed]),
        (_NO_NEAR, [{"the_entry": one.pair[0], "the_topic": one.topic} for one in renewed]),
        (_AGAIN, [_match_key(one) | _proof(one.match) for one in renewed if one.match is not None]),
    ):
        if rows:
            connection.execute(statement, rows)
    matches = [_match_row(one, one.match, now) for one in findings if one.match is not None]
    misses = [_near_row(one, miss, now) for one in findings if (miss := one.near)]
    for table, made in ((t.match, matches), (t.near_miss, misses)):
        if made:
            connection.execute(ignoring(connection, table), made)


def _match_key(one: Finding) -> dict[str, Any]:
    """The row of the version that counts; one that matches nothing has none, and all its rows end."""
    version = one.version if one.match is not None else -1
    return {
        "the_entry": one.pair[0], "the_topic": one.topic, "the_version": version,
        "the_revision": one.entry.recorded.revision,
    }  # fmt: skip


def _proof(match: Match) -> dict[str, Any]:
    return {"searched": list(match.searched), "spans": spans_to_json(match.spans), "ended_at": None}


def _match_row(one: Finding, match: Match, now: datetime) -> dict[str, Any]:
    return {
        "entry": one.pair[0], "revision": one.entry.recorded.revision, "topic": one.topic, "version": one.version,
        "at": now, **_proof(match),
    }  # fmt: skip


def _near_row(one: Finding, miss: NearMiss, now: datetime) -> dict[str, Any]:
    return {
        "entry": one.pair[0], "topic": one.topic, "version": one.version, "clause": miss.clause,
        "spans": spans_to_json(miss.spans), "at": now,
    }  # fmt: skip


def match_ids(connection: sa.Connection, findings: Sequence[Finding]) -> dict[tuple[int, int], int]:
    """(entry, topic) to the id of the match that counts."""
    bound = {
        "entries": list({one.pair[0] for one in findings}),
        "topics": list({one.topic for one in findings}),
    }
    return {(row.entry, row.topic): row.id for row in connection.execute(_MATCHES, bound) if row.ended_at is None}


def write_alerts(
    connection: sa.Connection, alerts: Mapping[str, Alert], matches: Mapping[tuple[int, int], int], now: datetime
) -> None:
    """Decisions that send nothing, by their ids; one that stands already stays."""
    rows, about = [], []
    for identity, alert in alerts.items():
        entry, revision = alert.evidence or (None, None)
        rows.append({
            "id": identity, "subject_kind": alert.subject_kind, "subject": alert.subject, "channel": alert.channel,
            "rule": alert.rule, "step": alert.step, "decision": alert.decision.value, "reason": alert.reason,
            "at": now, "entry": entry, "revision": revision,
        })  # fmt: skip
        about += [
            {"alert": identity, "topic": topic, "match": None if entry is None else matches.get((entry, topic))}
            for topic in alert.topics
        ]
    for table, made in ((t.alert, rows), (t.alert_topic, about)):
        if made:
            connection.execute(ignoring(connection, table), made)


def lead(connection: sa.Connection, members: Sequence[tuple[int, int, datetime]]) -> None:
    """Make an entry (story, entry, first seen) the first of its story where it was seen before the one that is: the
    newest are looked at first."""
    rows = [{"the_story": story, "the_entry": entry, "seen": seen} for story, entry, seen in members]
    if rows:
        connection.execute(_LEAD, rows)


_ENTRIES: Final[sa.BindParameter[Any]] = sa.bindparam("entries", expanding=True)
_TOPICS: Final[sa.BindParameter[Any]] = sa.bindparam("topics", expanding=True)
_m, _n, _a = t.match.c, t.near_miss.c, t.alert_topic.c
# composed once: composing a statement costs SQLAlchemy more than SQLite needs to answer it
# by the entry: SQLite would take the index of the topic, and go through all its matches (12 ms at 12,000) each time
_topic = _m.topic + 0
_MATCHES: Final = sa.select(_m.id, _m.entry, _m.topic, _m.ended_at).where(_topic.in_(_TOPICS), _m.entry.in_(_ENTRIES))
_NEAR: Final = sa.select(_n.entry, _n.topic).where(_n.topic.in_(_TOPICS), _n.entry.in_(_ENTRIES))
_DECIDED: Final = (
    sa.select(t.alert.c.entry, _a.topic, t.alert.c.channel)
    .join(t.alert, t.alert.c.id == _a.alert)
    .where(t.alert.c.entry.in_(_ENTRIES), _a.topic.in_(_TOPICS))
)
_HERE: Final = (_m.entry == sa.bindparam("the_entry"), _topic == sa.bindparam("the_topic"))
_OWN: Final = sa.and_(_m.version == sa.bindparam("the_version"), _m.revision == sa.bindparam("the_revision"))
_END: Final = (
    sa.update(t.match).where(*_HERE, _m.ended_at.is_(None), sa.not_(_OWN)).values(ended_at=sa.bindparam("now"))
)
# gone back to: its own row stands, and counts again
_AGAIN: Final = (
    sa.update(t.match)
    .where(*_HERE, _OWN)
    .values(searched=sa.bindparam("searched"), spans=sa.bindparam("spans"), ended_at=sa.bindparam("ended_at"))
)
_NO_NEAR: Final = sa.delete(t.near_miss).where(
    _n.entry == sa.bindparam("the_entry"), _n.topic == sa.bindparam("the_topic")
)
_first = t.entry.alias("first")
_LEAD: Final = (
    sa.update(t.story)
    .where(
        t.story.c.id == sa.bindparam("the_story"),
        sa.select(_first.c.first_seen).where(_first.c.id == t.story.c.first_entry).scalar_subquery()
        > sa.bindparam("seen", type_=t.Moment()),
    )
    .values(first_entry=sa.bindparam("the_entry"))
)
