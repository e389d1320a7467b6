"""``plan``: what the watchlist given would change against the one in force, and the alerts it would have sent."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.cli.backtests import View, lines, show, show_coverage
from monitor.cli.listing import moment_of
from monitor.cli.printing import Clockface, note, paragraph
from monitor.cli.session import Session, emit, visible
from monitor.cli.topic_test import sentence
from monitor.pipeline.backtest import Backtest, back_test
from monitor.pipeline.comparing import Compared, compare
from monitor.store.backtest import any_entry


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def plan(
        context: typer.Context,
        since: Annotated[str | None, typer.Option(help="Entries seen from then on: 30d, 12h, or a time.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="JSON Lines, a summary last.")] = False,
    ) -> None:
        """Say what a draft of the watchlist (--config) would change, tried on what is stored; nothing is changed.

        Example: monitor plan --config draft.yaml --since 30d
        """
        session: Session = context.obj
        _, watchlist, settings = session.valid()
        with session.store() as store:
            with store.read() as connection:
                comparison = compare(connection, watchlist)
                empty = not any_entry(connection)
            found = back_test(store, comparison, settings, since=moment_of(since, session.clock()))
        zone = ZoneInfo(watchlist.timezone)
        if empty:
            note('Nothing is stored yet. To try a topic on what the sources show now: monitor topic test "NAME"')
        if as_json:
            emit(lines(View(found, zone)))
            return
        _print(found, Clockface(zone, session.clock()))


def _print(found: Backtest, face: Clockface) -> None:
    for one in found.comparison.changed:
        paragraph(f"{one.name}: {_words(one)}")
        typer.echo()
        show(View(found, face.zone, one.name), face)
        typer.echo()
    same = [one.name for one in found.comparison.topics if one.status == "unchanged"]
    if same:
        paragraph(f"Unchanged: {', '.join(map(visible, same))}")
    show_coverage(View(found, face.zone), face)


def _words(one: Compared) -> str:
    if one.status == "removed":
        return f"removed. It looked for {one.base_definition}"
    renamed = f"renamed, it was {one.was}. " if one.was else ""
    if one.status == "renamed":
        return f"{renamed}It looks for the same."
    if one.status == "changed" and one.definition == one.base_definition:
        return f"{renamed}its channels or its pause are changed; it looks for the same."
    return f"{renamed}{one.status}. {sentence(one)}"
