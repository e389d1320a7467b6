"""Throw-away stores that are migrated once and then copied: migrating takes longer than most tests."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.store.database import Store

_filled: dict[str, bytes] = {}
"""Name to the bytes of a database that a command has filled."""


@functools.cache
def _migrated() -> bytes:
    """An SQLite file as the migrations leave it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "monitor.sqlite3"
        Store(f"sqlite:///{path}", write=True, durable=False).close()
        return path.read_bytes()


def seeded(path: Path, name: str, fill: Callable[[], object]) -> None:
    """Let the SQLite file ``path`` be as ``fill`` makes it; it does so the first time, from then on it is copied."""
    if name not in _filled:
        fill()
        assert not Path(f"{path}-wal").exists(), "somebody has it open"
        _filled[name] = path.read_bytes()
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(_filled[name])
    path.chmod(0o600)


@contextmanager
def throwaway() -> Iterator[Store]:
    """What :meth:`Store.throwaway` opens."""
    with tempfile.TemporaryDirectory(prefix="coverage-monitor-") as folder:
        path = Path(folder) / "replay.sqlite3"
        path.write_bytes(_migrated())
        with Store(f"sqlite:///{path}", write=True, durable=False) as store:
            yield store
