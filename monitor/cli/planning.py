"""``plan``: what the watchlist given would change against the one in force, and the alerts it would have sent."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.cli.backtests import View, lines, show, show_coverage
from monitor.cli.listing import moment_of
from monitor.cli.printing import Clockface, note, paragraph
from monitor.cli.session import Session, emit
from monitor.cli.topic_test import show_head
from monitor.pipeline.backtest import Backtest, back_test
from monitor.pipeline.comparing import compare
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
        _print(found, Clockface(zone, session.clock()), empty=empty)


def _print(found: Backtest, face: Clockface, *, empty: bool) -> None:
    nothing = not empty and not found.coverage.entries
    for nth, one in enumerate(found.comparison.changed):
        typer.echo("\n" if nth else "", nl=False)
        show_head(one)
        if not nothing:
            show(View(found, face.zone, one.name), face)
    same = [one.name for one in found.comparison.topics if one.status == "unchanged"]
    if same:
        paragraph(f"Unchanged: {', '.join(same)}", first="\n" if found.comparison.changed else None)
    if nothing:
        typer.echo("\nNo stored entry was first seen in that time (--since).")
        return
    show_coverage(View(found, face.zone), face)
