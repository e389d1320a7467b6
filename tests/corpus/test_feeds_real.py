"""Every real feed document goes through the whole path: each ends in an outcome, none stops the others."""

from __future__ import annotations

import contextlib
from collections import Counter
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from aiohttp import web

from monitor.fetch import Fetcher
from monitor.model import FAILED, Outcome, PollResult, Settings, Source
from monitor.parse import ParsePool
from monitor.pipeline.poll import Poller, one_pass
from monitor.pipeline.writer import Writer
from monitor.sources import PRELOAD
from monitor.store.database import Store
from tests.integration.serving import serving
from tests.measuring import corpus
from tests.paths import NOW, in_force, rows, topic

HOSTS = 8
KNOWN_REFUSALS = 10
"""More documents without entries and with a reason than this would be news: six are no feeds (pages, gzip files)."""


def documents(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.name != "README.md" and not p.name.endswith(".manifest.csv"))


@pytest.mark.corpus
@pytest.mark.timeout(900)
async def test_every_document_polls_to_an_outcome(tmp_path: Path) -> None:
    folder = corpus("feeds-real")
    files = documents(folder)

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        path = folder / unquote(request.path[1:])
        kind = "application/json" if path.suffix == ".json" else "application/xml"
        return web.Response(body=path.read_bytes(), headers={"Content-Type": kind})

    async with contextlib.AsyncExitStack() as stack:
        ports = [await stack.enter_async_context(serving(answer)) for _ in range(HOSTS)]
        places = tuple(f"127.0.0.1:{port}" for port in ports)
        sources = [
            Source(f"{n} {path.name}"[:90], f"http://{places[n % HOSTS]}/{quote(path.name)}")
            for n, path in enumerate(files)
        ]
        store = stack.enter_context(Store.throwaway())
        force = in_force(store, topic("Google"), sources=sources, settings=Settings(allow_private=places), now=NOW)
        writer = Writer(store)
        writer.start()
        pool = await stack.enter_async_context(ParsePool(preload=PRELOAD))
        fetcher = await stack.enter_async_context(Fetcher(allow_private=places))
        poller = Poller(store, writer, fetcher, pool, force=lambda: force, clock=lambda: NOW)
        first = await one_pass(poller)
        again = await one_pass(poller, every_source=True)
        await writer.close()
        check(store, files, first, again)


def check(store: Store, files: list[Path], first: list[PollResult], again: list[PollResult]) -> None:
    assert len(first) == len(files)
    failed = [result for result in first if result.outcome in FAILED]
    assert all(result.error for result in failed)
    assert len(failed) <= KNOWN_REFUSALS
    ((recorded,),) = rows(store, "SELECT count(*) FROM entry")
    assert recorded == sum(result.new for result in first)
    assert {result.outcome for result in again} == {Outcome.UNCHANGED}
    assert len(again) == len(files) - len(failed)
    ((rejected,),) = rows(store, "SELECT count(*) FROM rejected")
    assert all(reason for (reason,) in rows(store, "SELECT DISTINCT reason FROM rejected"))
    print(
        f"\n{len(files)} documents: {dict(Counter(r.outcome.value for r in first))}; "
        f"{sum(r.entries for r in first)} entries in them, {recorded} recorded, {rejected} kinds of rejected things; "
        f"refused: {[r.error for r in failed]}"
    )
