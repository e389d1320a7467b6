"""What ``run`` and ``poll`` print on stdout: the table of a pass with what comes next, and cards."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import datetime

from rich.console import Console as Terminal
from rich.table import Table

from monitor.cli.printing import Clockface
from monitor.cli.session import visible
from monitor.model import FAILED, PollResult
from monitor.pipeline.force import InForce
from monitor.pipeline.health import NETWORK
from monitor.store import tasks
from monitor.store.database import Connection, Store
from monitor.store.listing_wanted import sources
from monitor.store.polls import baseline_stories
from monitor.store.sources import held_back, next_poll_at

NAMED = 5
"""Sources that a line names; the rest is counted."""
_OVERLOADED = re.compile(r"\banswers (429|503)\b")
"""Stands in the reason of a source that is to be left alone: a Retry-After, or too much already."""


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
        terminal.print(_table(results, force, since))
    for line in closing_lines(store, results, force, web, since=since):
        terminal.print(line, markup=False, highlight=False)
    sys.stdout.flush()


def _table(results: list[PollResult], force: InForce, now: datetime) -> Table:
    table = Table("source", "entries", "newest", "matches", "outcome", box=None, pad_edge=False)
    for result in sorted(results, key=lambda r: r.source.casefold()):
        newest = _newest(result.newest.astimezone(force.zone), now.astimezone(force.zone)) if result.newest else "-"
        outcome = visible(result.error.partition(": ")[2]) if result.error else result.outcome.value
        table.add_row(
            visible(result.source).replace("[", "\\["), str(result.entries), newest, str(result.matched),
            outcome.replace("[", "\\["),
        )  # fmt: skip
    return table


def _newest(local: datetime, now: datetime) -> str:
    return local.strftime("%d %b %H:%M" if local.year == now.year else "%d %b %Y")


def closing_lines(
    store: Store, results: list[PollResult], force: InForce, web: str | None, *, since: datetime
) -> list[str]:
    """The sentences below the table; ``since`` is when the pass began."""
    lines = []
    face = Clockface(force.zone, since)
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
        waiting = _waiting_lines(connection, {result.source_id for result in results}, face)
        articles = _articles_line(*tasks.ended_since(connection, since), tasks.waiting(connection))
    if listed and force.settings.first_poll == "list":
        what = "1 story already published matches" if listed == 1 else f"{listed} stories already published match"
        lines.append(f"{what}; listed, not sent: monitor stories")
    lines += [articles] if articles else []
    lines += waiting
    if web:
        lines.append(f"Today's page: {web}")
    for channel in force.channels.values():
        if channel.off:
            lines.append(f"{channel.name} is off: {channel.off}")
    if due is not None:
        lines.append(f"Next poll: {face.due(due)} ({force.watchlist.timezone})")
    return lines


def _articles_line(read: int, unread: int, waiting: int) -> str:
    """What became of the articles of sources with ``read: full``; empty where none was wanted."""
    parts = [f"{read} read in full"] * bool(read)
    parts += [f"{unread} could not be read (monitor explain ADDRESS says why)"] * bool(unread)
    parts += [f"{waiting} still to be read"] * bool(waiting)
    return f"Articles: {', '.join(parts)}. The table counts matches of feeds only." if parts else ""


def _waiting_lines(connection: Connection, asked: set[int], face: Clockface) -> list[str]:
    """The sources that were not asked before their time. One that is to be left alone is not asked by hand either."""
    waiting = [(id, name, at) for id, name, at in held_back(connection, face.now) if id not in asked]
    alone = {row.id for row in sources(connection) if _OVERLOADED.search(row.reason or "")} if waiting else set()
    left = [(name, at) for id, name, at in waiting if id in alone]
    failed = [(name, at) for id, name, at in waiting if id not in alone]
    lines = []
    if left:
        lines.append(f"Left alone until their time, as they asked or are overloaded: {_named(left, face)}.")
    if failed:
        hint = "monitor try ADDRESS reads one now."
        lines.append(f"Not asked before their time, after failures: {_named(failed, face)}. {hint}")
    return lines


def _named(waiting: Sequence[tuple[str, datetime]], face: Clockface) -> str:
    named = ", ".join(f"{visible(name)} ({face.due(at)})" for name, at in waiting[:NAMED])
    return named + (f" and {len(waiting) - NAMED} more" if len(waiting) > NAMED else "")


def _no_network(result: PollResult) -> bool:
    return result.outcome in FAILED and (result.error or "").partition(":")[0] in NETWORK
