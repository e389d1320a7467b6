"""What tests of every ring share: a throw-away store, and configurations written to a temporary folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
import structlog

from monitor.store.database import Store
from tests.stores import throwaway

MakeConfig = Callable[..., Path]


@pytest.fixture
def store() -> Iterator[Store]:
    """An SQLite store of the test's own, with the right to write."""
    with throwaway() as found:
        yield found


@pytest.fixture
def make_config(tmp_path: Path) -> MakeConfig:
    """Writes ``watchlist.yaml`` (and ``settings.yaml``) into a folder, which it returns."""

    def make(watchlist: str, settings: str | None = None) -> Path:
        folder = tmp_path / "config"
        folder.mkdir(exist_ok=True)
        (folder / "watchlist.yaml").write_text(dedent(watchlist), "utf-8")
        if settings is not None:
            (folder / "settings.yaml").write_text(dedent(settings), "utf-8")
        return folder

    return make


@pytest.fixture(autouse=True)
def _log_as_it_was() -> Iterator[None]:
    """A command run in this process sets up the log for its own needs; the next test must not inherit that."""
    yield
    structlog.reset_defaults()
