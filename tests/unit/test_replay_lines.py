"""The lines of a replay file: which are taken, with what clock and identity, and why others are not."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import UsageError
from monitor.pipeline.replay import EPOCH, Line, Skipped, read_lines

START = datetime(2026, 11, 24, 8, tzinfo=UTC)


def read(folder: Path, *lines: object, start: datetime | None = START) -> list[Line | Skipped]:
    """The lines of a file that holds these: texts as they are, all else as JSON."""
    path = folder / "lines.jsonl"
    path.write_text("".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in lines), "utf-8")
    return list(read_lines(path, start))


def reasons(found: list[Line | Skipped]) -> list[tuple[int, str]]:
    return [(one.number, one.reason) for one in found if isinstance(one, Skipped)]


SKIPPED = [
    ({"id": "1", "title": "a", "seen": "9999-12-31T00:00:00Z"}, "'seen' is not a believable time"),
    ({"id": "1", "title": "a", "seen": "9999-12-31T23:59:59-05:00"}, "'seen' is not a believable time"),
    ({"id": "1", "title": "a", "seen": "0001-01-01T00:00:00+05:00"}, "'seen' is not a believable time"),
    ({"id": "1", "title": "a", "seen": "1969-12-31T00:00:00Z"}, "'seen' is not a believable time"),
    ({"id": "1", "title": "a", "seen": "2200-01-01T00:00:00Z"}, "'seen' is not a believable time"),
    ({"id": "1", "title": "a", "published": "2026-11-24T08:00:00"}, "'published' is not a time with its offset"),
    ({"id": "1", "title": "a", "seen": 1764000000}, "'seen' is not a time with its offset"),
    ({"id": True, "title": "a"}, "'id' is neither a text nor a whole number"),
    ({"id": 1.5, "title": "a"}, "'id' is neither a text nor a whole number"),
    ({"id": "", "title": "a"}, "neither url nor id"),
    ({"id": "1", "title": 5}, "'title' is not a text"),
    ("[]", "not a JSON object"),
    ('{"id": "1", "title": "\\ud800"}', "not valid Unicode: half of a surrogate pair"),
]


@pytest.mark.parametrize(("line", "reason"), SKIPPED)
def test_a_line_that_cannot_be_used_says_why(tmp_path: Path, line: object, reason: str) -> None:
    assert reasons(read(tmp_path, line)) == [(1, reason)]


@pytest.mark.parametrize("year", ["0001", "1969", "2200", "9999"])
def test_an_unbelievable_date_of_publication_is_none_and_sets_no_clock(tmp_path: Path, year: str) -> None:
    before = {"id": "1", "title": "a", "seen": "2026-11-24T09:00:00Z"}
    _, line = read(tmp_path, before, {"id": "2", "title": "b", "published": f"{year}-06-01T00:00:00Z"})
    assert isinstance(line, Line)
    assert (line.entry.published, line.seen) == (None, START.replace(hour=9))


@pytest.mark.parametrize("year", [1970, 2199])
def test_the_years_at_the_edge_are_believed(tmp_path: Path, year: int) -> None:
    (line,) = read(tmp_path, {"id": "1", "title": "a", "seen": f"{year}-06-01T00:00:00+02:00"})
    assert isinstance(line, Line)
    assert line.seen == datetime(year, 5, 31, 22, tzinfo=UTC)


def test_no_clock_begins_outside_of_them(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a believable time"):
        read(tmp_path, {"id": "1", "title": "a"}, start=datetime(9999, 12, 31, tzinfo=UTC))
    (line,) = read(tmp_path, {"id": "1", "title": "a"}, start=None)
    assert isinstance(line, Line)
    assert line.seen == EPOCH


@pytest.mark.parametrize("number", [0, 5, -1, 10**30])
def test_a_number_is_an_id_by_its_text_and_echoed_as_given(tmp_path: Path, number: int) -> None:
    as_number, as_text = read(tmp_path, {"id": number, "title": "a"}, {"id": str(number), "title": "a"})
    assert isinstance(as_number, Line)
    assert isinstance(as_text, Line)
    assert (as_number.id, as_text.id) == (number, str(number))
    assert as_number.entry.id == as_text.entry.id == str(number)


def test_names_of_sources_hold_no_control_characters(tmp_path: Path) -> None:
    named, nothing = read(
        tmp_path,
        {"id": "1", "title": "a", "source": "The\x00 Wire\n\u202e", "outlet": "Wire\x07"},
        {"id": "1", "title": "a", "source": "\x00", "outlet": "\x00"},
    )
    assert isinstance(named, Line)
    assert isinstance(nothing, Line)
    assert (named.source, named.outlet, named.entry.outlet) == ("The Wire", "Wire", "Wire")
    assert (nothing.source, nothing.outlet, nothing.entry.outlet) == ("replay", "replay", None)


ENTRY = '{"id": "1", "title": "a"}'
BLANKS = [
    ((ENTRY, ""), []),
    ((ENTRY, "  "), []),
    ((ENTRY, "", ENTRY), [2]),
    (("", ENTRY), [1]),
    ((ENTRY, "", ""), [2]),
    (("", "", ENTRY, ""), [1, 2]),
]


@pytest.mark.parametrize(("lines", "numbers"), BLANKS)
def test_blank_lines_are_named_but_for_the_last(tmp_path: Path, lines: tuple[str, ...], numbers: list[int]) -> None:
    assert reasons(read(tmp_path, *lines)) == [(number, "blank line") for number in numbers]


def test_a_packed_file_that_is_damaged_is_a_mistake_of_usage(tmp_path: Path) -> None:
    whole = gzip.compress((ENTRY + "\n").encode() * 50)
    bad_block = whole[:10] + b"\xff" * 10 + whole[20:]
    for damaged in (bad_block, whole[:-12], whole[:-8] + b"\0" * 8, b"no gzip"):
        path = tmp_path / "lines.jsonl.gz"
        path.write_bytes(damaged)
        with pytest.raises(UsageError, match="cannot be read"):
            list(read_lines(path, START))
