"""Poll histories of real feeds as lines: is a changed headline a revision, and what vanishes and returns no news?"""

from __future__ import annotations

import csv
import tarfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.stories.runs import Item, replayed
from benchmarks.stories.table import Figure, Measure, at_least, at_most

FEEDS = ("economist", "ft-home", "nyt_econ")


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry of a poll that was not in the poll before it as it is now."""

    item: Item
    kind: str
    """``new``, ``retitled``, ``returned`` (with its old title)."""


def polls(folder: Path, feed: str, share: float) -> Iterator[tuple[datetime, bytes]]:
    """The documents of a feed with their times, the first ``share`` of them."""
    with tarfile.open(folder / f"{feed}.tar.xz") as archive:
        bodies = {m.name: f.read() for m in archive if (f := archive.extractfile(m)) is not None}
    with (folder / f"{feed}.index.csv").open() as index:
        moments = [row["poll_utc"] for row in csv.DictReader(index) if f"{row['poll_utc']}.xml" in bodies]
    for moment in moments[: round(len(moments) * share)]:
        yield datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC), bodies[f"{moment}.xml"]


def changes(folder: Path, feed: str, share: float) -> list[Shown]:
    """What each poll shows that the one before it did not; ids that stand twice in one document are left out."""
    titles: dict[str, str] = {}
    before: set[str] = set()
    found: list[Shown] = []
    for moment, body in polls(folder, feed, share):
        items = list(ET.fromstring(body).iter("item"))
        guids = [(item.findtext("guid") or "").strip() for item in items]
        here = {guid: item for guid, item in zip(guids, items, strict=True) if guid and guids.count(guid) == 1}
        for guid, item in here.items():
            title = " ".join((item.findtext("title") or "").split())
            kind = "new" if guid not in titles else "retitled" if titles[guid] != title else "returned"
            if title and (kind != "returned" or guid not in before):
                url = (item.findtext("link") or "").strip() or None
                found.append(Shown(Item(guid, title, feed, moment, url), kind))
                titles[guid] = title
        before = set(here)
    return found


def measured(data: Path, fast: bool) -> Sequence[Figure]:
    """Both rows."""
    started = time.perf_counter()
    folder = data / "feed-history-press"
    found = [one for feed in FEEDS for one in changes(folder, feed, 0.1 if fast else 1.0)]
    found.sort(key=lambda one: one.item.when or datetime.min.replace(tzinfo=UTC))
    outcomes = replayed([one.item for one in found]).outcomes
    retitled = [outcome for one, outcome in zip(found, outcomes, strict=True) if one.kind == "retitled"]
    returned = [outcome for one, outcome in zip(found, outcomes, strict=True) if one.kind == "returned"]
    seconds = time.perf_counter() - started
    part = f"dev feeds {', '.join(FEEDS)}" + (", first tenth" if fast else "")
    share = retitled.count("revision") / len(retitled) if retitled else 1.0
    return (
        Figure(
            "retitled", "retitled entries that are revisions", share, at_least(1), at_least(1),
            f"{part}; {len(retitled)} retitled; --warm none", seconds,
        ),
        Figure(
            "returned", "entries that vanish and return as new", sum(o in ("new", "copy") for o in returned),
            at_most(0), at_most(0), f"{part}; {len(returned)} returned; --warm none",
        ),
    )  # fmt: skip


MEASURE = Measure("history", ("retitled", "returned"), measured)
