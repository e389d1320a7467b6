"""``init`` writes a first watchlist; ``check`` says whether one can be used."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from monitor import config
from monitor.alerts import deliver
from monitor.cli.printing import age_words, count_words, old_words
from monitor.cli.session import BAD_CONFIG, Session, emit
from monitor.config import Loaded
from monitor.config.findings import Findings
from monitor.config.loading import display, findings_of
from monitor.fetch import Fetcher, masked
from monitor.model import Channel, Document, Finding, ParseFailure, Request, Settings, Source, Watchlist
from monitor.parse import ParsePool
from monitor.pipeline.clock import Clock
from monitor.pipeline.reading import read


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command()
    def init(context: typer.Context) -> None:
        """Write a starter watchlist where --config points; one that is there stays as it is.

        Example: monitor init --config config/local
        """
        session: Session = context.obj
        written = config.write_starter(config.starting_place(session.config, session.environ, Path.cwd()))
        typer.echo(f"{written} is written. Edit it, then: monitor check; monitor run")

    @app.command()
    def check(
        context: typer.Context,
        online: Annotated[
            bool, typer.Option("--online", help="Also read every source, and reach every channel, sending nothing.")
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help="JSON Lines, one a finding.")] = False,
    ) -> None:
        """Check watchlist and settings: every mistake at its line, and the topics' own examples.

        Example: monitor check --online
        """
        session: Session = context.obj
        loaded = session.loaded()
        findings = [*loaded.findings, *config.examples(loaded), *_channel_findings(loaded)]
        if online and loaded.watchlist is not None and loaded.settings is not None:
            findings += asyncio.run(_online(loaded, loaded.watchlist, loaded.settings, session.clock))
        findings = list(dict.fromkeys(findings))
        if as_json:
            emit(_json(finding) for finding in findings)
        else:
            _print(loaded, findings, session)
        if any(finding.severity == "error" for finding in findings):
            raise typer.Exit(BAD_CONFIG)


def _json(finding: Finding) -> dict[str, Any]:
    return {
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "severity": finding.severity,
        "message": finding.message,
    }


def _print(loaded: Loaded, findings: list[Finding], session: Session) -> None:
    if findings:
        typer.echo(config.render_findings(findings))
    watchlist = loaded.watchlist
    if watchlist is None:
        return
    counts = ", ".join(
        f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"
        for noun, things in (
            ("topic", watchlist.topics), ("source", watchlist.sources), ("channel", watchlist.channels),
        )
    )  # fmt: skip
    local = session.clock().astimezone(ZoneInfo(watchlist.timezone))
    typer.echo(f"{display(loaded.path)}: {counts}. Times are those of {watchlist.timezone} (now {local:%H:%M}).")


def _channel_findings(loaded: Loaded) -> Iterable[Finding]:
    """Channels whose options the sending library cannot use."""
    if loaded.watchlist is None:
        return ()
    into = findings_of(loaded)
    for channel in _on(loaded.watchlist):
        complaint = deliver.validate(channel)
        if complaint is not None:
            into.error(("channels", channel.name), f'channel "{channel.name}": {complaint}')
    return into.found


def _on(watchlist: Watchlist) -> list[Channel]:
    return [channel for channel in watchlist.channels if channel.off is None]


async def _online(loaded: Loaded, watchlist: Watchlist, settings: Settings, clock: Clock) -> list[Finding]:
    """What each source says now, and whether each channel can be reached."""
    into = findings_of(loaded)
    async with (
        Fetcher(
            user_agent=settings.user_agent, allow_private=settings.allow_private, host_gap=settings.host_gap
        ) as fetcher,
        ParsePool() as pool,
    ):
        sources = [source for source in watchlist.sources if not source.paused]
        said = await asyncio.gather(*(_ask(fetcher, pool, source, clock) for source in sources))
    for source, (severity, text) in zip(sources, said, strict=True):
        _note(into, severity, ("sources", source.name), f'source "{source.name}": {text}')
    channels = [channel for channel in _on(watchlist) if channel.kind != "console" and not deliver.validate(channel)]
    answers = await asyncio.gather(*(asyncio.to_thread(deliver.probe, channel) for channel in channels))
    for channel, complaint in zip(channels, answers, strict=True):
        severity, text = ("info", "can be reached") if complaint is None else ("error", complaint)
        _note(into, severity, ("channels", channel.name), f'channel "{channel.name}": {text}')
    return into.found


def _note(into: Findings, severity: str, way: tuple[str, ...], message: str) -> None:
    into.add("error" if severity == "error" else "info", way, message)


async def _ask(fetcher: Fetcher, pool: ParsePool, source: Source, clock: Clock) -> tuple[str, str]:
    fetched = await fetcher.fetch(Request(source.url, access=source.access), now=clock())
    if not isinstance(fetched, Document):
        return "error", getattr(fetched, "sentence", "nothing was read")
    found = await pool.run(read, source.kind, fetched, "", source.outlet or source.name, source.skip)
    if isinstance(found, ParseFailure):
        return "error", found.sentence
    newest = f", the newest {age_words(clock() - found.newest)} old" if found.newest else ""
    old = old_words(found.newest, clock())
    remarks = f"; {old}" if old else ""
    if fetched.moved_to:
        remarks += f"; it has moved to {masked(fetched.moved_to)}: write that as its url:, and the old one as was:"
    return "info", f"{count_words(found.total, 'entry', 'entries')}{newest} ({found.form}){remarks}"
