"""The tables, as SQLAlchemy Core knows them; the migrations in ``alembic/`` make the same ones.

Moments are aware UTC datetimes in Python: text in SQLite (readable in its shell), ``timestamptz`` in
PostgreSQL. A *period* is ``year * 100 + ISO week``: old periods are retired as a whole.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from monitor.model import aware

SCHEMA = "0004"
"""The newest migration that this program knows; a test holds it equal to the head of ``alembic/versions``."""


class Moment(TypeDecorator[datetime]):
    """An aware datetime in UTC; a naive one is refused with ``ValueError``."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """To UTC; naive for SQLite, which has no zones."""
        if value is None:
            return None
        utc = aware(value)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """From what the database gives to aware UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def period_of(moment: datetime) -> int:
    """The period in which ``moment`` lies: ``202648`` for ISO week 48 of 2026."""
    year, week, _ = aware(moment).isocalendar()
    return year * 100 + week


Big = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # only INTEGER counts up by itself in SQLite
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> sa.Column[int]:
    return sa.Column("id", Big, primary_key=True, autoincrement=True)


def _to(name: str, target: str, *, null: bool = False, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.ForeignKey(f"{target}.id"), nullable=null, **more)


def _at(name: str, *, null: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, Moment, nullable=null)


def _text(name: str, *, null: bool = False, **more: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null, **more)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _merged(table: str) -> sa.Index:
    """Finds what was merged into a story or event; few rows were, and only they are in it."""
    merged = sa.text("merged_into IS NOT NULL")
    return sa.Index(f"ix_{table}_merged_into", "merged_into", sqlite_where=merged, postgresql_where=merged)


# --- what was asked for ---------------------------------------------------------------------------
config = sa.Table(
    "config", metadata, _id(), _at("applied_at", null=False), _text("digest"), _text("watchlist"),
)  # fmt: skip
life = sa.Table(  # signs of life of the one writer: tells how long it was away, and who it is
    "life", metadata, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    _at("started_at"), _at("alive_at"), _at("stopped_at"), sa.Column("pid", sa.Integer), _text("web", null=True),
)  # fmt: skip
host = sa.Table(
    "host", metadata, _id(), _text("name", unique=True), _at("next_due"), _at("next_allowed_at"),
    _at("lease_until"), _text("lease_token", null=True),
    sa.Index("ix_host_next_due", "next_due"),
)  # fmt: skip
source = sa.Table(
    "source", metadata, _id(), _text("kind"), _text("url"), _text("address"), _text("name"), _text("was", null=True),
    _text("shown", server_default=""),
    _to("host", "host"), sa.Column("every_s", sa.Integer, nullable=False), _text("outlet"), _text("weight"),
    sa.Column("topics", sa.JSON(none_as_null=True)), _flag("paused"), _text("state"), _text("reason", null=True),
    _text("last_outcome", null=True), _at("last_poll_at"), _at("last_ok_at"), _count("failures"),
    _at("failing_since"), _at("told_broken_at"), _at("baseline_at"), _at("next_poll_at"), _at("not_before"),
    _text("etag", null=True), _text("last_modified", null=True), _text("body_hash", null=True),
    _text("memory", null=True), _count("window"), _at("newest_at"), _at("retired_at"),
    # what was learned of how it is to be asked: the validators' own address, the publisher's wishes, moves, ends
    _text("named", server_default=""), _text("validated", null=True), sa.Column("hints", sa.JSON(none_as_null=True)),
    _text("paced_by", null=True), _text("moved_to", null=True), _at("moved_since"), _count("moved_count"),
    _at("gone_since"), _count("killed"), _at("told_still_at"), _at("answered_at"), _at("last_new_at"),
    _text("read", server_default="teaser"), _count("pause_s"), _text("remark", null=True), _at("remark_told_at"),
    _text("unread", null=True), sa.Column("outside", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.UniqueConstraint("kind", "url"),
    sa.Index("ix_source_host_next_poll_at", "host", "next_poll_at"),
)  # fmt: skip
topic = sa.Table(
    "topic", metadata, _id(), _text("name", unique=True), _text("was", null=True), _flag("paused"),
    sa.Column("channels", sa.JSON, nullable=False), _at("retired_at"),
)  # fmt: skip
topic_version = sa.Table(  # immutable: one row for each meaning a topic ever had
    "topic_version", metadata, _id(), _to("topic", "topic"), _text("hash"), _text("definition"),
    _at("since", null=False),
    sa.UniqueConstraint("topic", "hash"),
)  # fmt: skip
topic_force = sa.Table(  # which version of a topic is in force since when: one row a change, the last one counts
    "topic_force", metadata, _id(), _to("topic", "topic", index=True), _to("version", "topic_version"),
    _at("from_at", null=False),
)  # fmt: skip
backfill = sa.Table(  # how far the stored entries were matched again with a version: from the newest down to the cursor
    "backfill", metadata, _to("topic", "topic", primary_key=True), _to("version", "topic_version", primary_key=True),
    _text("state"), sa.Column("cursor", Big), _count("looked"), _count("matched"), _count("ended"),
    _at("at", null=False), _at("done_at"), _flag("told"),
)  # fmt: skip
channel = sa.Table(
    "channel", metadata, _text("name", primary_key=True), _text("kind"), _text("off", null=True), _text("state"),
    _text("error", null=True), _count("failures"), _at("failing_since"), _at("told_broken_at"), _at("next_send_at"),
    _at("retired_at"),
)  # fmt: skip

# --- what was read ----------------------------------------------------------------------------------
entry = sa.Table(
    "entry", metadata, _id(), _to("source", "source"), _text("key_hash"), _count("revision"), _text("url", null=True),
    _text("url_key", null=True), _text("title_key", null=True), _text("body_hash", null=True), _text("text_hash"),
    _text("outlet"), _text("language", null=True), _at("published"), _at("first_seen", null=False), _text("title"),
    _text("text_state"), _flag("matched"),
    _at("absent_at"),  # the last reading of its source in which it was not yet: it came between this and first_seen
    sa.UniqueConstraint("source", "key_hash"),
    # with the id: the newest of the many that share a value are found without sorting them all
    sa.Index("ix_entry_url_key_id", "url_key", "id"), sa.Index("ix_entry_title_key_id", "title_key", "id"),
    sa.Index("ix_entry_body_hash_id", "body_hash", "id"), sa.Index("ix_entry_first_seen", "first_seen"),
    sa.Index("ix_entry_url", "url"),
)  # fmt: skip
seen = sa.Table(  # outlives the entry: what was seen once never comes back as new
    "seen", metadata, _to("source", "source", primary_key=True), _text("key_hash", primary_key=True),
    sa.Column("entry", Big, index=True), _at("gone_since"),
)  # fmt: skip
revision = sa.Table(
    "revision", metadata, _to("entry", "entry", primary_key=True), sa.Column("n", sa.Integer, primary_key=True),
    _at("seen_at", null=False), _text("title"), _text("text_hash"),
    # of a revision that was replaced: its texts, as long as the entry's own are kept; and what it said of itself
    _text("teaser", null=True), _text("text", null=True), sa.Column("said", sa.JSON(none_as_null=True)),
    sa.Column("seq", Big, nullable=False, server_default="0"),  # the order in which revisions were recorded
    sa.Index("ix_revision_seq", "seq"),
)  # fmt: skip
rejected = sa.Table(
    "rejected", metadata, _id(), _to("source", "source", index=True), _at("at", null=False), _text("reason"),
    _text("sample"),
)  # fmt: skip
gap = sa.Table(
    "gap", metadata, _id(), _to("source", "source", index=True), _at("from_at", null=False), _at("to_at", null=False),
)  # fmt: skip
text_recent = sa.Table(
    "text_recent", metadata, sa.Column("period", sa.Integer, primary_key=True),
    _to("entry", "entry", primary_key=True, index=True), _text("teaser"), _text("text"),
)  # fmt: skip
text_kept = sa.Table(
    "text_kept", metadata, _to("entry", "entry", primary_key=True), _text("teaser"), _text("text"),
)  # fmt: skip
fetch_task = sa.Table(  # articles read, or still to be read, in full
    "fetch_task", metadata, _id(), _to("host", "host"), _to("entry", "entry"), _text("url"), _at("not_before"),
    _text("state"), _text("reason", null=True), _count("attempts"), _text("origin", server_default="live"),
    _at("at"), _at("done_at"),
    sa.UniqueConstraint("entry"), sa.Index("ix_fetch_task_host_state", "host", "state"),
)  # fmt: skip
article = sa.Table(  # what the page of an entry says of itself
    "article", metadata, _to("entry", "entry", primary_key=True), _at("read_at", null=False), _text("url"),
    _text("title"), _text("author"), _at("published"), _text("canonical", null=True), _text("language", null=True),
    _count("characters"),
)  # fmt: skip
robots = sa.Table(  # one row an origin (scheme, host, port): kept, so that a restart does not ask again
    "robots", metadata, _text("origin", primary_key=True), _at("read_at", null=False), _text("verdict"),
    sa.Column("body", sa.LargeBinary, nullable=False),
)  # fmt: skip
outage = sa.Table(  # times in which nothing at all could be reached
    "outage", metadata, _id(), _at("from_at", null=False), _at("to_at"), _text("reason"),
)  # fmt: skip
poll = sa.Table(
    "poll", metadata, _id(), sa.Column("period", sa.Integer, nullable=False), _to("source", "source"),
    _at("at", null=False), _text("outcome"), sa.Column("status", sa.Integer), sa.Column("seconds", sa.Float),
    _count("bytes"), _count("new"), _text("error", null=True),
    sa.Index("ix_poll_source_at", "source", "at"), sa.Index("ix_poll_at", "at"),
)  # fmt: skip
source_hour = sa.Table(
    "source_hour", metadata, _to("source", "source", primary_key=True), sa.Column("hour", Moment, primary_key=True),
    _count("polls"), _count("ok"),
)  # fmt: skip

# --- what it is about ---------------------------------------------------------------------------------
match = sa.Table(
    "match", metadata, _id(), _to("entry", "entry"), sa.Column("revision", sa.Integer, nullable=False),
    _to("topic", "topic"), _to("version", "topic_version"), sa.Column("searched", sa.JSON, nullable=False),
    sa.Column("spans", sa.JSON, nullable=False), sa.Column("score", sa.Float), _at("at", null=False),
    _at("ended_at"),
    sa.UniqueConstraint("entry", "revision", "topic", "version"),
    sa.Index("ix_match_topic_at", "topic", "at"),
)  # fmt: skip
near_miss = sa.Table(
    "near_miss", metadata, _to("entry", "entry", primary_key=True), _to("topic", "topic", primary_key=True),
    _to("version", "topic_version"), _text("clause"), sa.Column("spans", sa.JSON, nullable=False),
    _at("at", null=False),
    sa.Index("ix_near_miss_topic_at", "topic", "at"),
)  # fmt: skip
cluster_key = sa.Table(
    "cluster_key", metadata, sa.Column("period", sa.Integer, primary_key=True),
    sa.Column("key", sa.BigInteger, primary_key=True), _to("entry", "entry", primary_key=True, index=True),
    sqlite_with_rowid=False,
)  # fmt: skip
entry_features = sa.Table(  # what entries of stories are compared by; retired with the keys of their period
    "entry_features", metadata, _to("entry", "entry", primary_key=True),
    sa.Column("period", sa.Integer, nullable=False, index=True), _text("terms"), _count("size"),
    sa.Column("shingles", sa.LargeBinary, nullable=False),
)  # fmt: skip
term_df = sa.Table(  # in how many articles of a language a term was seen; the term "" counts the articles themselves
    "term_df", metadata, _text("language", primary_key=True), _text("term", primary_key=True), _count("df"),
    sqlite_with_rowid=False,
)  # fmt: skip
event = sa.Table(
    "event", metadata, _id(), _text("centroid", null=True), _count("size"), _at("first_seen"), _at("last_seen"),
    _to("merged_into", "event", null=True), _merged("event"),
)  # fmt: skip
story = sa.Table(
    "story", metadata, _id(), _to("event", "event", index=True), _to("first_entry", "entry"),
    _at("first_seen", null=False), _at("last_seen", null=False), _to("merged_into", "story", null=True),
    # why it is in its event: ``alone``, ``event``, ``hand``; with the numbers, and the entry that it was likest to
    _text("event_rule", server_default="alone"), sa.Column("event_numbers", sa.JSON(none_as_null=True)),
    _to("event_other", "entry", null=True),
    sa.Index("ix_story_first_seen", "first_seen"), sa.Index("ix_story_first_entry", "first_entry"),
    _merged("story"),
)  # fmt: skip
story_entry = sa.Table(
    "story_entry", metadata, _to("entry", "entry", primary_key=True), _to("story", "story", index=True), _text("rule"),
    sa.Column("numbers", sa.JSON, nullable=False), _text("by"), _to("other", "entry", null=True),
    _at("at", null=False),
    sa.Column("added", sa.JSON(none_as_null=True)),  # paragraphs that it has and what it copies has not
)  # fmt: skip
hand = sa.Table(  # merges and splits made by hand bind all later clustering
    "hand", metadata, _id(), _to("a_entry", "entry", index=True), _to("b_entry", "entry", index=True),
    _text("level", server_default="story"), _text("verdict"), _text("by"), _at("at", null=False),
)  # fmt: skip
volume = sa.Table(
    "volume", metadata, _to("topic", "topic", primary_key=True), sa.Column("hour", Moment, primary_key=True),
    _count("entries"), _count("stories"), _count("sources_ok"), _count("sources_all"),
)  # fmt: skip

# --- who hears of it ------------------------------------------------------------------------------------
alert = sa.Table(
    "alert", metadata, _text("id", primary_key=True), _text("subject_kind"), _text("subject"), _text("channel"),
    _text("rule"), _text("step"), _text("decision"), _text("reason"), _at("due_at"), _at("at", null=False),
    sa.Column("entry", Big), sa.Column("revision", sa.Integer), _text("text", null=True),
    sa.UniqueConstraint("subject_kind", "subject", "channel", "rule", "step"),
    sa.Index("ix_alert_at", "at"), sa.Index("ix_alert_entry", "entry"),
)  # fmt: skip
alert_topic = sa.Table(
    "alert_topic", metadata, sa.Column("alert", sa.ForeignKey("alert.id"), primary_key=True),
    _to("topic", "topic", primary_key=True), _to("match", "match", null=True),
)  # fmt: skip
delivery = sa.Table(
    "delivery", metadata, _id(), _text("channel"), _text("kind"), _text("state"), _count("attempts"),
    _at("next_try_at"), _at("lease_until"), _flag("uncertain"), sa.Column("rendered", sa.JSON(none_as_null=True)),
    _text("error", null=True), _at("at", null=False), _at("sent_at"),
    sa.Index("ix_delivery_state_next_try_at", "state", "next_try_at"), sa.Index("ix_delivery_channel", "channel"),
)  # fmt: skip
delivery_item = sa.Table(
    "delivery_item", metadata, _to("delivery", "delivery", primary_key=True),
    sa.Column("alert", sa.ForeignKey("alert.id"), primary_key=True, index=True), _count("position"),
)  # fmt: skip
mute = sa.Table(
    "mute", metadata, _text("subject_kind", primary_key=True), _text("subject", primary_key=True), _at("until"),
    _text("by"), _at("at", null=False),
)  # fmt: skip
crisis = sa.Table(
    "crisis", metadata, _to("topic", "topic", primary_key=True), _text("channel", primary_key=True), _at("until"),
)  # fmt: skip
