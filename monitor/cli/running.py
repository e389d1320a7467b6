"""``run``: the daemon, and what it prints in its first minutes."""

from __future__ import annotations

import asyncio
import os
import sys

import typer
from rich.console import Console as Terminal
from rich.table import Table

from monitor import config
from monitor.cli import logs
from monitor.cli.session import Session, visible
from monitor.daemon import Daemon
from monitor.model import FAILED, PollResult, Settings
from monitor.pipeline.force import InForce
from monitor.store.database import Store
from monitor.store.polls import baseline_stories
from monitor.store.sources import next_poll_at


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def run(context: typer.Context) -> None:
        """Watch until stopped (Ctrl-C or SIGTERM).

        Alerts of the console channel appear here; the log goes to stderr.

        Example: monitor run
        """
        session: Session = context.obj
        loaded, _, settings = session.valid()
        logs.apply(_level(session, settings), as_json=settings.log_format == "json")
        with session.store(write=True) as store:
            _, force = session.force(store)
            for finding in config.examples(loaded):
                typer.echo(config.render_findings([finding]), err=True)
            daemon = Daemon(
                store,
                loaded,
                force,
                clock=session.clock,
                console=say,
                first_pass=lambda results, force, web: show_first_pass(store, results, force, web),
                environ=dict(os.environ),
            )
            asyncio.run(daemon.run())


def _level(session: Session, settings: Settings) -> int:
    if session.verbosity < 0:
        return logs.LEVELS["warning"]
    return logs.LEVELS["debug"] if session.verbosity > 0 else logs.LEVELS[settings.log_level]


def say(text: str) -> None:
    """Print a card on stdout at once."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()


def show_first_pass(store: Store, results: list[PollResult], force: InForce, web: str | None) -> None:
    """What was read first, what it matches, and what comes next."""
    terminal = Terminal(file=sys.stdout, soft_wrap=True)
    if results:
        terminal.print(_table(results, force))
    for line in closing_lines(store, results, force, web):
        terminal.print(line, markup=False, highlight=False)
    sys.stdout.flush()


def _table(results: list[PollResult], force: InForce) -> Table:
    table = Table("source", "entries", "newest", "matches", "outcome", box=None, pad_edge=False)
    for result in sorted(results, key=lambda r: r.source.casefold()):
        newest = result.newest.astimezone(force.zone).strftime("%d %b %H:%M") if result.newest else "-"
        outcome = visible(result.error.partition(": ")[2]) if result.error else result.outcome.value
        table.add_row(
            visible(result.source).replace("[", "\\["), str(result.entries), newest, str(result.matched),
            outcome.replace("[", "\\["),
        )  # fmt: skip
    return table


def closing_lines(store: Store, results: list[PollResult], force: InForce, web: str | None) -> list[str]:
    """The sentences below the table."""
    lines = []
    if results and all(result.outcome in FAILED for result in results):
        lines.append(
            "No source could be reached: is there a network? The monitor keeps trying. "
            "To see the whole path without one: make demo (or: monitor demo)"
        )
    if not force.watchlist.sources:
        lines.append("No source is watched: add one to the watchlist (monitor try ADDRESS prints what to paste).")
    with store.read() as connection:
        listed = baseline_stories(connection)
        due = next_poll_at(connection)
    if listed and force.settings.first_poll == "list":
        what = "1 story already published matches" if listed == 1 else f"{listed} stories already published match"
        lines.append(f"{what}; listed, not sent: monitor stories")
    if web:
        lines.append(f"Today's page: {web}")
    for channel in force.channels.values():
        if channel.off:
            lines.append(f"{channel.name} is off: {channel.off}")
    if due is not None:
        lines.append(f"Next poll: {due.astimezone(force.zone).strftime('%H:%M')} ({force.watchlist.timezone})")
    return lines
