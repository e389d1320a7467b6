"""Tables of the commands: what they cut, and what they never do to a text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from monitor.cli import printing
from monitor.cli.printing import Clockface, Column, age_words, listed, old_words, print_table, short, size_words
from monitor.cli.session import visible

COLUMNS = (Column("id"), Column("n", right=True), Column("title", wide=True))


def shown(capsys: pytest.CaptureFixture[str], *rows: tuple[str, ...]) -> list[str]:
    print_table(COLUMNS, rows)
    return capsys.readouterr().out.splitlines()


def test_a_table_lines_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, ("e1", "1", "One"), ("e12", "12", "Two\nhttps://a.example/")) == [
        "id    n  title",
        "e1    1  One",
        "e12  12  Two",
        "         https://a.example/",
    ]


def test_a_long_title_is_cut_and_an_address_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    _, first, second = shown(capsys, ("e1", "1", "word " * 40 + "\nhttps://a.example/" + "x" * 150))
    assert len(first) <= printing.WIDTH
    assert first.endswith("…")
    assert second.endswith("x" * 150)


def test_wide_characters_count_twice(capsys: pytest.CaptureFixture[str]) -> None:
    _, line = shown(capsys, ("e1", "1", "马" * 80))
    assert cell_len(line) <= printing.WIDTH


@given(st.text(max_size=300), st.integers(2, 40))
def test_a_cell_shows_nothing_that_moves_the_cursor(text: str, width: int) -> None:
    cell = short(text, width)
    assert len(cell) <= width
    assert all(character.isprintable() for character in visible(text))


def test_names_are_counted_where_they_are_many() -> None:
    assert listed(("a", "b", "c", "d", "e")) == "a, b, c +2"


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1536, "1.5 KB"),
        (4 * 1024**3, "4.0 GB"),
        (1024**5, "1048576.0 GB"),
    ],
)
def test_sizes(size: int, words: str) -> None:
    assert size_words(size) == words


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-5), "0 min"),
        (timedelta(minutes=119), "119 min"),
        (timedelta(minutes=120), "2 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=9), "9 days"),
    ],
)
def test_ages(age: timedelta, words: str) -> None:
    assert age_words(age) == words


def test_when_something_is_due() -> None:
    face = Clockface(ZoneInfo("Europe/Berlin"), datetime(2026, 11, 24, 22, 30, tzinfo=UTC))  # 23:30 there
    hours = {hours: face.due(face.now + timedelta(hours=hours)) for hours in (-1, 0, 0.25, 1, 24, 48, 24 * 60)}
    assert hours == {
        -1: "due now", 0: "due now", 0.25: "23:45", 1: "tomorrow 00:30", 24: "tomorrow 23:30",
        48: "Thu 26 Nov 23:30", 24 * 60: "Sat 23 Jan 2027 23:30",
    }  # fmt: skip
    assert face.due(None) == "-"


@pytest.mark.parametrize(("days", "old"), [(364, False), (365, True), (4000, True)])
def test_a_newest_entry_of_a_year_ago_is_old(days: int, old: bool) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    assert (old_words(now - timedelta(days=days), now) is not None) is old
    assert old_words(None, now) is None
