"""``status``, ``backup`` and ``housekeep``: how the monitor and its database are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.printing import Clockface, Wished, age_words, count_words, paragraph, size_words, wished
from monitor.cli.session import Session, emit, iso
from monitor.cli.writing import write
from monitor.store.overview import Overview, overview
from monitor.store.upkeep import Housekept


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command()
    def status(
        context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False
    ) -> None:
        """Show on one screen what is read, what is not, what waits, and what is in force.

        Example: monitor status
        """
        session: Session = context.obj
        wish = wished(session)
        with session.store() as store:
            found, where = overview(store), store.where
        face = Clockface(wish.zone, session.clock())
        if as_json:
            emit([status_json(found, where, face)])
            return
        for line in status_lines(found, where, wish, face):
            paragraph(line, first="", indent="  ")

    @app.command()
    def backup(
        context: typer.Context,
        file: Annotated[Path, typer.Argument(help="Where the copy goes; nothing is overwritten.")],
        as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    ) -> None:
        """Write a consistent copy of the database, also while the daemon runs.

        Example: monitor backup monitor-2026-11-24.sqlite3
        """
        session: Session = context.obj
        with session.store() as store:
            size = store.backup(file)
        if as_json:
            emit([{"file": str(file), "bytes": size}])
        else:
            typer.echo(f"{file}: {size_words(size)}")

    @app.command(name="housekeep")
    def housekeep_(
        context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False
    ) -> None:
        """Apply the retention settings now; the daemon does so every hour.

        Example: monitor housekeep
        """
        session: Session = context.obj
        _, _, settings = session.valid()
        (row,) = write(session, "housekeep", {}, settings=settings, make=True).rows
        done = Housekept(**row)
        if as_json:
            emit([housekept_json(done)])
        else:
            typer.echo(housekept_sentence(done, settings.max_size))


GAPS_SHOWN = 5


def housekept_json(done: Housekept) -> dict[str, Any]:
    """A round of housekeeping for programs."""
    return {
        "texts_aged": done.aged,
        "texts_over_size": done.over_size,
        "polls": done.polls,
        "cluster_keys": done.keys,
        "used_bytes": done.used,
        "too_large": done.too_large,
    }


def housekept_sentence(done: Housekept, max_size: int) -> str:
    """A round of housekeeping for people."""
    texts = count_words(done.aged, "unmatched entry", "unmatched entries")
    parts = [f"Texts of {texts} and {count_words(done.polls, 'poll', 'polls')} were old enough to go."]
    if done.over_size:
        parts.append(
            f"Texts of {done.over_size} more went early, the oldest first, because the database was larger than "
            f"{size_words(max_size)} (max_size)."
        )
    parts.append(f"{size_words(done.used)} are in use.")
    if done.too_large:
        parts.append(
            f"That is still over max_size ({size_words(max_size)}): what is left has matched, or is a key of what "
            "was seen, and is always kept. Raise max_size."
        )
    return " ".join(parts)


def status_json(found: Overview, where: str, face: Clockface) -> dict[str, Any]:
    """The overview for programs."""
    states = [source.state for source in found.active]
    life = found.life
    return {
        "sources": {
            "total": len(found.sources),
            "read": len(found.read),
            "failing": states.count("failing"),
            "broken": states.count("broken"),
            "quarantined": states.count("quarantined"),
            "gone": states.count("gone"),
            "new": states.count("new"),
            "paused": len(found.sources) - len(found.active),
        },
        "not_read": [
            {"source": source.name, "id": f"p{source.id}", "state": source.state, "reason": source.reason,
             "since": iso(source.failing_since), "next_poll_at": iso(source.next_poll_at)}
            for source in found.failed
        ],
        "odd": [{"source": source.name, "id": f"p{source.id}", "reason": source.reason} for source in found.odd],
        "no_network_since": iso(found.no_network_since),
        "gaps": [{"source": name, "from": iso(start), "to": iso(end)} for name, start, end in found.gaps],
        "articles_waiting": found.articles,
        "backfill": [
            {"topic": one.name, "looked": one.looked, "of": one.of, "matched": one.matched} for one in found.backfill
        ],
        "last_poll_at": iso(found.last_poll_at),
        "next_poll_at": iso(found.next_poll_at),
        "topics": found.topics,
        "entries": found.entries,
        "stories": found.stories,
        "deliveries": {
            "waiting": found.waiting, "dead": found.dead, "oldest_waiting": iso(found.oldest_waiting),
            "last_sent_at": iso(found.last_sent_at),
        },
        "channels": [
            {"name": c.name, "state": c.state, "error": c.error, "waiting": c.waiting, "dead": c.dead}
            for c in found.channels
        ],
        "config": {"number": found.config_number, "applied_at": iso(found.config_at)},
        "daemon": {
            "running": bool(life and life.running(face.now)),
            "pid": life.pid if life else None,
            "started_at": iso(life.started_at) if life else None,
            "alive_at": iso(life.alive_at) if life else None,
            "stopped_at": iso(life.stopped_at) if life else None,
            "web": life.web if life else None,
        },
        "database": {"where": where, "bytes": found.size},
    }  # fmt: skip


def status_lines(found: Overview, where: str, wish: Wished, face: Clockface) -> Iterator[str]:
    """The overview for people."""
    yield _daemon_line(found, face)
    yield from _source_lines(found, face)
    entries, stories = count_words(found.entries, "entry", "entries"), count_words(found.stories, "story", "stories")
    yield f"Stored: {entries}, {stories} on {count_words(found.topics, 'topic', 'topics')}."
    yield from _backfill_lines(found)
    yield from _outbox_lines(found, face)
    if found.config_number is None:
        yield "Watchlist: none was in force yet on this database."
    else:
        edited = wish.loaded is not None and found.config_digest not in (None, wish.loaded.digest)
        later = "; the file was edited since" if edited else ""
        yield f"Watchlist: version {found.config_number}, in force since {face.say(found.config_at)}{later}."
    yield f"Database: {where}, {size_words(found.size)}."


def _backfill_lines(found: Overview) -> Iterator[str]:
    """How far topics that are new or changed were matched with what is stored."""
    for one in found.backfill[:GAPS_SHOWN]:
        yield (
            f"  {one.name}: {one.looked:,} of {count_words(one.of, 'stored entry', 'stored entries')} looked at, "
            f"{one.matched:,} match."
        )
    if (more := len(found.backfill) - GAPS_SHOWN) > 0:
        yield f"  {count_words(more, 'topic', 'topics')} more are matched with what is stored."


def _daemon_line(found: Overview, face: Clockface) -> str:
    life = found.life
    if life is None:
        return "Daemon: never ran on this database. Start it: monitor run"
    if life.running(face.now):
        page = f"; its page: {life.web}" if life.web else ""
        return f"Daemon: runs since {face.say(life.started_at)} (process {life.pid}){page}."
    if life.stopped_at is not None:
        return f"Daemon: stopped at {face.say(life.stopped_at)}. Start it: monitor run"
    return f"Daemon: gave its last sign of life at {face.say(life.alive_at)} and does not run. Start it: monitor run"


def _source_lines(found: Overview, face: Clockface) -> Iterator[str]:
    unread = [source for source in found.active if source.state == "new"]
    paused = len(found.sources) - len(found.active)
    also = [f"{len(unread)} not polled yet"] * bool(unread) + [f"{paused} paused"] * bool(paused)
    yield f"Sources: {len(found.read)} of {len(found.active)} read{''.join(f', {part}' for part in also)}."
    yield from _failed_lines(found, face)
    for source in found.odd:
        yield f"  {source.name} is read, but {source.reason}"
    if found.gaps:
        spans = [f"{name} {face.say(start)} to {face.say(end)}" for name, start, end in found.gaps[:GAPS_SHOWN]]
        more = f" and {len(found.gaps) - GAPS_SHOWN} more" if len(found.gaps) > GAPS_SHOWN else ""
        yield f"May be missing: {'; '.join(spans)}{more} (the feed moved on between two polls)."
    if found.articles:
        yield f"Articles still to be read in full: {found.articles}."
    yield f"Last poll {face.say(found.last_poll_at)}, next {face.due(found.next_poll_at)}."


def _failed_lines(found: Overview, face: Clockface) -> Iterator[str]:
    """The sources that are not read; while nothing on the network answers, those that failed in that time only as a
    number, so that the others are seen."""
    down = found.no_network_since
    failed = [source for source in found.failed if not (down and source.failing_since and source.failing_since >= down)]
    if down is not None:
        yield f"Network: nothing answers since {face.say(down)}; no source is blamed for it."
        if blameless := len(found.failed) - len(failed):
            yield f"  {count_words(blameless, 'source', 'sources')} could not be read since then."
    for source in failed:
        age = f", for {age_words(face.now - source.failing_since)}" if source.failing_since else ""
        again = f"; next try {face.due(source.next_poll_at)}" if source.next_poll_at else ""
        yield f"  {source.name} is {source.state}{age}: {(source.reason or 'no reason is known').rstrip('.')}{again}."


def _outbox_lines(found: Overview, face: Clockface) -> Iterator[str]:
    waits = f", the oldest since {face.say(found.oldest_waiting)}" if found.oldest_waiting else ""
    yield (
        f"Messages: {found.waiting} waiting{waits}; {found.dead} given up; "
        + (f"last sent {face.say(found.last_sent_at)}." if found.last_sent_at else "none sent yet.")
    )
    for channel in found.channels:
        if channel.state != "ok":
            yield f"  {channel.name} is {channel.state}: {channel.error or 'no reason is known'}"
