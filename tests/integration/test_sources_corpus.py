"""Real and hostile documents through the real pool: each gives entries or a reason, and none is lost to us."""

from __future__ import annotations

import asyncio
import io
import os
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.limits import ENTRIES_CAP
from monitor.model import Document, Parsed, ParseFailure
from monitor.parse import ParsePool
from monitor.sources import PRELOAD, Feed
from monitor.sources.feed import looks_like_json

pytestmark = pytest.mark.corpus

DATA = Path(os.environ.get("MONITOR_DATA", Path(__file__).parents[3] / "shared" / "data"))
EVERY = 8
"""Of the fuzzers' 6,000 inputs, one in so many."""


def bare_count(body: bytes) -> int:
    """The entries that feedparser finds with nothing of ours around it."""
    import feedparser

    found = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    return len(found.entries)


def folder(name: str) -> Path:
    if not (DATA / name).is_dir():
        pytest.skip(f"the measuring data {name} is not here")
    return DATA / name


def packed(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None:
                yield member.name, file.read()


def real_feeds() -> dict[str, bytes]:
    paths = sorted(folder("feeds-real").iterdir())
    return {path.name: path.read_bytes() for path in paths if path.suffix not in (".md", ".csv")}


async def read(pool: ParsePool, body: bytes) -> Parsed | ParseFailure:
    return await pool.run(Feed.parse, Document("https://corpus.example/feed", body), "")


@pytest.mark.timeout(600)
async def test_real_feeds_lose_no_entry() -> None:
    bodies = real_feeds()
    assert bodies
    counts: Counter[str] = Counter()
    fewer: list[str] = []

    async with ParsePool(preload=PRELOAD) as pool:

        async def check(name: str, body: bytes) -> None:
            found = await read(pool, body)
            if isinstance(found, ParseFailure):
                counts[found.reason] += 1
                assert found.reason == "not_a_feed", f"{name}: {found}"
            bare = 0 if looks_like_json(body) else await pool.run(bare_count, body)
            assert isinstance(bare, int), f"{name}: {bare}"
            ours = len(found.entries) + len(found.rejected) if isinstance(found, Parsed) else 0
            if ours < min(bare, ENTRIES_CAP):
                fewer.append(f"{name}: {ours} of {bare}")
            counts["entries"] += ours

        await asyncio.gather(*(check(name, body) for name, body in bodies.items()))
    assert fewer == []
    assert counts["not_a_feed"] <= len(bodies) // 100
    assert counts["entries"] > 5 * len(bodies)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("name", "every"),
    [("hostile-xml", 1), ("hostile-fuzz", EVERY)],
)
async def test_hostile_documents_give_a_value(name: str, every: int) -> None:
    bodies = [one for path in sorted(folder(name).glob("*.tar.*")) for one in packed(path)][::every]
    assert bodies
    async with ParsePool(preload=PRELOAD) as pool:
        found = await asyncio.gather(*(read(pool, body) for _, body in bodies))
    for (path, _), one in zip(bodies, found, strict=True):
        assert isinstance(one, Parsed | ParseFailure), path
        if isinstance(one, ParseFailure):
            assert one.reason in {"not_a_feed", "malformed"}, f"{path}: {one}"
        else:
            assert "root:" not in repr(one), path


async def test_the_measured_killers_end_soon() -> None:
    author = b"a@" + b"a." * 32_000 + b"!"
    killers = {
        "author": b"<rss version='2.0'><channel><item><author>" + author + b"</author></item></channel></rss>",
        "prolog": b"<?xml version='1.0'?>"
        + b"\n" * 80_000
        + b"<rss version='2.0'><channel><item><title>x</title></item></channel></rss>",
        "nested": b"<rss version='2.0'><channel><item><description><![CDATA["
        + b"<div>" * 200_000
        + b"]]></description></item></channel></rss>",
    }
    async with ParsePool(cpu=2, preload=PRELOAD) as pool:
        found = dict(zip(killers, await asyncio.gather(*(read(pool, body) for body in killers.values())), strict=True))
        assert isinstance(found["author"], ParseFailure)
        assert found["author"].reason == "cpu"
        assert isinstance(found["prolog"], Parsed)
        assert len(found["prolog"].entries) == 1
        assert isinstance(found["nested"], Parsed | ParseFailure)
