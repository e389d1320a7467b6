"""What the workers are asked in tests of whole corpora: feedparser with nothing around it, and laws on one document."""

from __future__ import annotations

import dataclasses
import io
import random
from collections.abc import Sequence

from monitor.analysis.normalise import normalise
from monitor.limits import DEPTH_CAP, ENTRIES_CAP
from monitor.model import Document, Parsed, ParseFailure
from monitor.sources import Feed
from monitor.sources.feed import looks_like_json
from monitor.sources.memory import load

ADDRESS = "https://corpus.example/feed"
TOO_DEEP = f"deeper than {DEPTH_CAP} levels"
"""Stands in the sentence of a document over the cap of its depth."""
RAISED = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def bare_count(body: bytes) -> int | None:
    """The entries that feedparser alone finds, with the parser that it takes by itself; None where it raises."""
    import feedparser
    import feedparser.api

    ours, feedparser.api.PREFERRED_XML_PARSERS = feedparser.api.PREFERRED_XML_PARSERS, []
    try:
        return len(feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False).entries)
    except RAISED:
        return None
    finally:
        feedparser.api.PREFERRED_XML_PARSERS = ours


def trouble(found: Parsed | ParseFailure) -> str:
    """What a reading lacks, in a few words; nothing, if it lacks nothing."""
    if isinstance(found, ParseFailure):
        return "" if found.reason and found.sentence.endswith(".") else f"no reason: {found}"
    return "" if found.form else "no form"


def compared(body: bytes, found: Parsed | ParseFailure, seed: int = 0) -> str:
    """As :func:`trouble`; also against feedparser alone, and against readings of which random entries are known."""
    count = len(found.entries) + len(found.rejected) if isinstance(found, Parsed) else 0
    alone = 0 if looks_like_json(body) else bare_count(body)
    if alone is not None and count < min(alone, ENTRIES_CAP) and not is_too_deep(found):
        return f"{count} of {alone} entries: {found if isinstance(found, ParseFailure) else found.form}"
    return trouble(found) or (pruning_trouble(body, found, seed=seed) if isinstance(found, Parsed) else "")


def is_too_deep(found: Parsed | ParseFailure) -> bool:
    """Whether a document is over the cap of its depth."""
    return isinstance(found, ParseFailure) and TOO_DEEP in found.sentence


def pruning_trouble(body: bytes, whole: Parsed, *, seed: int, rounds: int = 1) -> str:
    """How a reading of which some entries are known differs from the whole one less these; nothing, if it does not."""
    if not whole.memory:
        return ""
    chance, memory = random.Random(seed), load(whole.memory)
    for _ in range(rounds):
        share = chance.choice((0.1, 0.5, 0.9, 1.0))
        entries = {one: key for one, key in memory.entries.items() if chance.random() < share}
        known = dataclasses.replace(memory, entries=entries)
        cut = Feed.parse(Document(ADDRESS, body), known.dumped())
        if not isinstance(cut, Parsed):
            return f"pruned: {cut}"
        if not cut.known:
            same = dataclasses.replace(cut, memory="") == dataclasses.replace(whole, memory="")
        else:
            same = _less_known(whole, cut) and load(cut.memory).entries == memory.entries
        if not same:
            return f"pruned with {len(entries)} of {len(memory.entries)} known: another reading"
    return ""


def _less_known(whole: Parsed, cut: Parsed) -> bool:
    """Whether ``cut`` is ``whole`` without as many entries as it says it knows, in the same order and with its keys."""
    left = iter(whole.entries)
    same = all(any(one == other for other in left) for one in cut.entries)
    counted = len(cut.entries) + len(cut.rejected) + cut.known == len(whole.entries) + len(whole.rejected)
    bare = {"entries": (), "rejected": (), "known": 0, "memory": "", "titles": ()}
    keys = {one.key_hash for one in normalise(whole, "x")}
    named = all(one.key_hash in keys for one in normalise(cut, "x"))
    return same and counted and named and dataclasses.replace(cut, **bare) == dataclasses.replace(whole, **bare)  # type: ignore[arg-type]


def judged(bodies: Sequence[bytes], whole: Sequence[bool], seed: int) -> list[tuple[str, int, str]]:
    """Of each document: its form or the reason why it has none, its entries, and what is wrong with the reading.

    ``whole``: whether a document is also compared.
    """
    rows = []
    for number, (body, compare) in enumerate(zip(bodies, whole, strict=True)):
        found = Feed.parse(Document(ADDRESS, body), "")
        if isinstance(found, Parsed):
            normalise(found, "Outlet")
        kind = found.form if isinstance(found, Parsed) else f"- {found.reason}"
        kind = "- over a cap: depth" if is_too_deep(found) else kind
        count = len(found.entries) if isinstance(found, Parsed) else 0
        rows.append((kind, count, compared(body, found, seed + number) if compare else trouble(found)))
    return rows
