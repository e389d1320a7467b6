"""The topics' own examples: those that fail are named with the words that matched, or the nearest."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import examples, load, packaged_folder

TEXT = """timezone: UTC
topics:
  Jack Ma:
    any: [Jack Ma, Джек Ма, {{phrase: 马云, not_inside: [海马云]}}]
    none: [marathon]
    paused: true
    {part}: ["{example}"]
sources: {{S: https://example.org/}}
"""

FAILS = [
    ("must_match", "Власти привлекли Джека Ма", 'nearest: "Джека Ма" stands there, and "Джек Ма" is looked for'),
    ("must_match", "Rain in Bordeaux", "nothing in it is like the topic's words"),
    ("must_match", "海马云递交招股书", "海马云"),
    ("must_match", "Jack Ma runs a marathon", "marathon"),
    ("must_not_match", "Jack Ma returns, says Jack Ma", 'it matches: "Jack Ma"'),
]


@pytest.mark.parametrize(("part", "example", "why"), FAILS)
def test_a_failing_example(part: str, example: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "watchlist.yaml").write_text(TEXT.format(part=part, example=example))
    (found,) = examples(load(tmp_path, {}))
    assert (found.severity, found.line) == ("error", 7)
    assert found.message.startswith(f'topic "Jack Ma": {part} "{example}": ')
    assert why in found.message
    assert found.excerpt


@pytest.mark.parametrize(("part", "example"), [("must_match", "JACK-MA is back"), ("must_not_match", "Jack Mahoney")])
def test_an_example_that_holds(part: str, example: str, tmp_path: Path) -> None:
    (tmp_path / "watchlist.yaml").write_text(TEXT.format(part=part, example=example))
    assert examples(load(tmp_path, {})) == ()


def test_the_shipped_watchlist_holds_what_it_promises() -> None:
    shipped = load(packaged_folder(), {})
    assert not shipped.errors
    assert shipped.watchlist is not None
    assert [topic.name for topic in shipped.watchlist.topics] == ["Jack Ma", "Qwen3", "OpenAI"]
    assert sum(len(topic.must_match) + len(topic.must_not_match) for topic in shipped.watchlist.topics) >= 9
    assert examples(shipped) == ()
    assert [channel.name for channel in shipped.watchlist.channels if channel.off] == ["pr-slack", "morning-mail"]


def test_what_a_variable_holds_is_not_told(tmp_path: Path) -> None:
    text = 'topics: {A: {any: [a], must_match: ["${HOLDS}"], must_not_match: ["a ${HOLDS}"]}}'
    (tmp_path / "watchlist.yaml").write_text(text)
    loaded = load(tmp_path, {"HOLDS": "geheim"})
    found = examples(loaded)
    assert len(found) == 2
    assert "geheim" not in repr((loaded.findings, loaded.hidden, found))


def test_a_watchlist_with_mistakes_is_not_tried(tmp_path: Path) -> None:
    (tmp_path / "watchlist.yaml").write_text("topics: {A: 1}")
    assert examples(load(tmp_path, {})) == ()
