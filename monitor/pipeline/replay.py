"""Replays recorded entries through the same path, in their order, on their own clock, sending nothing."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.analysis.address import host_of
from monitor.analysis.normalise import clean, normalise
from monitor.errors import UsageError
from monitor.limits import BATCH_DOCUMENTS, TITLE_CAP
from monitor.model import Parsed, ParsedEntry
from monitor.pipeline.force import InForce
from monitor.pipeline.record import Origin, record_document
from monitor.pipeline.settle import Grouping
from monitor.store import sources
from monitor.store.database import Connection, Store

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
YEARS = range(1970, 2200)
"""Times of other years are slips or sentinels (0001, 9999), and no clock can be set by them."""
TEXT_KEYS = ("title", "summary", "text")


@dataclass(frozen=True, slots=True)
class Line:
    """One accepted line of the input."""

    number: int
    id: str | int | None
    """As it stands in the input; the entry is known by its text."""
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


def read_lines(path: Path, start: datetime | None, *, unnamed: bool = False) -> Iterator[Line | Skipped]:
    """The lines of a JSON Lines file, plain or ``.gz``, with the clock that each sets; ``unnamed`` lines need no id.

    Time is ``seen``, else ``published``, else that of the line before, and never goes backwards; the first
    line's is ``start``, else 2000-01-01T00:00Z, where it says nothing itself.

    Raises:
        UsageError: the file cannot be read, or ``start`` is no time for a clock.
    """
    clock = start or EPOCH
    if clock.year not in YEARS:
        raise UsageError(f"{clock.isoformat()} is not a believable time to begin at")
    first = True
    blank: int | None = None
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                if blank is not None:
                    yield Skipped(blank, "blank line")
                blank = None if raw.strip() else number  # at the end of the file it is none
                if blank is not None:
                    continue
                line = _line(number, raw, None if first else clock, clock, unnamed=unnamed)
                if isinstance(line, Line):
                    clock, first = line.seen, False
                yield line
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def _line(number: int, raw: bytes, floor: datetime | None, before: datetime, *, unnamed: bool) -> Line | Skipped:
    data = _object(raw)
    if isinstance(data, str):
        return Skipped(number, data)
    fault = _fault(data, unnamed=unnamed)
    if fault is not None:
        return Skipped(number, fault)
    seen, published = _moment(data, "seen"), _moment(data, "published")
    when = seen or published or before
    source, outlet = _name(data.get("source")), _name(data.get("outlet"))
    return Line(
        number=number,
        id=data.get("id"),
        source=source or "replay",
        outlet=outlet or source or host_of(data.get("url") or "") or "replay",
        entry=ParsedEntry(
            id=_identity(data),
            url=data.get("url"),
            title=data.get("title") or "",
            teaser=data.get("summary") or "",
            text=data.get("text") or "",
            published=published,
            outlet=outlet or None,
            language=data.get("language"),
        ),
        seen=when if floor is None else max(when, floor),
    )


def _object(raw: bytes) -> dict[str, Any] | str:
    """The object that a line holds, or why it holds none."""
    try:
        data = json.loads(raw)
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "not valid Unicode: half of a surrogate pair"
    except (ValueError, RecursionError):
        return "not JSON"
    return data if isinstance(data, dict) else "not a JSON object"


def _fault(data: Mapping[str, Any], *, unnamed: bool) -> str | None:
    """Why an object cannot be replayed; None where it can."""
    bad = [key for key in ("url", "source", "outlet", "language", *TEXT_KEYS) if not _is_text(data.get(key))]
    if bad:
        return f"{bad[0]!r} is not a text"
    if not _is_text(data.get("id")) and type(data["id"]) is not int:  # a truth value is an int too
        return "'id' is neither a text nor a whole number"
    if not (unnamed or data.get("url") or _identity(data)):
        return "neither url nor id"
    if not any(data.get(key) for key in TEXT_KEYS):
        return "none of title, summary, text"
    for key in ("seen", "published"):
        if data.get(key) is not None and _written(data[key]) is None:
            return f"{key!r} is not a time with its offset"
    if data.get("seen") is not None and _moment(data, "seen") is None:
        return "'seen' is not a believable time"
    return None


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _identity(data: Mapping[str, Any]) -> str | None:
    value = data.get("id")
    return None if value is None else str(value)


def _name(text: str | None) -> str:
    """The name of a source or outlet without what no store takes."""
    return clean(text or "", TITLE_CAP).replace("\n", " ")


def _written(value: Any) -> datetime | None:
    """A time as it is written; None for what is none, or has no offset."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _moment(data: Mapping[str, Any], key: str) -> datetime | None:
    """A time in UTC; None where it is not given, or not believable."""
    moment = _written(data.get(key))
    return moment.astimezone(UTC) if moment is not None and moment.year in YEARS else None


def replay(
    store: Store,
    force: InForce,
    lines: Iterator[Line | Skipped],
    *,
    origin: Origin,
    cluster_all: bool,
    warmed: frozenset[str] = frozenset(),
) -> tuple[list[Replayed], list[Skipped]]:
    """Record every line; lines are committed in batches, each with its own clock.

    ``warmed`` are the languages whose term statistics were counted beforehand: tier 2 does not wait in them.
    """
    done: list[Replayed] = []
    skipped: list[Skipped] = []
    batch: list[Line] = []
    known: dict[tuple[str, str], int] = {}

    def flush() -> None:
        with store.write() as connection:
            for line in batch:
                one = _record(connection, force, line, known, origin, cluster_all=cluster_all, warmed=warmed)
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
    warmed: frozenset[str],
) -> Replayed | Skipped:
    entries = normalise(Parsed(entries=(line.entry,)), line.outlet)
    if not entries:
        return Skipped(line.number, "no text that could be an entry")
    key = (line.source, line.outlet)
    if key not in known:
        known[key] = sources.recorded_source(connection, line.source, line.outlet, line.seen)
    tally = record_document(
        connection, force, known[key], entries,
        outlet=line.outlet, name=line.source, origin=origin, now=line.seen, cluster_all=cluster_all,
        grouping=Grouping(warmed),
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
