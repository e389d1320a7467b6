"""Replays recorded entries through the same path, in their order, on their own clock, sending nothing."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.analysis.address import host_of
from monitor.analysis.normalise import normalise
from monitor.errors import UsageError
from monitor.limits import BATCH_DOCUMENTS
from monitor.model import Parsed, ParsedEntry
from monitor.pipeline.force import InForce
from monitor.pipeline.record import Origin, record_document
from monitor.store import sources
from monitor.store.database import Connection, Store

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
TEXT_KEYS = ("title", "summary", "text")


@dataclass(frozen=True, slots=True)
class Line:
    """One accepted line of the input."""

    number: int
    id: str | None
    source: str
    outlet: str
    entry: ParsedEntry
    seen: datetime


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line that could not be used, and why."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a line came to when it was recorded."""

    line: Line
    entry: int
    revision: int
    status: str


def read_lines(path: Path, start: datetime | None) -> Iterator[Line | Skipped]:
    """The lines of a JSON Lines file, plain or ``.gz``, with the clock that each sets.

    Time is ``seen``, else ``published``, else that of the line before, and never goes backwards; the first
    line's is ``start``, else 2000-01-01T00:00Z, where it says nothing itself.

    Raises:
        UsageError: the file cannot be read.
    """
    clock = start or EPOCH
    first = True
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                if not raw.strip():
                    continue
                line = _line(number, raw, None if first else clock, clock)
                if isinstance(line, Line):
                    clock, first = line.seen, False
                yield line
    except (OSError, EOFError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def _line(number: int, raw: bytes, floor: datetime | None, before: datetime) -> Line | Skipped:
    try:
        data = json.loads(raw)
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return Skipped(number, "not valid Unicode: half of a surrogate pair")
    except (ValueError, RecursionError):
        return Skipped(number, "not JSON")
    if not isinstance(data, dict):
        return Skipped(number, "not a JSON object")
    bad = [key for key in ("url", "id", "source", "outlet", "language", *TEXT_KEYS) if not _is_text(data.get(key))]
    if bad:
        return Skipped(number, f"{bad[0]!r} is not a text")
    if not (data.get("url") or data.get("id")):
        return Skipped(number, "neither url nor id")
    if not any(data.get(key) for key in TEXT_KEYS):
        return Skipped(number, "none of title, summary, text")
    moments: dict[str, datetime | None] = {}
    for key in ("seen", "published"):
        moments[key] = _moment(data.get(key))
        if data.get(key) is not None and moments[key] is None:
            return Skipped(number, f"{key!r} is not a time with its offset")
    when = moments["seen"] or moments["published"] or before
    return Line(
        number=number,
        id=data.get("id"),
        source=data.get("source") or "replay",
        outlet=data.get("outlet") or data.get("source") or host_of(data.get("url") or "") or "replay",
        entry=ParsedEntry(
            id=data.get("id"),
            url=data.get("url"),
            title=data.get("title") or "",
            teaser=data.get("summary") or "",
            text=data.get("text") or "",
            published=moments["published"],
            outlet=data.get("outlet"),
            language=data.get("language"),
        ),
        seen=when if floor is None else max(when, floor),
    )


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else None
    except OverflowError:
        return None


def replay(
    store: Store, force: InForce, lines: Iterator[Line | Skipped], *, origin: Origin, cluster_all: bool
) -> tuple[list[Replayed], list[Skipped]]:
    """Record every line; lines are committed in batches, each with its own clock."""
    done: list[Replayed] = []
    skipped: list[Skipped] = []
    batch: list[Line] = []
    known: dict[tuple[str, str], int] = {}

    def flush() -> None:
        with store.write() as connection:
            for line in batch:
                one = _record(connection, force, line, known, origin, cluster_all=cluster_all)
                if isinstance(one, Replayed):
                    done.append(one)
                else:
                    skipped.append(one)
        batch.clear()

    for line in lines:
        if isinstance(line, Skipped):
            skipped.append(line)
            continue
        batch.append(line)
        if len(batch) >= BATCH_DOCUMENTS:
            flush()
    flush()
    return done, sorted(skipped, key=lambda s: s.number)


def _record(
    connection: Connection,
    force: InForce,
    line: Line,
    known: dict[tuple[str, str], int],
    origin: Origin,
    *,
    cluster_all: bool,
) -> Replayed | Skipped:
    entries = normalise(Parsed(entries=(line.entry,)), line.outlet)
    if not entries:
        return Skipped(line.number, "no text that could be an entry")
    key = (line.source, line.outlet)
    if key not in known:
        known[key] = sources.recorded_source(connection, line.source, line.outlet, line.seen)
    tally = record_document(
        connection, force, known[key], entries,
        outlet=line.outlet, origin=origin, now=line.seen, cluster_all=cluster_all,
        topics=next((s.topics for s in force.watchlist.sources if s.name == line.source), None),
    )  # fmt: skip
    if not tally.recorded:
        return Skipped(line.number, "its entry was retired from the store")
    one = tally.recorded[0]
    return Replayed(line, one.id, one.revision, one.status)


def status_of(status: str, rule: str | None) -> str:
    """The outcome of a line: ``new revision seen copy``."""
    if status == "known":
        return "seen"
    return "copy" if status == "new" and rule not in (None, "first") else status
