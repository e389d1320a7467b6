"""``explain --file`` as a user calls it: every line answered, sorted and counted, and what would change it."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import run
from monitor.pipeline.explain import STATES, STEPS
from tests.conftest import MakeConfig

WATCHLIST = """
    timezone: Europe/London
    topics:
      Jack Ma: {any: [Jack Ma], none: [marathon]}
      Qwen3: {any: [Qwen3], channels: []}
    sources:
      Herald: https://herald.example/feed
"""
ENTRIES = [
    {"url": "https://courier.example/1", "title": "Jack Ma returns to the old campus", "source": "Courier"},
    {"url": "https://courier.example/2", "title": "Jack Ma wins the marathon", "source": "Courier"},
    {"url": "https://courier.example/3", "title": "Qwen3 is \u202e[bold]open", "source": "Courier"},
]
LIST = """# what a rival had
https://courier.example/1
https://www.courier.example/1?utm_source=x

https://courier.example/2
Qwen3 is open
https://courier.example/3
https://unknown.example/a
https://unknown.example/b
"""
Command = Callable[..., tuple[str, str, int]]


@pytest.fixture
def command(
    make_config: MakeConfig, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """The program with its watchlist and the recorded entries."""
    for name in ("MONITOR_CONFIG", "MONITOR_DATABASE_URL", "MONITOR_NOW", "MONITOR_LOG_LEVEL", "MONITOR_LOG_FORMAT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    folder = make_config(WATCHLIST)

    def call(*arguments: str) -> tuple[str, str, int]:
        capsys.readouterr()
        now = "2026-11-24T10:00:00Z"
        database = f"sqlite:///{tmp_path}/monitor.sqlite3"
        code = run([*arguments, "--config", str(folder), "--database", database, "--now", now])
        captured = capsys.readouterr()
        return captured.out, captured.err, code

    recorded = tmp_path / "entries.jsonl"
    recorded.write_text("".join(json.dumps(line) + "\n" for line in ENTRIES), "utf-8")
    assert call("replay", str(recorded), "--keep")[2] == 0
    return call


def listed(tmp_path: Path, text: str, name: str = "list.txt") -> str:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return str(path)


def rows(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_programs_get_a_line_for_each_and_the_counts(command: Command, tmp_path: Path) -> None:
    out, err, code = command("explain", "--file", listed(tmp_path, LIST), "--json")
    *lines, last = rows(out)
    assert (err, code) == ("", 0)
    assert [(row["line"], row["verdict"]) for row in lines] == [
        (2, "import"),
        (3, "import"),
        (5, "not_matched"),
        (6, "unrouted"),
        (7, "unrouted"),
        (8, "unknown_source"),
        (9, "unknown_source"),
    ]
    assert last == {"summary": {"unknown_source": 2, "not_matched": 1, "unrouted": 2, "import": 2}}
    keys = (
        "line question verdict sentence entries matches near_misses story event evidence alerts deliveries ladder "
        "grouping changes"
    )
    for row in lines:
        assert list(row) == keys.split()
        assert [step["step"] for step in row["ladder"]] == list(STEPS)
        assert {step["state"] for step in row["ladder"]} <= set(STATES)
    (failed,) = (step for step in lines[2]["ladder"] if step["state"] == "failed")
    assert (failed["step"], failed["change"]) == (
        "matched",
        'if it is wanted, take "marathon" from none: of Jack Ma; monitor topic test "Jack Ma" shows what that brings',
    )


def test_people_get_the_counts_a_table_and_what_would_change_it(command: Command, tmp_path: Path) -> None:
    out, err, code = command("explain", "--file", listed(tmp_path, LIST))
    assert (err, code) == ("", 0)
    lines = out.splitlines()
    assert lines[0] == "Of 7 lines: 2 import, 2 unrouted, 1 not matched, 2 unknown source."
    assert lines[2].split() == ["verdict", "line", "asked", "says"]
    assert [line.split()[0] for line in lines[3:10]] == [*["import"] * 2, *["unrouted"] * 2, "not", *["unknown"] * 2]
    assert out[out.index("What would change it:") :].splitlines() == [
        "What would change it:",
        "- lines 8, 9, watched: No source of the watchlist reads unknown.example.",
        "  change: add it to sources: monitor try https://unknown.example/ prints the YAML",
        '- line 5, matched: Nearest: Jack Ma: none: "marathon" is there.',
        '  change: if it is wanted, take "marathon" from none: of Jack Ma; monitor topic test "Jack Ma" shows',
        "    what that brings",
        "- lines 6, 7, routed: Qwen3 goes to no channel.",
        "  change: channels: [console] in Qwen3",
    ]


def test_bad_lines_are_said_and_the_rest_is_answered(command: Command, tmp_path: Path) -> None:
    text = f"e99\nhttps://courier.example:99999/x\n{'long ' * 300}\nhttps://courier.example/1\n"
    out, err, code = command("explain", "--file", listed(tmp_path, text), "--json")
    assert code == 4
    assert [row.get("line") for row in rows(out)] == [4, None]
    first, second, third = err.splitlines()
    assert first == "line 1: e99: there is no entry e99"
    assert second == (
        "line 2: https://courier.example:99999/x: that is not an address that can be read: its host or port is wrong"
    )
    assert third.startswith("line 3: long long")
    assert third.endswith("…: that is too long for a headline (1499 characters; at most 1000)")
    out, _, code = command("explain", "--file", listed(tmp_path, text))
    assert (out.splitlines()[0], code) == ("Of 1 line: 1 import. 3 lines could not be read.", 4)
    out, _, code = command("explain", "--file", listed(tmp_path, "e99\n"))
    assert (out, code) == ("Of 0 lines: none answered. 1 line could not be read.\n", 4)


def test_a_list_may_come_on_stdin_and_as_csv(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    table = "\ufefftitle,url\r\nOne,https://courier.example/1\r\n"
    assert rows(command("explain", "--file", listed(tmp_path, table, "list.csv"), "--json")[0])[0]["line"] == 2
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"https://courier.example/1\n")))
    assert rows(command("explain", "--file", "-", "--json")[0])[0]["verdict"] == "import"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe")))
    assert command("explain", "--file", "-")[1].startswith("the list on stdin cannot be read")


def test_long_groups_are_cut_for_people_only(command: Command, tmp_path: Path) -> None:
    many = "".join(f"https://unknown{n}.example/a\n" for n in range(50))
    out, err, _ = command("explain", "--file", listed(tmp_path, many))
    assert "30 more; --json shows all" in out
    assert out.count("monitor try") == 40
    assert err == "10 more; --json shows all\n"
    same = "".join(f"https://unknown.example/{n}\n" for n in range(12))
    assert (
        "- lines 1, 2, 3, 4, 5, 6, 7, 8 and 4 more, watched:" in command("explain", "--file", listed(tmp_path, same))[0]
    )


def test_feed_text_moves_nothing_on_the_screen(command: Command, tmp_path: Path) -> None:
    out, _, _ = command("explain", "--file", listed(tmp_path, "\x1b[2J\u202e\n"))
    assert "\x1b" not in out
    assert "\u202e" not in out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nofile", "{} cannot be read: there is no such file"),
        (".", "{} cannot be read: it is a folder"),
        ("odd.txt", "{} cannot be read: it is no text in UTF-8"),
        ("n" * 300, "{} cannot be read: File name too long"),
    ],
)
def test_a_list_that_cannot_be_read(command: Command, tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "odd.txt").write_bytes(b"\xff\xfe")
    _, err, code = command("explain", "--file", str(tmp_path / name))
    assert (err.strip(), code) == (said.format(tmp_path / name), 2)


def test_a_sentence_stands_once(command: Command) -> None:
    out, _, _ = command("explain", "https://courier.example/2")
    assert out.count("marathon") == 3, "in the sentence, in what would change it, and in the headline"
    assert "near miss" not in out
    out, _, _ = command("explain", "https://courier.example/1")
    assert "  ok  matched    Jack Ma\n" in out


def test_near_misses_can_be_listed(command: Command) -> None:
    out, _, code = command("entries", "--near")
    assert (code, [line.split("  ")[-1].strip() for line in out.splitlines()]) == (
        0,
        ["title", "Jack Ma wins the marathon", 'Jack Ma: none: "marathon" is there'],
    )
    (row,) = rows(command("entries", "--near", "--topic", "Jack Ma", "--json")[0])
    assert row["title"] == "Jack Ma wins the marathon"
    (miss,) = row["near_misses"]
    assert (miss["topic"], miss["clause"]) == ("Jack Ma", 'none: "marathon" is there')
    assert [span["text"] for span in miss["spans"]] == ["Jack Ma", "marathon"]
    assert command("entries", "--near", "--topic", "Qwen3")[:2] == ("", "No near misses.\n")
    assert command("topics")[0].splitlines()[-1] == "near: missed by one clause; monitor entries --near lists them"


def test_the_ladder_of_one_answer_is_whole_and_of_many_short(command: Command) -> None:
    out, _, _ = command("explain", "https://courier.example/2")
    lines = out.splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith("  ok"))
    assert lines[first : first + 8] == [
        "  ok  watched    Courier was replayed from a file.",
        "  ok  polled     What is replayed is not polled.",
        "  ok  seen       In a document of Courier at 10:00.",
        "  ok  read       The headline was searched.",
        "  >>  matched    no topic",
        '      change     if it is wanted, take "marathon" from none: of Jack Ma; monitor topic test "Jack',
        '                 Ma" shows what that brings',
        "      not reached: story, routed, decided, delivered",
    ]
    several, _, _ = command("explain", "jack ma")
    assert several.count(">>") == 2
    assert "watched" not in several
