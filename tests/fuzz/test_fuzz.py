"""Mutated documents through the real workers: none crashes or hangs, each failure has a reason, no entry is lost.

``make fuzz`` reads 100,000 of them, an ordinary run of the tests 1,500. ``MONITOR_FUZZ`` is their number and
``MONITOR_FUZZ_SEED`` what they are made from; a document that fails is printed, so that it can become a case.
"""

from __future__ import annotations

import asyncio
import os
import random
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.model import ParseFailure
from monitor.parse import ParsePool
from monitor.sources import PRELOAD
from tests import bare
from tests.fuzz.mutations import SEED_CAP, mutated

COUNT = int(os.environ.get("MONITOR_FUZZ", "1500"))
SEED = int(os.environ.get("MONITOR_FUZZ_SEED", "1"))
BATCH = 25
COMPARED = 5
"""One in so many is also read by feedparser alone, and again with some of its entries known."""
OWN = Path(__file__).parent.parent / "data" / "feed"
DATA = Path(os.environ.get("MONITOR_DATA", Path(__file__).parents[3] / "shared" / "data"))
HEAVY = frozenset({"cpu", "deadline", "memory"})
"""Ends that a hostile document may have; a worker that crashes or is killed is none of them."""


def seeds() -> list[bytes]:
    """Small documents to begin with: the repository's own, feeds five times as often, and those of the corpora."""
    files = [path for path in sorted(OWN.iterdir()) if not path.name.endswith(".expected.json")]
    own = [path.read_bytes() for path in files for _ in range(5 if path.suffix in (".xml", ".json") else 1)]
    # an ordinary run is the same with and without the data
    return own if COUNT < 10_000 else [*own, *(body for body in corpora() if 0 < len(body) <= SEED_CAP)]


def corpora() -> Iterator[bytes]:
    if (DATA / "feeds-real").is_dir():
        for path in sorted((DATA / "feeds-real").iterdir()):
            yield path.read_bytes()
    for name in ("suite-feedparser", "suite-feedvalidator"):
        for path in sorted((DATA / name).glob("*.tar.gz")):
            with tarfile.open(path) as archive:
                for member in archive:
                    file = archive.extractfile(member) if member.isfile() else None
                    if file is not None:
                        yield file.read()


class Ledger:
    """What came of all documents."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.entries = 0
        self.heavy: list[str] = []
        self.troubles: list[str] = []
        self.slowest = 0.0

    def note(self, body: bytes, kind: str, entries: int, trouble: str) -> None:
        self.kinds[kind] += 1
        self.entries += entries
        if trouble:
            self.troubles.append(f"{trouble} {body[:2000]!r}")


async def one_batch(pool: ParsePool, number: int, bodies: list[bytes], ledger: Ledger) -> None:
    compared = [(number * BATCH + position) % COMPARED == 0 for position in range(len(bodies))]
    started = time.monotonic()
    rows = await pool.run(bare.judged, bodies, compared, SEED)
    ledger.slowest = max(ledger.slowest, time.monotonic() - started)
    if not isinstance(rows, ParseFailure):
        for body, row in zip(bodies, rows, strict=True):
            ledger.note(body, *row)
        return
    # one of them ended the worker, or was a bug: each alone, under the limits of one document
    for body in bodies:
        single = await pool.run(bare.judged, [body], [False], SEED)
        if not isinstance(single, ParseFailure):
            ledger.note(body, *single[0])
        elif single.reason in HEAVY:
            ledger.heavy.append(f"{single.reason} {body[:300]!r}")
        else:
            ledger.note(body, f"- {single.reason}", 0, f"{single}")


@pytest.mark.timeout(3600)
async def test_mutated_documents() -> None:
    chance, ledger = random.Random(SEED), Ledger()
    originals = seeds()
    started = time.monotonic()
    async with ParsePool(preload=PRELOAD) as pool:
        running: set[asyncio.Task[None]] = set()
        for number in range(-(-COUNT // BATCH)):
            bodies = [mutated(originals, chance) for _ in range(min(BATCH, COUNT - number * BATCH))]
            running.add(asyncio.create_task(one_batch(pool, number, bodies, ledger)))
            if len(running) >= 4:
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        await asyncio.gather(*running)
    print(
        f"\nseed {SEED}: {COUNT} documents of {len(originals)} originals in {time.monotonic() - started:.0f} s, "
        f"{ledger.entries} entries; slowest batch of {BATCH}: {ledger.slowest:.2f} s\n"
        f"{dict(ledger.kinds.most_common())}"
        f"\nended by a limit: {len(ledger.heavy)}"
    )
    assert ledger.troubles == []
    assert ledger.kinds.total() + len(ledger.heavy) == COUNT
    assert len(ledger.heavy) <= COUNT // 1000, ledger.heavy
    assert ledger.entries > COUNT // 2


def test_the_same_seed_gives_the_same_documents() -> None:
    originals = seeds()
    first, second = ([mutated(originals, chance) for _ in range(50)] for chance in (random.Random(7), random.Random(7)))
    assert first == second
    assert len(set(first)) > 40
