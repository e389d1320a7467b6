"""The topics' own examples: those that fail are named with the words that matched, or the nearest."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import examples, load, packaged_folder, render_findings
from tests.clocks import within

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
    ("must_match", "Власти привлекли Джака Ма", 'nearest: "Джака Ма" stands there, and "Джек Ма" is looked for'),
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


TOPICS = [
    # the whole query decides
    ("{ambiguous: {any: [Ma Yun], context: [Alibaba]}", "Ma Yun wins the marathon", "ambiguous", "Ma Yun of Alibaba"),
    (
        "{query: 'Alibaba AND (court OR judge) NOT golf'",
        "Alibaba in court: golf",
        "golf",
        "Alibaba before a judge",
    ),
    ("{near: {words: [Alibaba, court], within: 2}", "Alibaba opens a shop beside a court", "near", "Alibaba in court"),
    ("{any: [Alibaba], near: {words: [court], within: 2}", "Alibaba, the firm", "near", "a court hears Alibaba"),
    ("{use: [Ant, Court]", "Rain in Bordeaux", "nothing in it", "ant group lists"),
    ("{query: 'use:Court AND use:Ant'", "A court in Bordeaux", '"court" is there', "Ant Group in court"),
    # of source and language an example says nothing
    ("{any: [Alibaba], languages: [zh], sources: [S], except_sources: [T]", "Alibabas", "Alibaba", "Alibaba in court"),
    ("{query: 'Alibaba AND (source:T OR lang:zh) NOT source:S'", "Alibabas", "Alibaba", "Alibaba in court"),
    ("{query: 'Alibaba AND use:Narrow'", "Alibaba opens", "court", "Alibaba in court"),
    # the nearest words are looked for in all of the query
    ('{query: \'title:(Alibaba OR "Ant Group") NOT "Ant Groups"\'', "Ant Grupp lists", '"Ant Group" is', "Alibaba"),
    ("{use: Ant, none: [Ant Crowd]", "Ant Groop lists", 'nearest: "Ant Groop"', "Ant Group lists"),
]


@pytest.mark.parametrize(("keys", "missed", "why", "caught"), TOPICS)
def test_examples_run_the_whole_query(keys: str, missed: str, why: str, caught: str, tmp_path: Path) -> None:
    text = f"""topics:
  A: {keys}, must_match: ["{missed}", "{caught}"], must_not_match: ["{missed}", "{caught}"]}}
fragments: {{Ant: [Ant Group], Court: [court], Narrow: {{any: [court], sources: [S], languages: [zh]}}}}
sources: {{S: https://example.org/, T: https://example.org/t}}
"""
    (tmp_path / "watchlist.yaml").write_text(text)
    loaded = load(tmp_path, {})
    assert loaded.watchlist is not None, loaded.errors
    first, second = examples(loaded)
    assert first.message.startswith(f'topic "A": must_match "{missed}": it does not match')
    assert why in first.message
    assert second.message.startswith(f'topic "A": must_not_match "{caught}": it matches: "')


def test_a_part_that_says_nothing_of_words_holds_for_every_example(tmp_path: Path) -> None:
    text = """topics:
  A: {query: 'Alibaba AND (use:Here OR court)', must_match: [Alibaba opens, Rain]}
  B: {any: [Alibaba], query: 'court OR (rain NOT source:S)', must_match: ["Alibaba: rain", Alibaba]}
fragments: {Here: {any: [shop], sources: [S]}}
sources: {S: https://example.org/}
"""
    (tmp_path / "watchlist.yaml").write_text(text)
    missed = [(finding.line, finding.message.partition(": it")[0]) for finding in examples(load(tmp_path, {}))]
    assert missed == [
        (2, 'topic "A": must_match "Alibaba opens"'),
        (2, 'topic "A": must_match "Rain"'),
        (3, 'topic "B": must_match "Alibaba"'),
    ]


def test_many_phrases_and_examples_take_bounded_time(tmp_path: Path) -> None:
    phrases = ", ".join(f"phrase number{number}" for number in range(10_000))
    texts = ", ".join(f"Something else that stands here {number} times" for number in range(200))
    (tmp_path / "watchlist.yaml").write_text(f"topics: {{A: {{any: [{phrases}], must_match: [{texts}]}}}}")
    loaded = load(tmp_path, {})
    with within(3):
        assert len(examples(loaded)) == 200


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


def test_a_log_is_told_the_line_alone_of_a_confidential_topic(tmp_path: Path) -> None:
    text = """timezone: UTC
topics:
  Nightjar: {any: [secretword], confidential: true, must_match: [otherword]}
  Rain: {any: [rain], must_match: [sunshine]}
sources: {S: https://example.org/}
"""
    (tmp_path / "watchlist.yaml").write_text(text)
    loaded = load(tmp_path, {})
    secret, open_ = examples(loaded, for_log=True)
    assert (secret.line, secret.message) == (3, "an example of a confidential topic fails: monitor check tells which")
    assert not any(word in render_findings([secret]) for word in ("Nightjar", "secretword", "otherword"))
    assert open_ == examples(loaded)[1]
    assert "Nightjar" in examples(loaded)[0].message
