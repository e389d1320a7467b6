"""Whole corpora through the real workers: nothing crashes or hangs, no entry is lost, texts are right, each refusal
has its reason.

An ordinary run takes every document of the suites and a part of the heavy ones; ``MONITOR_CORPORA=full`` takes all.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import tarfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from monitor.limits import PARSE_CPU, PARSE_DEADLINE
from monitor.model import Document, Parsed, ParseFailure
from monitor.parse import ParsePool
from monitor.sources import PRELOAD, Feed
from tests import bare
from tests.measuring import corpus

pytestmark = [pytest.mark.corpus, pytest.mark.timeout(1200)]

FULL = os.environ.get("MONITOR_CORPORA") == "full"
CODECS = {"gb2312": ["gb18030"], "shift_jis": ["shift_jis", "cp932"]}
"""Names of folders to what is read for them, where that is not the name; the second where the first fails."""
READING = {"not_a_feed", "malformed", "challenge"}
"""Reasons that a document may have for itself; the others are the worker's."""


def documents(name: str, every: int = 1) -> Iterator[tuple[str, bytes]]:
    """The documents of a corpus, by name, one in so many."""
    folder = corpus(name)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".md", ".csv"))
    number = 0
    for path in files:
        for title, body in packed(path) if ".tar." in path.name else [(path.name, path.read_bytes())]:
            if FULL or number % every == 0:
                yield title, body
            number += 1


def packed(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None:
                yield member.name, file.read()


class Sheet:
    """What came of the documents of one corpus."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.entries = 0
        self.troubles: list[str] = []
        self.over: list[str] = []
        self.slowest: list[tuple[float, str]] = []

    async def read(self, pool: ParsePool, name: str, body: bytes, turn: asyncio.Semaphore) -> None:
        """Read one document as the daemon does, then hold it against feedparser alone."""
        async with turn:
            started = time.monotonic()
            found = await pool.run(Feed.parse, Document(bare.ADDRESS, body), "")
            self.slowest.append((time.monotonic() - started, name))
            wrong = await pool.run(bare.compared, body, found)
        if isinstance(found, Parsed):
            self.entries += len(found.entries)
            self.over += [f"{name}: {one.sample}" for one in found.rejected if one.reason == "over_cap"]
        elif bare.is_too_deep(found):
            self.over.append(f"{name}: {found.sentence}")
        elif found.reason not in READING:
            self.troubles.append(f"{name}: {found}")
        self.kinds[found.form if isinstance(found, Parsed) else f"- {found.reason}"] += 1
        if wrong:  # also where the comparison itself ended the worker
            self.troubles.append(f"{name}: {wrong}")

    def told(self, title: str) -> str:
        slowest = ", ".join(f"{name} {seconds:.1f} s" for seconds, name in sorted(self.slowest, reverse=True)[:3])
        return (
            f"\n{title}: {self.kinds.total()} documents, {self.entries} entries; {dict(self.kinds.most_common())}"
            f"\n  over a cap: {self.over}\n  slowest: {slowest}"
        )


async def read_all(pairs: Sequence[tuple[str, bytes]]) -> Sheet:
    sheet, turn = Sheet(), asyncio.Semaphore(4)
    async with ParsePool(preload=PRELOAD) as pool:
        await asyncio.gather(*(sheet.read(pool, name, body, turn) for name, body in pairs))
    return sheet


@pytest.mark.parametrize(
    ("name", "every"),
    [
        ("feeds-real", 2),
        ("suite-feedparser", 1),
        ("suite-feedvalidator", 1),
        ("hostile-xml", 1),
        ("hostile-fuzz", 4),
    ],
)
async def test_a_corpus(name: str, every: int) -> None:
    pairs = list(documents(name, every))
    assert pairs
    sheet = await read_all(pairs)
    print(sheet.told(name))
    assert sheet.troubles == []
    assert sheet.kinds.total() == len(pairs)
    assert sheet.over == []
    assert max(seconds for seconds, _ in sheet.slowest) < PARSE_DEADLINE + PARSE_CPU


def label(path: Path) -> str:
    """The name of the encoding, of a folder such as ``windows-1251-russian``."""
    name = path.name.split("__")[1].lower()
    found = re.match(r"iso-8859-\d+|windows-\d+", name)
    return found[0] if found else name


def gold(path: Path) -> str | None:
    """The document as text, by the encoding that its folder names; None where it is damaged in that."""
    for codec in CODECS.get(label(path), [label(path)]):
        with contextlib.suppress(UnicodeDecodeError):
            return path.read_bytes().decode(codec)
    return None


def test_texts_are_right_in_every_declared_encoding() -> None:
    """The same as of the document in UTF-8, whether the encoding is named in it or in the header alone."""
    files = sorted(corpus("feeds-real").glob("chardet_chardet__*"))[:: 1 if FULL else 3]
    assert files
    checked: Counter[str] = Counter()
    other: list[str] = []
    for path in files:
        text = gold(path)
        if text is None:
            checked["damaged"] += 1
            continue
        right = texts(re.sub(r"^\ufeff?\s*<\?xml[^>]*\?>", "", text).encode(), "application/xml; charset=utf-8")
        checked["no feed" if right is None else label(path)] += 1
        nameless = re.sub(rb"^\s*<\?xml[^>]*\?>", b"", path.read_bytes())
        if not (right == texts(path.read_bytes(), "") == texts(nameless, f"application/xml; charset={label(path)}")):
            other.append(path.name)
    print(f"\n{checked.total()} documents in {len(checked)} encodings: {dict(checked)}; other texts: {other}")
    assert other == []
    assert checked["damaged"] <= len(files) // 50


def texts(body: bytes, content_type: str) -> list[tuple[str, str, str]] | None:
    found = Feed.parse(Document(bare.ADDRESS, body, content_type=content_type), "")
    return None if isinstance(found, ParseFailure) else [(one.title, one.teaser, one.text) for one in found.entries]
