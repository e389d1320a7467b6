"""Reads a list of questions: one address or headline a line, or the column of a CSV file that holds the addresses."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from monitor.errors import UsageError

LINES_CAP: Final = 10_000
"""Questions of one list: about half a minute of work."""
_COLUMNS: Final = ("url", "address", "link", "headline", "title")
"""Heads of the column that is read, the first of them that is there."""
_SEPARATORS: Final = ",;\t"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a list."""

    line: int
    """1-based, of the file; where a field of a CSV file has several lines, the last of them."""
    question: str


def read_list(text: str, name: str) -> tuple[Asked, ...]:
    """The questions of a list in its order. Empty lines, and lines that begin with ``#``, are passed over. A first line
    with a column named ``url``, ``address``, ``link``, ``headline`` or ``title`` makes it CSV, parted by ``,``, ``;``
    or tabs. ``name`` is that of the list, for complaints.

    Raises:
        UsageError: it holds no question, or more than ``LINES_CAP``, or is CSV that cannot be read.
    """
    lines = text.split("\n")
    head = next((line for line in lines if _says_something(line)), "")
    column = _column(head)
    found = tuple(_plain(lines) if column is None else _table(lines, *column, name=name))
    if not found:
        raise UsageError(f"{name} holds no address or headline")
    if len(found) > LINES_CAP:
        raise UsageError(f"{name} holds {len(found):,} questions; at most {LINES_CAP:,} are answered at once: split it")
    return found


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _plain(lines: list[str]) -> Iterator[Asked]:
    for number, line in enumerate(lines, 1):
        if _says_something(line):
            yield Asked(number, line.strip())


def _column(head: str) -> tuple[str, int] | None:
    """The separator of a CSV file and the column that is read; None: it is no CSV file."""
    for separator in _SEPARATORS:
        names = [name.strip().strip('"').lower() for name in head.split(separator)]
        for wanted in _COLUMNS:
            if wanted in names and (len(names) > 1 or separator == _SEPARATORS[-1]):
                return separator, names.index(wanted)
    return None


def _table(lines: list[str], separator: str, column: int, *, name: str) -> Iterator[Asked]:
    rows = csv.reader((f"{line}\n" for line in lines), delimiter=separator)
    headed = False
    try:
        for row in rows:
            cell = row[column].strip() if len(row) > column else ""
            if not row or not any(row) or row[0].lstrip().startswith("#"):
                continue
            if headed and cell:
                yield Asked(rows.line_num, cell)
            headed = True
    except csv.Error as error:
        raise UsageError(f"{name}:{rows.line_num}: {error}") from error
