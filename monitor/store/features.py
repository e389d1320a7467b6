"""What entries of stories are compared by, beside the entries: weighted terms, and shingles that are seldom read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from monitor.model import Packed
from monitor.store import tables as t
from monitor.store.entries import CHUNK

_COLUMNS: Final = t.entry_features.c
_IDS: Final = _COLUMNS.entry.in_(sa.bindparam("ids", expanding=True))
_TERMS: Final = sa.select(_COLUMNS.entry, _COLUMNS.terms, _COLUMNS.size).where(_IDS)
_SHINGLES: Final = sa.select(_COLUMNS.entry, _COLUMNS.shingles).where(_IDS)
_WHOLE: Final = sa.select(_COLUMNS.entry, _COLUMNS.terms, _COLUMNS.size, _COLUMNS.shingles).where(_IDS)


def _replacing(dialect: Any) -> Any:
    statement = dialect.insert(t.entry_features)
    values = {name: statement.excluded[name] for name in ("period", "terms", "size", "shingles")}
    return statement.on_conflict_do_update(index_elements=["entry"], set_=values)


_WRITE: Final = {"postgresql": _replacing(postgresql), "sqlite": _replacing(sqlite)}


def write(connection: sa.Connection, entry: int, packed: Packed, when: datetime) -> None:
    """Keep what ``entry`` is compared by, in the period of its date; what was kept of it before is replaced."""
    values = {
        "entry": entry, "period": t.period_of(when), "terms": packed.terms, "size": packed.size,
        "shingles": packed.shingles,
    }  # fmt: skip
    connection.execute(_WRITE[connection.dialect.name], values)


def shingles(connection: sa.Connection, ids: Iterable[int]) -> dict[int, bytes]:
    """Entry to its packed shingles, of those that are still kept."""
    return {row.entry: row.shingles for row in _rows(connection, _SHINGLES, ids)}


def load(connection: sa.Connection, ids: Iterable[int], *, shingles: bool = False) -> dict[int, Packed]:
    """Entry to what it is compared by, of those that are still kept; with the shingles only where asked for."""
    if shingles:
        return {row.entry: Packed(row.terms, row.size, row.shingles) for row in _rows(connection, _WHOLE, ids)}
    return {row.entry: Packed(row.terms, row.size) for row in _rows(connection, _TERMS, ids)}


def _rows(connection: sa.Connection, statement: sa.Select[Any], ids: Iterable[int]) -> Sequence[Any]:
    wanted = list(ids)
    return [
        row
        for start in range(0, len(wanted), CHUNK)
        for row in connection.execute(statement, {"ids": wanted[start : start + CHUNK]})
    ]
