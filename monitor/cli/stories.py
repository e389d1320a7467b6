"""``story``: what was folded wrongly, or not folded, is set right by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from monitor.cli.printing import Column, note, print_table
from monitor.cli.session import emit, visible
from monitor.cli.writing import write
from monitor.control.actions import Done

COLUMNS = (Column("story"), Column("event"), Column("entries"), Column("title", wide=True))
ENTRIES_SHOWN = 5

story = typer.Typer(
    name="story", help="Set right by hand what was folded, or was not: it stands from then on.", no_args_is_help=True
)

Json = Annotated[bool, typer.Option("--json", help="JSON Lines, one a resulting story.")]


def register(app: typer.Typer) -> None:
    """Add the commands under ``story``."""
    app.add_typer(story)


@story.command()
def split(
    context: typer.Context,
    story: Annotated[str, typer.Argument(help="The story's id, such as s7.")],
    entries: Annotated[
        list[str] | None, typer.Argument(help="Entries of it that become a story of their own, such as e12.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make entries of a story a story of their own, in the same event; without entries: take it out of its event.

    Nothing is sent, and they stay apart through all later clustering.

    Example: monitor story split s7 e12 e13
    """
    _show(write(context.obj, "story.split", {"story": story, "entries": entries or []}), as_json=as_json)


@story.command()
def merge(
    context: typer.Context,
    stories: Annotated[list[str], typer.Argument(help="Ids of two stories or more, such as s7 s9.")],
    event: Annotated[bool, typer.Option("--event", help="Put them into one event; each stays a story.")] = False,
    as_json: Json = False,
) -> None:
    """Make stories one, or with --event put them into one event. The one with the lowest id stands.

    Nothing is sent; it counts as told where any of them was.

    Example: monitor story merge s7 s9
    """
    _show(write(context.obj, "story.merge", {"stories": stories, "event": event}), as_json=as_json)


def _show(done: Done, *, as_json: bool) -> None:
    if as_json:
        emit(resulting_json(row) for row in done.rows)
        if not all(row["changed"] for row in done.rows):
            note(visible(done.sentence))
        return
    typer.echo(visible(done.sentence))
    print_table(COLUMNS, [_cells(row) for row in done.rows])


def resulting_json(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A story for programs, as it stands after the command."""
    return {
        "id": f"s{row['id']}",
        "event": f"v{row['event']}",
        "title": row["title"],
        "entries": [f"e{entry}" for entry in row["entries"]],
        "changed": row["changed"],
    }


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    entries = [f"e{entry}" for entry in row["entries"]]
    more = f" +{len(entries) - ENTRIES_SHOWN}" if len(entries) > ENTRIES_SHOWN else ""
    shown = " ".join(entries[:ENTRIES_SHOWN]) + more
    return f"s{row['id']}", f"v{row['event']}", shown, visible(row["title"])
