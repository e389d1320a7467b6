"""Six weeks of eleven outlets through the installed ``replay`` with the shipped topics: the same bytes twice."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.news_stream import convert, replay
from tests.measuring import corpus


@pytest.mark.corpus
@pytest.mark.timeout(600)
def test_a_replay_of_the_stream_gives_the_same_bytes_twice(tmp_path: Path) -> None:
    path = tmp_path / "stream.jsonl"
    count = convert(corpus("news-stream-2026") / "items.jsonl.gz", path)
    first, _ = replay(path)
    second, _ = replay(path)
    assert first == second
    rows = [json.loads(line) for line in first.splitlines()]
    assert [row["line"] for row in rows] == list(range(1, count + 1))
    sent = [(row, alert) for row in rows for alert in row["alerts"] if alert["decision"] == "send"]
    told = Counter((row["story"], alert["channel"], alert["rule"]) for row, alert in sent)
    assert max(told.values()) == 1, "a story was told twice on a channel"
    assert all(row["alerts"] for row in rows if row["topics"] and row["outcome"] != "seen")
    days = {alert["at"][:10] for _, alert in sent}
    print(
        f"\n{count} lines, {len(sent)} alerts on {len(days)} days with any, {dict(Counter(r['outcome'] for r in rows))}"
    )
