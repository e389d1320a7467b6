"""What every command starts from: the options before it, the configuration, the store, the clock, the outputs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, TextIO

import typer

from monitor import config
from monitor.config import Loaded
from monitor.config.places import control_socket
from monitor.errors import ConfigError, UsageError
from monitor.model import Settings, Watchlist
from monitor.pipeline.clock import Clock, standing_clock, system_clock
from monitor.pipeline.force import InForce, put_in_force
from monitor.store.database import Store

OK, FAILURE, USAGE, BAD_CONFIG, PARTLY, INTERRUPTED = 0, 1, 2, 3, 4, 130


@dataclass
class Session:
    """The options that stand before or after any command, and what follows from them."""

    config: str | None = None
    database: str | None = None
    now: datetime | None = None
    verbosity: int = 0
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @property
    def clock(self) -> Clock:
        """The system's clock, or one that stands at ``--now``."""
        return standing_clock(self.now) if self.now else system_clock

    def path(self) -> Path:
        """The watchlist's file or folder.

        Raises:
            ConfigError: there is none.
        """
        return config.locate(self.config, self.environ, Path.cwd())

    def loaded(self) -> Loaded:
        """The configuration with all its findings."""
        return config.load(self.path(), self.environ)

    def valid(self) -> tuple[Loaded, Watchlist, Settings]:
        """The configuration, or the end of the program with exit code 3 and every mistake on stderr."""
        loaded = self.loaded()
        if loaded.watchlist is None or loaded.settings is None:
            typer.echo(config.render_findings(loaded.errors), err=True)
            raise typer.Exit(BAD_CONFIG)
        return loaded, loaded.watchlist, loaded.settings

    def store(self, *, write: bool = False) -> Store:
        """The database, open, and migrated where needed. One that is not there yet is made only to be written."""
        url = config.database_url(self.database, self.environ)
        path = url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else None
        if not write and path and not Path(path).exists():
            typer.echo(f"There is no database at {path} yet: monitor run (or monitor poll) makes it.", err=True)
            return Store.throwaway()
        return Store(url, write=write)

    def control_path(self) -> Path:
        """Where the monitor that writes to the database listens for commands."""
        return control_socket(config.database_url(self.database, self.environ), self.environ)

    def put_in_force(self, store: Store, configuration: tuple[Loaded, Watchlist, Settings]) -> InForce:
        """Put a valid configuration in force in ``store``."""
        loaded, watchlist, settings = configuration
        return put_in_force(store, watchlist, settings, digest=loaded.digest, text=loaded.masked, now=self.clock())


def parse_moment(text: str) -> datetime:
    """A moment as given to ``--now`` and ``--since``: ISO 8601; without an offset it is UTC.

    Raises:
        UsageError: it is not a moment.
    """
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{text!r} is not a time: write it as 2026-11-24T09:00:00Z") from error


def iso(moment: datetime | None) -> str | None:
    """A moment for programs: ISO 8601 with its offset."""
    return None if moment is None else moment.isoformat()


def emit(rows: Iterable[Mapping[str, Any]], *, file: TextIO | None = None) -> None:
    """JSON Lines: one object a line, on stdout."""
    out = file or sys.stdout
    for row in rows:
        out.write(json.dumps(row, ensure_ascii=False, default=_plain) + "\n")
    out.flush()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def visible(text: str) -> str:
    """Feed text for a terminal: characters that move the cursor or fake a line are shown as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def stop(message: str, code: int) -> NoReturn:
    """End the program with a message on stderr."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


__all__ = ["ConfigError", "Session", "emit", "iso", "parse_moment", "stop", "visible"]
