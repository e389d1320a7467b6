"""The lists: ``entries stories events topics sources alerts deliveries channels``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

import typer

from monitor.cli import listing_rows as rows_of
from monitor.cli.listing_rows import Columns
from monitor.cli.printing import Clockface, clockface, note, print_table
from monitor.cli.session import Session, emit, parse_moment
from monitor.config.findings import meant
from monitor.config.quantities import read_span
from monitor.errors import UsageError
from monitor.pipeline import coverage
from monitor.store import evidence, listing, listing_alerts, listing_wanted
from monitor.store.database import Connection
from monitor.store.listing import LIMIT, Filter

R = TypeVar("R")

Topic = Annotated[str | None, typer.Option(help="Only what concerns this topic (its name or id).")]
Source = Annotated[str | None, typer.Option(help="Only what this source gave (its name or id).")]
Since = Annotated[str | None, typer.Option(help="From then on: 30d, 12h, or a time.")]
Until = Annotated[str | None, typer.Option(help="Before then: 30d, 12h, or a time.")]
Limit = Annotated[int, typer.Option(min=0, help="Rows at most, the newest first; 0: all.")]
Json = Annotated[bool, typer.Option("--json", help="JSON Lines.")]


@dataclass(frozen=True)
class Listing(Generic[R]):
    """One list: where its rows come from, and how they are shown."""

    noun: str
    read: Callable[[Connection, Filter], list[R]]
    columns: Columns
    cells: Callable[[R, Clockface], Sequence[str]]
    json: Callable[[R], Mapping[str, Any]]
    hint: Callable[[list[R]], str | None] = lambda _: None
    """What is said below the table."""


ENTRIES = Listing("entries", listing.entries, rows_of.ENTRY, rows_of.entry_cells, rows_of.entry_json)
NEAR = Listing("near misses", evidence.near_entries, rows_of.NEAR, rows_of.near_cells, rows_of.near_json)
STORIES = Listing("stories", coverage.stories, rows_of.STORY, rows_of.story_cells, rows_of.story_json)
EVENTS = Listing("events", coverage.events, rows_of.EVENT, rows_of.event_cells, rows_of.event_json, rows_of.events_hint)
TOPICS = Listing(
    "topics", listing_wanted.topics, rows_of.TOPIC, rows_of.topic_cells, rows_of.topic_json, rows_of.topics_hint
)
SOURCES = Listing("sources", listing_wanted.sources, rows_of.SOURCE, rows_of.source_cells, rows_of.source_json)
ALERTS = Listing("alerts", listing_alerts.alerts, rows_of.ALERT, rows_of.alert_cells, rows_of.alert_json)
DELIVERIES = Listing(
    "deliveries", listing_alerts.deliveries, rows_of.DELIVERY, rows_of.delivery_cells, rows_of.delivery_json
)
CHANNELS = Listing("channels", listing_wanted.channels, rows_of.CHANNEL, rows_of.channel_cells, rows_of.channel_json)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    _register_read(app)
    _register_heard(app)
    _register_wanted(app)


def _register_read(app: typer.Typer) -> None:
    @app.command()
    def entries(
        context: typer.Context,
        topic: Topic = None,
        source: Source = None,
        since: Since = None,
        until: Until = None,
        limit: Limit = LIMIT,
        near: Annotated[bool, typer.Option("--near", help="Only what missed a topic by one clause.")] = False,
        as_json: Json = False,
    ) -> None:
        """List what was read, the newest first.

        Example: monitor entries --topic "Jack Ma" --since 7d
        """
        wish = Wish(topic, source, since, until, limit)
        if near:
            show(context.obj, NEAR, wish, as_json=as_json)
        else:
            show(context.obj, ENTRIES, wish, as_json=as_json)

    @app.command()
    def stories(
        context: typer.Context,
        topic: Topic = None,
        source: Source = None,
        since: Since = None,
        until: Until = None,
        event: Annotated[str | None, typer.Option(help="Only the stories of this event (v3).")] = None,
        limit: Limit = LIMIT,
        as_json: Json = False,
    ) -> None:
        """List stories: an article and its copies count once, with all the outlets that have it.

        Example: monitor stories --since 24h
        """
        show(context.obj, STORIES, Wish(topic, source, since, until, limit, event), as_json=as_json)

    @app.command()
    def events(
        context: typer.Context,
        topic: Topic = None,
        source: Source = None,
        since: Since = None,
        until: Until = None,
        limit: Limit = LIMIT,
        as_json: Json = False,
    ) -> None:
        """List events: stories on one happening, who reports it themselves, and who had it first.

        Example: monitor events --since 24h
        """
        show(context.obj, EVENTS, Wish(topic, source, since, until, limit), as_json=as_json)


def _register_heard(app: typer.Typer) -> None:
    @app.command()
    def alerts(
        context: typer.Context,
        topic: Topic = None,
        source: Source = None,
        since: Since = None,
        until: Until = None,
        limit: Limit = LIMIT,
        as_json: Json = False,
    ) -> None:
        """List decisions, also those not to send, with their reasons.

        Example: monitor alerts --topic Qwen3 --since 7d
        """
        show(context.obj, ALERTS, Wish(topic, source, since, until, limit), as_json=as_json)

    @app.command()
    def deliveries(
        context: typer.Context,
        topic: Topic = None,
        source: Source = None,
        since: Since = None,
        until: Until = None,
        limit: Limit = LIMIT,
        as_json: Json = False,
    ) -> None:
        """List messages: sent, waiting, given up.

        Example: monitor deliveries --since 24h
        """
        show(context.obj, DELIVERIES, Wish(topic, source, since, until, limit), as_json=as_json)


def _register_wanted(app: typer.Typer) -> None:
    @app.command()
    def topics(
        context: typer.Context,
        topic: Topic = None,
        source: Source = None,
        since: Since = None,
        until: Until = None,
        limit: Limit = LIMIT,
        as_json: Json = False,
    ) -> None:
        """List topics with what they have matched. --since and --until go by the last match.

        Example: monitor topics
        """
        show(context.obj, TOPICS, Wish(topic, source, since, until, limit), as_json=as_json)

    @app.command()
    def sources(
        context: typer.Context,
        topic: Topic = None,
        source: Source = None,
        since: Since = None,
        until: Until = None,
        limit: Limit = LIMIT,
        as_json: Json = False,
    ) -> None:
        """List sources: whether they are read, and when next. --since and --until go by the last poll.

        Example: monitor sources
        """
        show(context.obj, SOURCES, Wish(topic, source, since, until, limit), as_json=as_json)

    @app.command()
    def channels(
        context: typer.Context,
        topic: Topic = None,
        source: Source = None,
        since: Since = None,
        until: Until = None,
        limit: Limit = LIMIT,
        as_json: Json = False,
    ) -> None:
        """List channels with what waits for each. Only --topic and --limit narrow them.

        Example: monitor channels
        """
        show(context.obj, CHANNELS, Wish(topic, source, since, until, limit), as_json=as_json)


@dataclass(frozen=True, slots=True)
class Wish:
    """The filters as given."""

    topic: str | None = None
    source: str | None = None
    since: str | None = None
    until: str | None = None
    limit: int = LIMIT
    event: str | None = None


def show(session: Session, what: Listing[R], wish: Wish, *, as_json: bool) -> None:
    """Print one list."""
    now = session.clock()
    with session.store() as store, store.read() as connection:
        _check_name(connection, wish.topic, "topic")
        _check_name(connection, wish.source, "source")
        wanted = Filter(
            topic=wish.topic,
            source=wish.source,
            event=_event(connection, wish.event),
            since=moment_of(wish.since, now),
            until=moment_of(wish.until, now),
            limit=wish.limit,
        )
        rows = what.read(connection, wanted)
    if as_json:
        emit(what.json(row) for row in rows)
        return
    if not rows:
        note(f"No {what.noun}.")
        return
    face = clockface(session)
    print_table(what.columns, [what.cells(row, face) for row in rows])
    if wish.limit and len(rows) == wish.limit:
        note(f"The newest {wish.limit} {what.noun}; --limit 0 lists all.")
    if (hint := what.hint(rows)) is not None:
        typer.echo(hint)


def moment_of(text: str | None, now: datetime) -> datetime | None:
    """A moment as given to ``--since``: ``30d`` back from ``now``, or a time.

    Raises:
        UsageError: it is neither.
    """
    if text is None:
        return None
    try:
        return now - read_span(text)
    except OverflowError as error:
        raise UsageError(f"{text!r} is longer ago than there are dates") from error
    except ValueError:
        pass
    try:
        return parse_moment(text)
    except UsageError:
        raise UsageError(f"{text!r} is neither a span (30d, 12h) nor a time (2026-11-24T09:00:00Z)") from None


def _event(connection: Connection, text: str | None) -> int | None:
    """The event that an id names, or the one that it was merged into."""
    if text is None:
        return None
    typed = re.fullmatch(r"v([0-9]{1,18})", text)
    if typed is None:
        raise UsageError(f"{text!r} is no event; their ids are like v3, and monitor events lists them")
    found = coverage.events_by_id(connection, [int(typed[1])])
    if not found:
        raise UsageError(f"there is no event {text}")
    return found[0].row.id


def _check_name(connection: Connection, text: str | None, kind: Literal["topic", "source"]) -> None:
    if text is None:
        return
    if not _is_text(text) or not listing_wanted.known(connection, kind, text):
        raise UsageError(f"there is no {kind} {text!r}{meant(text, listing_wanted.names(connection, kind))}")


def _is_text(text: str) -> bool:
    """Whether it is a text at all: bytes of a command line that are not UTF-8 come as halves of pairs."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
