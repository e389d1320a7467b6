"""``topic versions``: what a topic meant, since when, and how much each meaning found."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import Annotated, Any

import typer

from monitor.analysis.query.versions import line_of
from monitor.cli.definitions import differences, legible, print_definition
from monitor.cli.printing import Clockface, clockface, count_words
from monitor.cli.session import Session, emit, iso
from monitor.config.findings import meant
from monitor.errors import UsageError
from monitor.store import listing_wanted, versions
from monitor.store.database import Connection
from monitor.store.versions import VersionRow

SHORT = 12
"""Digits of a version's hash that are shown."""
SHOWN = 8
"""Words that are named as added, and as dropped."""


def register(topic: typer.Typer) -> None:
    """Add the command."""

    @topic.command(name="versions")
    def versions_(
        context: typer.Context,
        name: Annotated[str, typer.Argument(help="The topic's name or id.")],
        as_json: Annotated[bool, typer.Option("--json", help="JSON Lines, one a time in force.")] = False,
    ) -> None:
        """List the versions of a topic, the newest first: since when, what it looked for, what it found.

        Example: monitor topic versions "Jack Ma"
        """
        session: Session = context.obj
        with session.store() as store, store.read() as connection:
            found = [row for topic in _wanted(connection, name) for row in versions.versions_of(connection, topic)]
        if as_json:
            emit(_json(row) for row in found)
            return
        face = clockface(session)
        for row, before in zip_longest(found, found[1:]):
            _print(row, before if before is not None and before.topic == row.topic else None, face)


def _wanted(connection: Connection, name: str) -> list[int]:
    found = versions.topic_ids(connection, name)
    if not found:
        raise UsageError(f"there is no topic {name!r}{meant(name, listing_wanted.names(connection, 'topic'))}")
    return found


def _json(row: VersionRow) -> Mapping[str, Any]:
    return {
        "topic": f"t{row.topic}",
        "version": row.version,
        "hash": row.hash,
        "since": iso(row.since),
        "until": iso(row.until),
        "in_force": row.in_force,
        "definition": line_of(row.definition),
        "entries": row.entries,
    }


def _print(row: VersionRow, before: VersionRow | None, face: Clockface) -> None:
    stands = "in force" if row.in_force else f"until {face.say(row.until)}"
    matched = count_words(row.entries, "entry", "entries")
    typer.echo(f"{row.version}  {row.hash[:SHORT]}  since {face.say(row.since)}  {stands}  {matched} matched")
    print_definition("", legible(row.definition), indent="    ")
    changed = differences(before.definition, row.definition) if before is not None else None
    if changed is None:
        return
    added, dropped = changed
    if before is not None and line_of(before.definition) == line_of(row.definition):
        typer.echo("      as before, written by a newer program")
    elif not added and not dropped:
        typer.echo("      the same words as before, joined in another way")
    for mark, parts in (("+", added), ("-", dropped)):
        for part in parts[:SHOWN]:
            print_definition(mark, legible(part), indent="      ")
        if len(parts) > SHOWN:
            typer.echo(f"      {mark} and {len(parts) - SHOWN} more")
