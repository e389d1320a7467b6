"""Corpora through the installed ``replay``: what each article's story and event came to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.model import Article

FIRST = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""When a corpus without dates begins: its articles come a second apart, so that no age helps or hinders."""
WATCHLIST = "topics:\n  Nothing: [zyxqvw]\n"
"""A topic that no corpus names: ``--all`` makes stories of what matches nothing."""


@dataclass(frozen=True, slots=True)
class Item:
    """One article of a corpus."""

    id: str
    title: str
    outlet: str = ""
    when: datetime | None = None
    url: str | None = None
    body: str = ""
    language: str | None = None
    label: str = ""
    """The story or event that the corpus says it is of."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a replay came to."""

    story: Mapping[str, str]
    """Item id to its story."""
    event: Mapping[str, str]
    outcomes: Sequence[str]
    """``new revision seen copy`` of each line, in their order."""
    seconds: float
    output: bytes


def line_of(item: Item, seen: datetime) -> str:
    """The item as a line of ``replay``, without its label."""
    row = {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "text": item.body,
        "source": item.outlet or None,
        "outlet": item.outlet or None,
        "language": item.language,
        "seen": seen.isoformat(),
        "published": item.when and item.when.isoformat(),
    }
    return json.dumps({key: value for key, value in row.items() if value}, ensure_ascii=False)


def item_of(article: Article, label: object = "", *, id: str | None = None, dated: bool = True) -> Item:
    """An article of a corpus as an item, without its date where that is withheld.

    What has no publisher gets one of its own: else all would be of the same, which is a different question.
    """
    name = id or str(article.id)
    return Item(
        name,
        article.title,
        article.outlet or f"Paper {name}",
        article.when if dated else None,
        article.url,
        article.body,
        article.language,
        str(label),
    )


def write(items: Sequence[Item], path: Path) -> None:
    """The items as an input of ``replay``, in their order."""
    with path.open("w", encoding="utf-8") as out:
        for number, item in enumerate(items):
            out.write(line_of(item, item.when or FIRST + timedelta(seconds=number)) + "\n")


def replayed(items: Sequence[Item], *, warm: str = "none", timeout: float = 1800) -> Run:
    """Replay the items in their order.

    Raises:
        RuntimeError: the command failed.
    """
    with tempfile.TemporaryDirectory(prefix="stories-") as folder:
        config, path = Path(folder) / "watchlist.yaml", Path(folder) / "items.jsonl"
        config.write_text(WATCHLIST, "utf-8")
        write(items, path)
        return replayed_file(path, config, warm=warm, timeout=timeout)


def replayed_file(path: Path, config: Path, *, warm: str = "none", timeout: float = 1800) -> Run:
    """Replay a file of lines."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("MONITOR_")}
    # without it, `none` is not said either: a program from before the option has the same defaults
    asked = ["--warm", warm] if warm != "none" else []
    command = [sys.executable, "-m", "monitor", "--config", str(config), "replay", str(path), "--all", "--json", *asked]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False, timeout=timeout, env=environ)
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 4):
        raise RuntimeError(f"replay ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return Run(
        {row["id"]: row["story"] for row in rows},
        {row["id"]: row["event"] for row in rows},
        [row["outcome"] for row in rows],
        seconds,
        done.stdout,
    )
