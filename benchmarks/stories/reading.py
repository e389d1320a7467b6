"""The measuring corpora as articles: headlines of streams and polled pages, and articles with their texts."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.analysis.normalise import normalise
from monitor.model import Article, Parsed, ParsedEntry

STREAMS = ("headline-polls-gnews-us", "headline-polls-gnews-sv", "news-stream-2026", "ai-news-items-2026")
"""The corpora that are headlines of a real stream."""


@dataclass(frozen=True, slots=True)
class Row:
    """One headline or article of a corpus."""

    title: str
    outlet: str
    when: datetime
    url: str | None = None
    body: str = ""
    language: str | None = None


def article(number: int, row: Row) -> Article:
    """The row as the clustering sees it, through the same normalisation as the daemon's."""
    given = ParsedEntry(id=str(number), url=row.url, title=row.title, text=row.body)
    entries = normalise(Parsed((given,)), row.outlet)
    if not entries:
        return Article(number, "", row.outlet, row.when, language=row.language)
    entry = entries[0]
    keys = (entry.url_key, entry.title_key, entry.body_hash)
    return Article(number, entry.title, row.outlet, row.when, *keys, entry.text, row.language, entry.url)


def numbered(one: Article, number: int) -> Article:
    """The article under another number."""
    return replace(one, id=number)


def part_of(text: str) -> str:
    """``choose`` or ``check``, half and half by a hash: what rules are chosen on, and what they are checked on."""
    return "choose" if hashlib.sha256(text.encode()).digest()[0] % 2 else "check"


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file, compressed or not."""
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as file:
        for line in file:
            yield json.loads(line)


def stream(data: Path, name: str) -> list[Row]:
    """The rows of one of :data:`STREAMS`, in the order of time."""
    read = {"news-stream-2026": _published, "ai-news-items-2026": _aggregated}.get(name)
    rows = read(data / name) if read else _polled(data / name)
    return sorted(rows, key=lambda row: row.when)


def _polled(folder: Path) -> list[Row]:
    """Each title and publisher of a polled headline page, when first seen."""
    seen: dict[tuple[str, str], Row] = {}
    for line in lines(folder / "polls.jsonl.gz"):
        when = datetime.fromisoformat(line["poll"]).astimezone(UTC)
        seen.setdefault((line["title"], line["publisher"]), Row(line["title"], line["publisher"] or "", when))
    return list(seen.values())


def _published(folder: Path) -> list[Row]:
    return [
        Row(line["title"], line["source"], datetime.fromisoformat(line["published"]), line["url"])
        for line in lines(folder / "items.jsonl.gz")
        if line["published"]
    ]


def _aggregated(folder: Path) -> list[Row]:
    return [
        Row(
            line["title"],
            line["source"] or line["site_name"],
            datetime.fromisoformat(line["published_at"] or line["first_seen_at"]),
            line["url"],
        )
        for line in lines(folder / "items.jsonl.gz")
    ]
