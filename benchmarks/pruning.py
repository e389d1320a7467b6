"""What it saves to pass over entries whose bytes are known: real feeds, of which a tenth of the entries is new.

    python benchmarks/pruning.py [DATA-FOLDER]

Reads every document of ``feeds-real`` of at least 10 KB in three ways, one after the other: whole, as
at the first poll; with a memory of nine tenths of its entries; and with a memory of all of them. Prints processor
seconds, the best of the rounds for each document, and their ratios. Nothing of the data is kept.
"""

from __future__ import annotations

import dataclasses
import random
import sys
import time
from collections import Counter
from pathlib import Path

from monitor.model import Document, Parsed, ParseFailure
from monitor.sources import Feed
from monitor.sources.memory import load

DATA = Path(__file__).parents[2] / "shared" / "data"
ROUNDS = 3
LEAST = 10_000
"""Bytes: below it a document is a test case, not a feed."""
NEW = 0.1


def documents(folder: Path) -> dict[str, Document]:
    """The feeds, by their file's name."""
    files = (path for path in sorted(folder.iterdir()) if path.suffix not in (".md", ".csv"))
    bodies = {path.name: path.read_bytes() for path in files}
    return {name: Document("https://feeds.example/f", body) for name, body in bodies.items() if len(body) >= LEAST}


def without_some(memory: str, seed: str) -> str:
    """A memory in which every tenth entry is missing, and at least one."""
    whole = load(memory)
    chance = random.Random(seed)
    known = {one: key for one, key in whole.entries.items() if chance.random() >= NEW}
    if len(known) == len(whole.entries):
        known.popitem()
    return dataclasses.replace(whole, entries=known).dumped()


def seconds(document: Document, memory: str) -> float:
    """Processor time of one reading, the best of some."""
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        Feed.parse(document, memory)
        times.append(time.process_time() - started)
    return min(times)


def main(data: Path) -> int:
    """Print the figures; 1 when less than half of the documents could be cut."""
    counts: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    cut: Counter[str] = Counter()
    for name, document in documents(data / "feeds-real").items():
        first: Parsed | ParseFailure = Feed.parse(document, "")
        if isinstance(first, ParseFailure):
            continue
        counts["documents"] += 1
        counts["bytes"] += len(document.body)
        counts["entries"] += len(first.entries) + len(first.rejected)
        ways = {
            "whole": "",
            "a tenth new": without_some(first.memory, name) if first.memory else "",
            "none new": first.memory,
        }
        best = {way: seconds(document, memory) for way, memory in ways.items()}
        spent.update(best)
        warm = Feed.parse(document, ways["a tenth new"])
        if isinstance(warm, Parsed) and warm.known:
            counts["cut"] += 1
            counts["known"] += warm.known
            cut.update(best)
    print(
        f"{counts['documents']} documents, {counts['bytes'] / 1e6:.1f} MB, {counts['entries']} entries; "
        f"{counts['cut']} of them can be cut, {counts['known']} entries passed over"
    )
    for title, times in (("all documents", spent), ("those that can be cut", cut)):
        for way in ("whole", "a tenth new", "none new"):
            print(f"{title}, {way}: {times[way]:.2f} s, {times['whole'] / times[way]:.1f} x")
    return int(counts["cut"] < counts["documents"] / 2)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA))
