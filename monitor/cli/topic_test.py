"""``topic test``: what a topic as it is written now would have found and sent, against the version before."""

from __future__ import annotations

import asyncio
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.cli.backtests import View, lines, show, show_coverage
from monitor.cli.listing import moment_of
from monitor.cli.printing import Clockface, note, paragraph
from monitor.cli.session import Session, emit, visible
from monitor.config.findings import meant
from monitor.errors import UsageError
from monitor.model import Settings, Watchlist
from monitor.pipeline.backtest import back_test
from monitor.pipeline.comparing import Compared, compare_topic
from monitor.pipeline.sampling import sample
from monitor.store.backtest import any_entry
from monitor.store.database import Store


def register(topic: typer.Typer) -> None:
    """Add the command."""

    @topic.command(name="test")
    def test(
        context: typer.Context,
        name: Annotated[str, typer.Argument(help="A topic of the watchlist.")],
        since: Annotated[str | None, typer.Option(help="Entries seen from then on: 30d, 12h, or a time.")] = None,
        offline: Annotated[bool, typer.Option("--offline", help="Read no source where nothing is stored yet.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="JSON Lines, a summary last.")] = False,
    ) -> None:
        """Try a topic as it is written now on what is stored: the alerts it would have sent, what it adds and removes.

        It is compared with the version in force; where it is in force itself, with the one before it.

        Example: monitor topic test "Jack Ma" --since 30d
        """
        session: Session = context.obj
        _, watchlist, settings = session.valid()
        names = [one.name for one in watchlist.topics]
        if name not in names:
            raise UsageError(f"the watchlist has no topic {name!r}{meant(name, names)}")
        with session.store() as store:
            empty = _is_empty(store)
            if empty and offline:
                note("Nothing is stored yet.")
            if not empty or offline:
                _test(session, store, watchlist, settings, name, since, as_json=as_json)
                return
        note("Nothing is stored yet: this is what the sources show now.")
        with Store.throwaway() as scratch:
            for source, why in asyncio.run(sample(scratch, watchlist, settings, session.clock())):
                note(f"{visible(source.name)}: {visible(why)}")
            _test(session, scratch, watchlist, settings, name, None, as_json=as_json, sampled=True)


def _is_empty(store: Store) -> bool:
    with store.read() as connection:
        return not any_entry(connection)


def _test(
    session: Session,
    store: Store,
    watchlist: Watchlist,
    settings: Settings,
    name: str,
    since: str | None,
    *,
    as_json: bool,
    sampled: bool = False,
) -> None:
    with store.read() as connection:
        comparison = compare_topic(connection, watchlist, name)
    found = back_test(store, comparison, settings, since=moment_of(since, session.clock()))
    view = View(found, ZoneInfo(watchlist.timezone), name)
    if as_json:
        emit(lines(view))
        return
    face = Clockface(view.zone, session.clock())
    paragraph(sentence(comparison.topics[0]))
    typer.echo()
    show(view, face)
    show_coverage(view, face, sampled=sampled)


def sentence(one: Compared) -> str:
    """What a topic is compared with."""
    if one.base is None:
        if one.before:
            return f"{one.name} is in force and has no version before it: all that it finds counts as added."
        return f"{one.name} is not in force yet: all that it finds counts as added."
    if one.unread:
        return f"{one.name} is compared with a version that cannot be read back: all that it finds counts as added."
    if one.before:
        return f"{one.name} is in force; it is compared with the version before: {one.base_definition}"
    if one.definition == one.base_definition:
        return f"{one.name} looks for the same as the version in force."
    return f"{one.name} is compared with the version in force: {one.base_definition}"
