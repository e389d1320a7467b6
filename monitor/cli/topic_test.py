"""``topic test``: what a topic as it is written now would have found and sent, against the version before."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import typer

from monitor.cli.backtests import View, lines, show, show_coverage
from monitor.cli.definitions import legible, print_definition
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
        name = _named(name, [one.name for one in watchlist.topics])
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


def _named(name: str, names: Sequence[str]) -> str:
    """The topic of that name, or the only one that differs from it in capitals alone."""
    alike = [one for one in names if one.casefold() == name.casefold()]
    if name in names or len(alike) == 1:
        return name if name in names else alike[0]
    raise UsageError(f"the watchlist has no topic {name!r}{meant(name, names) or ': monitor topics lists them'}")


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
    show_head(comparison.topics[0])
    if since is not None and not found.coverage.entries:
        typer.echo("No stored entry was first seen in that time (--since).")
        return
    show(view, face)
    show_coverage(view, face, sampled=sampled)


def show_head(one: Compared) -> None:
    """The topic, what became of it, and what it looked and looks for."""
    paused = " (paused: it finds nothing until that is taken out)" if one.draft is not None and one.draft.paused else ""
    paragraph(f"{one.name}: {_state(one)}{paused}")
    same = one.base is not None and one.definition == one.base_definition
    if one.base is not None and not same:
        text = legible(one.base_definition)
        print_definition("was:", f"{text} (this cannot be read back, so all counts as added)" if one.unread else text)
    if one.draft is not None:
        found = legible(one.definition) or "nothing that could match"
        print_definition("now:", f"{found} (as before)" if same else found)
    typer.echo()


def _state(one: Compared) -> str:
    renamed = f"renamed from {one.was}" if one.was else ""
    if one.before:
        against = "which is compared with the version before" if one.base else "with no version before: all is added"
        return f"{renamed or one.status}, in force, {against}"
    sources = "the sources that it reads are changed" if one.reads else ""
    if one.status == "changed" and one.definition == one.base_definition:
        what = f"changed: {sources}" if sources else _ROUTED
        return f"{renamed}, {what}" if renamed else what
    said = f"{renamed} and changed" if renamed and one.status == "changed" else renamed or one.status
    return f"{said}; {sources}" if sources else said


_ROUTED: Final = "changed in its channels or its pause"
