"""``try``: reads an address as the daemon would, and says what it is; nothing is stored."""

from __future__ import annotations

import asyncio
import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

import typer

from monitor.analysis.address import source_identity
from monitor.analysis.matching.match import Matcher, Matches
from monitor.cli.explaining import spans_json
from monitor.cli.printing import (
    Clockface,
    Column,
    Wished,
    age_words,
    count_words,
    listed,
    old_words,
    print_table,
    wished,
)
from monitor.cli.session import FAILURE, Session, emit, iso, stop, visible
from monitor.fetch import Fetcher, masked
from monitor.limits import POLL_INTERVAL
from monitor.model import Document, Entry, ParseFailure, Read, Request, Secret, Settings, Source
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
        typed = address.strip()
        url, login = _apart(typed if "://" in typed else f"https://{typed}")
        wish = wished(session)
        source = _source(url, login, wish)
        fetched, found = asyncio.run(_read(source, wish.settings, tried="" if "://" in typed else _tried(url)))
        if found is None:
            stop(fetched if isinstance(fetched, str) else "Nothing was read.", FAILURE)
        assert isinstance(fetched, Document)
        matcher = Matcher(wish.watchlist.topics)
        rows = [(entry, matcher.match(entry)) for entry in found.entries]
        if as_json:
            emit(_json(entry, matches) for entry, matches in rows)
            return
        face = Clockface(wish.zone, session.clock())
        _print(fetched, found, rows, wish, face)
        for line in _to_paste(source, fetched, found.title, login):
            typer.echo(line)


def _apart(url: str) -> tuple[str, str | None]:
    """The address without its user and password, and these (``user:password``): they are never printed."""
    try:
        login, at, host = urlsplit(url).netloc.rpartition("@")
    except ValueError:  # no address at all: the fetcher says so
        return url, None
    return (url.replace(f"{login}@{host}", host, 1), unquote(login)) if at else (url, None)


def _tried(url: str) -> str:
    # a password with a slash in it leaves its @ in what looks like the path
    shown = "https://..." if "@" in url else masked(url)
    return f" (tried {shown}; for http write http:// before it)"


def _source(url: str, login: str | None, wish: Wished) -> Source:
    """The source of the watchlist with that address, with its login and filters; else one that has no name."""
    known = (source for source in wish.watchlist.sources if source_identity(source.url) == source_identity(url))
    source = next(known, Source("", url))
    if login is None:
        return source
    basic = Secret(f"Basic {b64encode(login.encode()).decode()}")  # RFC 7617
    return replace(source, access=replace(source.access, authorization=basic))


async def _read(source: Source, settings: Settings, *, tried: str) -> tuple[Document | str, Read | None]:
    """The document and what it says, or why nothing could be read; ``tried`` is added where no document came."""
    async with (
        Fetcher(
            user_agent=settings.user_agent, allow_private=settings.allow_private, host_gap=settings.host_gap
        ) as fetcher,
        ParsePool(workers=1) as pool,
    ):
        fetched = await fetcher.fetch(Request(source.url, access=source.access))
        if not isinstance(fetched, Document):
            return getattr(fetched, "sentence", "Nothing was read.") + tried, None
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
    document: Document, found: Read, rows: list[tuple[Entry, Matches]], wish: Wished, face: Clockface
) -> None:  # fmt: skip
    newest = f", the newest {age_words(face.now - found.newest)} old" if found.newest else ""
    bad = f", {len(found.rejected)} unusable" if found.rejected else ""
    entries = count_words(found.total, "entry", "entries")
    typer.echo(f"{visible(found.title) or '(no title)'}: {found.form}, {entries}{newest}{bad}.")
    if (old := old_words(found.newest, face.now)) is not None:
        typer.echo(f"{old[0].upper()}{old[1:]}.")
    publisher = wish_of(found.hints, document.fresh_for)
    if publisher.pause > POLL_INTERVAL:
        typer.echo(f"Its publisher asks for {age_words(publisher.pause)} between two polls ({publisher.why}).")
    if found.skipped:
        left_out = "1 of them is" if len(found.skipped) == 1 else f"{len(found.skipped)} of them are"
        typer.echo(f"{left_out} left out by skip.")
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
        typer.echo(f"\n{matched} of {count_words(len(rows), 'entry', 'entries')} match a topic of the watchlist.")


def _to_paste(source: Source, document: Document, title: str, login: str | None) -> list[str]:
    """What to write into the watchlist: nothing for a source that is in it, unless it has moved for good."""
    to = _apart(document.moved_to)[0] if document.moved_to else None
    if not source.name:
        # a login is for the host that it was typed for
        needed = login is not None and (to is None or urlsplit(to).hostname == urlsplit(source.url).hostname)
        auth = ', auth: "${FEED_USER}:${FEED_PASSWORD}"' if needed else ""
        variables = "Set FEED_USER and FEED_PASSWORD where the monitor is started."
        return [
            "\nTo watch it, paste below `sources:` in the watchlist:",
            f"  {_key(title, document)}: {{url: {_quoted_url(to or source.url)}{auth}}}",
        ] + [variables] * needed
    known = f"\nThis is {visible(source.name)} of your watchlist."
    if to is None:
        return [known]
    if source.shown:  # the new address may hold the variable's value, too
        return [f"{known} Write its new address there, and the old one as was:, so that it stays the same source."]
    return [
        f"{known} Write there, so that it stays the same source:",
        f"  {_quoted(source.name)}: {{url: {_quoted_url(to)}, was: {_quoted_url(source.url)}}}",
    ]


def _about(matches: Matches) -> str:
    if matches.matches:
        return listed([match.topic for match in matches.matches])
    return f"near: {matches.near[0].topic}: {matches.near[0].clause}"[:40] if matches.near else ""


def _key(title: str, document: Document) -> str:
    """A name for the source: its title, else its host."""
    name = " ".join("".join(c for c in title if c.isprintable()).split())[:NAME_WIDTH].strip()
    return _quoted(name or re.sub(r"^https?://(www\.)?([^/:]+).*", r"\2", document.url))


def _quoted(name: str) -> str:
    """A key of the watchlist, quoted where YAML could read it as something else."""
    return name if _PLAIN_NAME.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _quoted_url(url: str) -> str:
    return url if _PLAIN_URL.fullmatch(url) else json.dumps(url, ensure_ascii=False)
