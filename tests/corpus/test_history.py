"""Every poll of real press feeds, one after the other, over a loopback server and through the whole path.

The oracle reads the documents with the standard library's XML parser and knows nothing of the monitor:
it only follows guids and titles from version to version.
"""

from __future__ import annotations

import asyncio
import csv
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiohttp import web

from monitor.fetch import Fetcher
from monitor.model import Outcome, PollResult, Settings, Source
from monitor.parse import ParsePool
from monitor.pipeline.poll import Poller, one_pass
from monitor.pipeline.writer import Writer
from monitor.sources import PRELOAD
from monitor.store import tables as t
from monitor.store.database import Store
from tests.integration.serving import serving
from tests.measuring import corpus
from tests.paths import in_force, rows, topic

FEEDS = ("economist", "ft-home", "nyt_econ")
TOPICS = (topic("Tariffs", "tariff", "tariffs"), topic("Fed", "Federal Reserve", "the Fed", "Powell"), topic("China"))
FULL = bool(os.environ.get("MONITOR_HISTORY"))
SHARE = 1.0 if FULL else 0.1


@dataclass
class Feed:
    """A feed's versions, and the one that is served now."""

    name: str
    polls: list[tuple[datetime, bytes]]
    now: bytes = b""
    titles: dict[str, str] = field(default_factory=dict)
    """What the oracle has seen: guid to its newest title."""
    shown: int = 0
    retitled: int = 0
    returned: int = 0
    before: frozenset[str] = frozenset()


def feed(name: str) -> Feed:
    folder = corpus("feed-history-press")
    with tarfile.open(folder / f"{name}.tar.xz") as archive:
        bodies = {m.name: f.read() for m in archive if (f := archive.extractfile(m)) is not None}
    with (folder / f"{name}.index.csv").open() as index:
        moments = [row["poll_utc"] for row in csv.DictReader(index)]
    polls = [
        (datetime.strptime(m, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC), bodies[f"{m}.xml"])
        for m in moments
        if f"{m}.xml" in bodies
    ]
    return Feed(name, polls[: round(len(polls) * SHARE)])


def items(body: bytes) -> dict[str, str]:
    """Guid to title, by the standard library; a guid that stands twice in one document is left out."""
    found: dict[str, list[str]] = {}
    for item in ET.fromstring(body).iter("item"):
        guid = (item.findtext("guid") or "").strip()
        found.setdefault(guid, []).append(" ".join((item.findtext("title") or "").split()))
    return {guid: titles[0] for guid, titles in found.items() if guid and len(titles) == 1}


@asynccontextmanager
async def publishing(feeds: dict[str, Feed]) -> AsyncIterator[int]:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        body = feeds[request.path.strip("/")].now
        etag = f'"{hashlib.sha1(body).hexdigest()}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(body=body, content_type="application/rss+xml", headers={"ETag": etag})

    async with serving(answer) as port:
        yield port


def key_of(guid: str) -> str:
    return hashlib.sha256(guid.encode()).hexdigest()[:32]


@pytest.mark.corpus
@pytest.mark.timeout(3600)
async def test_every_version_of_the_press_histories(tmp_path: Path) -> None:
    feeds = {name: feed(name) for name in FEEDS}
    order = sorted((moment, name, body) for name, one in feeds.items() for moment, body in one.polls)
    moment = order[0][0]
    cli = Installed(tmp_path)
    with Store.throwaway() as store:
        async with publishing(feeds) as port, ParsePool(preload=PRELOAD) as pool:
            place = f"127.0.0.1:{port}"
            async with Fetcher(allow_private=(place,)) as fetcher:
                sources = tuple(Source(name, f"http://{place}/{name}") for name in FEEDS)
                force = in_force(store, *TOPICS, sources=sources, settings=Settings(allow_private=(place,)), now=moment)
                cli.configure(place)
                writer = Writer(store)
                writer.start()
                clock = {"now": moment}
                poller = Poller(store, writer, fetcher, pool, force=lambda: force, clock=lambda: clock["now"])
                ids = {name: store_id(store, name) for name in FEEDS}
                for number, (moment, name, body) in enumerate(order):
                    feeds[name].now, clock["now"] = body, moment
                    (result,) = await one_pass(poller, every_source=True, only=[ids[name]])
                    check(store, feeds[name], ids[name], moment, body, result)
                    if number % 60 == 0:
                        await asyncio.to_thread(cli.poll, name, moment, len(items(body)))
                await writer.close()
        told_once(store)
        report(store, feeds, len(order), cli.polls)


def store_id(store: Store, name: str) -> int:
    with store.read() as connection:
        return int(connection.execute(sa.select(t.source.c.id).where(t.source.c.name == name)).scalar_one())


def check(store: Store, one: Feed, source: int, moment: datetime, body: bytes, result: PollResult) -> None:
    """The store knows exactly what the oracle has seen, no later and no earlier."""
    assert result.outcome in (Outcome.NEW, Outcome.UNCHANGED, Outcome.NOT_MODIFIED), result
    shown = items(body)
    fresh = shown.keys() - one.titles.keys()
    retitled = {guid for guid, title in shown.items() if guid in one.titles and one.titles[guid] != title}
    one.returned += len((shown.keys() & one.titles.keys()) - one.before)
    with store.read() as connection:
        found = {
            row.key_hash: row
            for row in connection.execute(
                sa.select(t.entry.c.key_hash, t.entry.c.first_seen, t.entry.c.revision, t.revision.c.seen_at)
                .join(t.revision, sa.and_(t.revision.c.entry == t.entry.c.id, t.revision.c.n == t.entry.c.revision))
                .where(t.entry.c.source == source, t.entry.c.key_hash.in_([key_of(g) for g in shown]))
            )
        }
    for guid in shown:
        row = found.get(key_of(guid))
        assert row is not None, f"{one.name} {moment}: {guid} was not recorded in the poll that shows it"
        assert (row.first_seen == moment) == (guid in fresh), f"{one.name} {moment}: {guid} came back as new"
        if guid in retitled:
            assert row.revision > 0, f"{one.name} {moment}: {guid} was retitled without a revision"
            assert row.seen_at == moment, f"{one.name} {moment}: {guid} was retitled without a revision"
    one.shown += len(fresh)
    one.retitled += len(retitled)
    one.titles |= shown
    one.before = frozenset(shown)


def told_once(store: Store) -> None:
    """No story is told twice as new on a channel, and no entry in two messages."""
    twice = rows(
        store,
        "SELECT subject, channel, count(*) FROM alert WHERE rule = 'new_story' AND decision = 'send' "
        "GROUP BY subject, channel HAVING count(*) > 1",
    )
    assert twice == []
    again = rows(
        store,
        "SELECT a.entry, a.channel, count(*) FROM delivery_item i JOIN alert a ON a.id = i.alert "
        "WHERE a.rule = 'new_story' GROUP BY a.entry, a.channel HAVING count(*) > 1",
    )
    assert again == []


def report(store: Store, feeds: dict[str, Feed], polls: int, by_command: int) -> None:
    ((entries,),) = rows(store, "SELECT count(*) FROM entry")
    ((revisions,),) = rows(store, "SELECT count(*) FROM revision WHERE n > 0")
    ((alerts,),) = rows(store, "SELECT count(*) FROM delivery")
    print(
        f"\n{polls} polls ({by_command} also by the command): {entries} entries, {revisions} revisions; "
        f"the oracle saw {sum(f.shown for f in feeds.values())} guids, {sum(f.retitled for f in feeds.values())} "
        f"retitled, {sum(f.returned for f in feeds.values())} returned; {alerts} messages; rules: "
        f"{rows(store, 'SELECT rule, count(*) FROM story_entry GROUP BY rule')}"
    )
    assert sum(f.shown for f in feeds.values()) > 0


class Installed:
    """The same polls by the command, as a cron job would run it: its own database, the clock by ``--now``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.polls = 0
        self.known: dict[str, int] = {}

    def configure(self, place: str) -> None:
        sources = "".join(f"  {name}: http://{place}/{name}\n" for name in FEEDS)
        topics = "".join(f"  {one.name}: [{', '.join(p.text for p in one.query.any)}]\n" for one in TOPICS)
        (self.folder / "watchlist.yaml").write_text(f"topics:\n{topics}sources:\n{sources}")
        (self.folder / "settings.yaml").write_text(f'fetch: {{allow_private: ["{place}"]}}\n')

    def poll(self, name: str, moment: datetime, entries: int) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "monitor", "poll", "--all", "--json", "--source", name, "--now", moment.isoformat(),
             "--config", str(self.folder), "--database", f"sqlite:///{self.folder}/monitor.sqlite3"],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        row, summary = (json.loads(line) for line in done.stdout.splitlines())
        assert row["source"] == name
        assert row["entries"] >= (entries if row["outcome"] == "new" else 0)
        assert summary["summary"]["failed"] == 0
        self.polls += 1
