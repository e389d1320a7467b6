"""``replay``: recorded entries through the whole path, in their order, with nothing sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.explaining import spans_json
from monitor.cli.listing_rows import typed
from monitor.cli.printing import note
from monitor.cli.session import PARTLY, Session, emit, iso
from monitor.errors import UsageError
from monitor.pipeline.replay import Replayed, read_lines, replay, status_of
from monitor.pipeline.warming import count_texts, files_named
from monitor.store import evidence, listing_alerts
from monitor.store.database import Connection, Store
from monitor.store.evidence import Belongs, JoinRow
from monitor.store.listing_alerts import AlertRow


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(name="replay")
    def replay_(
        context: typer.Context,
        file: Annotated[Path, typer.Argument(help="JSON Lines, plain or .gz.")],
        every: Annotated[bool, typer.Option("--all", help="Entries that match nothing become stories too.")] = False,
        keep: Annotated[bool, typer.Option("--keep", help="Record into the real database; nothing is sent.")] = False,
        warm: Annotated[str, typer.Option(help="Term statistics counted beforehand: none, self or files.")] = "none",
        as_json: Annotated[bool, typer.Option("--json", help="JSON Lines, as without it.")] = False,
    ) -> None:
        """Replay recorded entries, and print what each came to: topics, story, alerts.

        Example: monitor replay entries.jsonl > decisions.jsonl
        """
        session: Session = context.obj
        if not file.is_file():
            raise UsageError(f"{file} is not a file")
        counted = files_named(warm, file)
        if keep and counted:
            raise UsageError(f"--warm {warm}: with --keep the real database's statistics count, and nothing else")
        configuration = session.valid()
        with session.store(write=True) if keep else Store.throwaway() as store:
            force = session.put_in_force(store, configuration)
            warmed = count_texts(store, counted)
            done, skipped = replay(
                store, force, read_lines(file, session.now),
                origin="import" if keep else "live", cluster_all=every, warmed=warmed.languages,
            )  # fmt: skip
            with store.read() as connection:
                emit(lines(connection, done))
        uncounted = [(path, line) for path, line in warmed.skipped if path != file]
        for path, line in uncounted:
            note(f"{path}, line {line.number} not counted: {line.reason}")
        for line in skipped:
            note(f"line {line.number} skipped: {line.reason}")
        if skipped or uncounted:
            raise typer.Exit(PARTLY)


def lines(connection: Connection, done: Sequence[Replayed]) -> Iterator[Mapping[str, Any]]:
    """What each line came to: the ids as they stand now, the topics as its own revision had them, which for a
    ``seen`` line is the one it found. Everything is read in bulk beforehand."""
    ids = [one.entry for one in done]
    matches = evidence.matches_by_revision(connection, ids)
    joins: dict[int, JoinRow] = {join.entry: join for join in evidence.joins_of(connection, ids)}
    stories: dict[int, Belongs] = evidence.stories_of_entries(connection, ids)
    alerts: dict[tuple[int, int], list[AlertRow]] = {}
    for alert in listing_alerts.alerts_of_entries(connection, ids):
        alerts.setdefault((alert.entry or 0, alert.revision or 0), []).append(alert)
    for one in sorted(done, key=lambda one: one.line.number):
        join, story = joins.get(one.entry), stories.get(one.entry)
        outcome = status_of(one.status, join.rule if join else None)
        decided = alerts.get((one.entry, one.revision), []) if outcome != "seen" else []
        yield {
            "line": one.line.number,
            "id": one.line.id,
            "entry": typed("e", one.entry),
            "url": one.line.entry.url,
            "outcome": outcome,
            "topics": [
                {"name": m.topic, "spans": spans_json(m.spans)} for m in matches.get((one.entry, one.revision), ())
            ],
            "story": typed("s", story.id) if story else None,
            "event": typed("v", story.event) if story else None,
            "first_in_story": story is not None and story.first_entry == one.entry,
            "alerts": [_alert(alert) for alert in decided],
        }


def _alert(alert: AlertRow) -> Mapping[str, Any]:
    return {
        "id": alert.id,
        "channel": alert.channel,
        "rule": alert.rule,
        "decision": alert.decision,
        "delivery": None,
        "at": iso(alert.at),
    }
