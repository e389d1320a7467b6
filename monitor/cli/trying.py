"""``try``: reads an address as the daemon would, and says what it is; nothing is stored."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from monitor.analysis.address import source_identity
from monitor.analysis.match import Matcher, Matches
from monitor.cli.explaining import spans_json
from monitor.cli.printing import Clockface, Column, Wished, age_words, listed, print_table, wished
from monitor.cli.session import FAILURE, Session, emit, iso, stop, visible
from monitor.fetch import Fetcher, masked
from monitor.limits import POLL_INTERVAL
from monitor.model import Document, Entry, ParseFailure, Read, Request, Settings, Source
from monitor.parse import ParsePool
from monitor.pipeline.reading import read
from monitor.schedule import wish_of

SHOWN = 20
"""Entries shown to people; ``--json`` has all."""
NAME_WIDTH = 40
_PLAIN_NAME = re.compile(r"[A-Za-z][\w&'.-]*( [\w&'.-]+)+")
_PLAIN_URL = re.compile(r"https?://[\w./?=&%~+:-]*[\w/=]")


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("try")
    def try_(
        context: typer.Context,
        address: Annotated[str, typer.Argument(help="The address of a feed.")],
        as_json: Annotated[bool, typer.Option("--json", help="JSON Lines, one an entry.")] = False,
    ) -> None:
        """Read an address as the daemon would, say what it is, and print the lines to paste.

        Example: monitor try https://simonwillison.net/atom/everything/
        """
        session: Session = context.obj
        url = address.strip() if "://" in address else f"https://{address.strip()}"
        wish = wished(session)
        fetched, found = asyncio.run(_read(_source(url, wish), wish.settings))
        if found is None:
            stop(fetched if isinstance(fetched, str) else "nothing was read", FAILURE)
        assert isinstance(fetched, Document)
        matcher = Matcher(wish.watchlist.topics)
        rows = [(entry, matcher.match(entry)) for entry in found.entries]
        if as_json:
            emit(_json(entry, matches) for entry, matches in rows)
        else:
            _print(url, fetched, found, rows, wish, Clockface(wish.zone, session.clock()))


def _source(url: str, wish: Wished) -> Source:
    """The source of the watchlist with that address, with its login and filters; else one that has none."""
    known = (source for source in wish.watchlist.sources if source_identity(source.url) == source_identity(url))
    return next(known, Source("", url))


async def _read(source: Source, settings: Settings) -> tuple[Document | str, Read | None]:
    """The document and what it says, or why nothing could be read."""
    async with (
        Fetcher(
            user_agent=settings.user_agent, allow_private=settings.allow_private, host_gap=settings.host_gap
        ) as fetcher,
        ParsePool(workers=1) as pool,
    ):
        fetched = await fetcher.fetch(Request(source.url, access=source.access))
        if not isinstance(fetched, Document):
            return getattr(fetched, "sentence", "nothing was read"), None
        found = await pool.run(read, source.kind, fetched, "", source.outlet or source.name, source.skip)
    return (found.sentence, None) if isinstance(found, ParseFailure) else (fetched, found)


def _json(entry: Entry, matches: Matches) -> Mapping[str, Any]:
    return {
        "title": entry.title,
        "url": entry.url,
        "published": iso(entry.published),
        "outlet": entry.outlet,
        "language": entry.language,
        "matches": [{"topic": m.topic, "spans": spans_json(m.spans)} for m in matches.matches],
        "near_misses": [{"topic": n.topic, "clause": n.clause, "spans": spans_json(n.spans)} for n in matches.near],
    }


def _print(
    url: str, document: Document, found: Read, rows: list[tuple[Entry, Matches]], wish: Wished, face: Clockface
) -> None:
    newest = f", the newest {age_words(face.now - found.newest)} old" if found.newest else ""
    bad = f", {len(found.rejected)} unusable" if found.rejected else ""
    typer.echo(f"{visible(found.title) or '(no title)'}: {found.form}, {found.total} entries{newest}{bad}.")
    wished = wish_of(found.hints, document.fresh_for)
    if wished.pause > POLL_INTERVAL:
        typer.echo(f"Its publisher asks for {age_words(wished.pause)} between two polls ({wished.why}).")
    if found.skipped:
        typer.echo(f"{len(found.skipped)} of them are left out by skip.")
    if document.moved_to:
        typer.echo(f"It has moved for good to {masked(document.moved_to)}")
    if rows:
        typer.echo("")
        cells = [(face.say(entry.published), visible(entry.title), _about(matches)) for entry, matches in rows[:SHOWN]]
        print_table((Column("published"), Column("title", wide=True), Column("topics")), cells)
    if len(rows) > SHOWN:
        typer.echo(f"and {len(rows) - SHOWN} more (--json lists all)")
    matched = sum(bool(matches.matches) for _, matches in rows)
    if wish.watchlist.topics:
        typer.echo(f"\n{matched} of {len(rows)} entries match a topic of the watchlist.")
    typer.echo("\nTo watch it, paste below `sources:` in the watchlist:")
    typer.echo(f"  {_name(found.title, document)}: {{url: {_quoted_url(document.moved_to or url)}}}")


def _about(matches: Matches) -> str:
    if matches.matches:
        return listed([match.topic for match in matches.matches])
    return f"near: {matches.near[0].topic}: {matches.near[0].clause}"[:40] if matches.near else ""


def _name(title: str, document: Document) -> str:
    """A key for the watchlist, quoted where YAML could read it as something else."""
    name = " ".join("".join(c for c in title if c.isprintable()).split())[:NAME_WIDTH].strip()
    name = name or re.sub(r"^https?://(www\.)?([^/:]+).*", r"\2", document.url)
    return name if _PLAIN_NAME.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _quoted_url(url: str) -> str:
    return url if _PLAIN_URL.fullmatch(url) else json.dumps(url, ensure_ascii=False)
