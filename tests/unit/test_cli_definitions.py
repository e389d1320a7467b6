"""Definitions as they are printed: whole words and phrases, bounded; and what one adds to another."""

from __future__ import annotations

import json

import pytest

from monitor.cli.definitions import LONGEST, differences, legible, print_definition


@pytest.mark.parametrize(
    ("before", "after", "added", "dropped"),
    [
        ('"Jack Ma"', '"Jack Ma" OR founder', ["founder"], []),
        ('"Jack Ma" OR founder', "founder", [], ['"Jack Ma"']),
        ("(Ma OR founder) NOT marathon", "(Ma OR 马云) NOT (marathon OR race)", ["马云", "NOT race"], ["founder"]),
        ("a AND b", "a AND b AND c", ["c"], []),
        ("a AND b", "a OR b", [], []),
        ("a OR (b AND c)", "a OR (b AND d)", ["b AND d"], ["b AND c"]),
        ("title:(a OR b)", "a", ["a"], ["title:(a OR b)"]),
    ],
)  # fmt: skip
def test_what_a_version_adds_and_drops(before: str, after: str, added: list[str], dropped: list[str]) -> None:
    assert differences(before, after) == (added, dropped)


def test_what_cannot_be_read_has_no_differences() -> None:
    assert differences("((", "a") is None
    assert differences("a", "((") is None


def test_the_json_of_the_first_program_is_shown_as_a_query() -> None:
    old = {"all": [], "any": [{"phrase": "Jack Ma"}, {"phrase": "founder"}], "none": [{"phrase": "marathon"}]}
    assert legible(json.dumps(old)) == '("Jack Ma" OR founder) NOT marathon'
    assert legible("{broken") == "{broken"


def test_a_long_definition_is_cut_behind_a_whole_phrase(capsys: pytest.CaptureFixture[str]) -> None:
    shown = legible(" OR ".join(f'"Jack Ma {nth}"' for nth in range(60)))
    assert len(shown) <= LONGEST + 2
    assert shown.endswith(" …")
    assert shown.count('"') % 2 == 0
    assert legible("x" * 500) == "x" * LONGEST + " …"
    print_definition("was:", shown)
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith('  was: "Jack Ma 0" OR ')
    assert rest
    assert all(line.startswith("       ") and len(line) <= 100 and line.count('"') % 2 == 0 for line in rest)
