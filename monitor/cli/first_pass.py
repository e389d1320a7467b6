"""What ``run`` and ``poll`` print on stdout: the table of a pass with what comes next, and cards."""

from __future__ import annotations

import sys
from datetime import datetime

from rich.console import Console as Terminal
from rich.table import Table

from monitor.cli.session import visible
from monitor.model import FAILED, PollResult
from monitor.pipeline.force import InForce
from monitor.pipeline.health import NETWORK
from monitor.store.database import Store
from monitor.store.polls import baseline_stories
from monitor.store.sources import held_back, next_poll_at


def say(text: str) -> None:
    """Print a card on stdout at once."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()


def show_first_pass(
    store: Store, results: list[PollResult], force: InForce, web: str | None, *, since: datetime
) -> None:
    """What was read first, what it matches, and what comes next."""
    terminal = Terminal(file=sys.stdout, soft_wrap=True)
    if results:
        terminal.print(_table(results, force))
    for line in closing_lines(store, results, force, web, since=since):
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


def closing_lines(
    store: Store, results: list[PollResult], force: InForce, web: str | None, *, since: datetime
) -> list[str]:
    """The sentences below the table; ``since`` is when the pass began."""
    lines = []
    if results and all(_no_network(result) for result in results):
        lines.append(
            "No source could be reached: is there a network? "
            "To see the whole path without one: make demo (or: monitor demo)"
        )
    if not force.watchlist.sources:
        lines.append("No source is watched: add one to the watchlist (monitor try ADDRESS prints what to paste).")
    with store.read() as connection:
        listed = baseline_stories(connection, since)
        due = next_poll_at(connection)
        asked = {result.source_id for result in results}
        waiting = [(name, at) for id, name, at in held_back(connection, since) if id not in asked]
    if listed and force.settings.first_poll == "list":
        what = "1 story already published matches" if listed == 1 else f"{listed} stories already published match"
        lines.append(f"{what}; listed, not sent: monitor stories")
    if waiting:
        named = ", ".join(f"{visible(name)} ({at.astimezone(force.zone):%H:%M})" for name, at in waiting[:5])
        more = f" and {len(waiting) - 5} more" if len(waiting) > 5 else ""
        lines.append(f"Not asked before their time, after failures: {named}{more}. monitor try ADDRESS reads one now.")
    if web:
        lines.append(f"Today's page: {web}")
    for channel in force.channels.values():
        if channel.off:
            lines.append(f"{channel.name} is off: {channel.off}")
    if due is not None:
        lines.append(f"Next poll: {due.astimezone(force.zone).strftime('%H:%M')} ({force.watchlist.timezone})")
    return lines


def _no_network(result: PollResult) -> bool:
    return result.outcome in FAILED and (result.error or "").partition(":")[0] in NETWORK
