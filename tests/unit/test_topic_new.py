"""``topic new``: what it prints can be pasted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.analysis.inflection.families import spelled
from monitor.analysis.spellings import propose
from monitor.cli import run
from monitor.cli.topic_new import lines, scalar
from monitor.config import examples, load

NAMES = [
    "Jack Ma", "Qwen3", "马云", "馬雲", "Джек Ма", "Володимир Зеленський", "Ma Yun", "OpenAI", "ICE", "Gerd Müller",
    "GPT-4o", "Llama 3.1", "DeepSeek-V3", "Marks & Spencer", "ジャック・マー", "마윈", "جاك ما", "Apple", "C++", ".NET",
    "AT&T", "Yes", "null", "3M", "1984", "T-Mobile: \"Germany\"", "back\\slash", "#1 $x", "- Ma", "L'Oréal",
    "@x", "a: b", "A,B", "[x]", "!x", "it's", "马 云", "Boeing 737", "é",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_is_printed_passes_check(name: str, tmp_path: Path) -> None:
    (tmp_path / "watchlist.yaml").write_text("timezone: UTC\n" + "\n".join(lines(propose(name, cases=spelled))) + "\n")
    loaded = load(tmp_path, {})
    assert [found for found in (*loaded.findings, *examples(loaded)) if found.severity == "error"] == []
    assert loaded.watchlist is not None
    (topic,) = loaded.watchlist.topics
    assert topic.name == topic.query.any[0].text == {"- Ma": "Ma", "[x]": "x"}.get(name, name)
    assert topic.must_match


@pytest.mark.parametrize("name", NAMES)
def test_what_is_printed_fits_on_a_screen(name: str) -> None:
    printed = list(lines(propose(name, cases=spelled)))
    assert len(printed) <= 30
    assert max(map(len, printed)) <= 120


def test_the_command_prints_lines_to_paste(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["topic", "new", "Ma Yun"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "topics:",
        "  Ma Yun:",
        "    # found as well, no need to list: Ma-Yun, MA YUN",
        "    any: [Ma Yun]",
        "    # Look up how it is written in Chinese, Russian, Arabic, Korean and Japanese, and list what matters:",
        "    #   any: [Ma Yun, CHINESE NAME, RUSSIAN NAME]",
        "    # Others may bear so short a name. In place of any, with words of the one you mean:",
        "    #   ambiguous: {any: [Ma Yun], context: [WORD, ANOTHER WORD]}",
        "    # and one of these words in each headline of must_match",
        "    must_match:",
        "      - Ma Yun's call to Beijing",
        "      - Ma Yun returns",
        "      - What Ma Yun plans next",
        "    must_not_match:",
        "      - Maria Yun opens a school in Lyon",
        "    # channels: [console]     # who hears of it; this is the default",
        "    # confidential: true      # if its name must not show in subjects, previews and logs",
        '# Next: monitor check, and monitor topic test "Ma Yun"',
    ]


def test_one_object_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["topic", "new", "Qwen3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["any"] == ["Qwen3"]
    assert found["report_near"] == ["Qwen"]
    assert found["scripts"] == ["Chinese", "Russian", "Arabic", "Korean", "Japanese"]
    assert found["yaml"].startswith("topics:\n  Qwen3:\n")
    assert run(["topic", "new", "ICE", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["any"] == [{"phrase": "ICE", "exact": True}]


@pytest.mark.parametrize("name", ["", " - ", "x" * 101, "a\x07b", "Alibab*", "${HOME}"])
def test_a_name_that_no_topic_can_bear(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["topic", "new", "--", name]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(("text", "yaml"), [("Jack Ma", "Jack Ma"), ("no", '"no"'), ("a: b", '"a: b"'), ('"', '"\\""')])
def test_scalars(text: str, yaml: str) -> None:
    assert scalar(text) == yaml
