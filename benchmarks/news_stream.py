"""Replays six weeks of eleven outlets with the shipped topics, twice, and prints alerts a day.

    python benchmarks/news_stream.py [DATA-FOLDER]

Converts ``news-stream-2026/items.jsonl.gz`` (``first_seen`` to ``seen``) into the input of ``monitor replay``,
runs the installed command twice on it, and compares the bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

DATA = Path(__file__).parents[2] / "shared" / "data"
CONFIG = Path(__file__).parents[1] / "config"


def convert(source: Path, target: Path) -> int:
    """Write the items in the order in which they were first seen; returns their number."""
    with gzip.open(source, "rt") as lines:
        items = [json.loads(line) for line in lines]
    items.sort(key=lambda item: item["first_seen"])
    with target.open("w") as out:
        for item in items:
            seen = datetime.strptime(item["first_seen"], "%Y%m%dT%H%MZ").replace(tzinfo=UTC)
            row = {key: item[key] for key in ("url", "title", "source", "published")} | {"seen": seen.isoformat()}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return len(items)


def replay(path: Path) -> tuple[bytes, float]:
    """The output of one replay and its seconds."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "--config", str(CONFIG), "replay", str(path), "--json"],
        capture_output=True,
        check=True,
    )
    return done.stdout, time.perf_counter() - started


def main(data: Path) -> int:
    """Print the figures; 1 when two runs differ."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stream.jsonl"
        count = convert(data / "news-stream-2026" / "items.jsonl.gz", path)
        first, seconds = replay(path)
        second, again = replay(path)
    rows = [json.loads(line) for line in first.splitlines()]
    outcomes = Counter(row["outcome"] for row in rows)
    sent = [(row, alert) for row in rows for alert in row["alerts"] if alert["decision"] == "send"]
    days = {alert["at"][:10] for _, alert in sent}
    by_topic = Counter(topic["name"] for row in rows for topic in row["topics"])
    print(f"{count} lines, {len(rows)} rows, {dict(outcomes)}; {seconds:.1f} s and {again:.1f} s")
    print(f"the same bytes twice: {first == second} (sha256 {hashlib.sha256(first).hexdigest()[:16]})")
    print(f"entries on a topic: {dict(by_topic)}; stories: {len({row['story'] for row in rows if row['topics']})}")
    span = (datetime.fromisoformat(max(days)) - datetime.fromisoformat(min(days))).days + 1 if days else 1
    print(f"alerts sent: {len(sent)} over {span} days, {len(sent) / span:.2f} a day")
    print(f"decisions: {dict(Counter(alert['decision'] for row in rows for alert in row['alerts']))}")
    return int(first != second)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA))
