"""How commands print for people: tables that fit a screen, times in the watchlist's zone; feed text stays text."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import typer
from rich.cells import cell_len, chop_cells

from monitor import config
from monitor.alerts.render.wording import clock
from monitor.cli.session import Session, visible
from monitor.config import Loaded
from monitor.errors import ConfigError
from monitor.model import Settings, Watchlist

WIDTH = 100
"""Columns of a table where the output is no terminal."""
GAP = 2
"""Blanks between two columns."""
LEAST = 12
"""Columns that a wide cell always has."""
NAMES_SHOWN = 3
NO_ZONE = ZoneInfo("UTC")
STALE_AFTER = timedelta(days=365)
"""A newest entry older than this is pointed out."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; the ``wide`` ones share the room that the others leave."""

    name: str
    wide: bool = False
    right: bool = False


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
    """Print rows on stdout under a head. The first line of a wide cell is cut to the room that the others leave;
    further lines of the last cell (an address) stand whole. What a terminal shows counts, not characters."""
    cells = [[cell.split("\n") for cell in row] for row in rows]
    sizes = [max([cell_len(c.name), *(cell_len(row[n][0]) for row in cells)]) for n, c in enumerate(columns)]
    wide = [n for n, column in enumerate(columns) if column.wide]
    room = _width() - GAP * (len(columns) - 1) - sum(size for n, size in enumerate(sizes) if n not in wide)
    for n in wide:
        sizes[n] = max(LEAST, min(sizes[n], room // len(wide)))
    out = sys.stdout
    out.write(_line(columns, sizes, [column.name for column in columns]))
    for row in cells:
        for nth in range(max(map(len, row))):
            out.write(_line(columns, sizes, [part[nth] if nth < len(part) else "" for part in row], cut=not nth))
    out.flush()


def _width() -> int:
    return shutil.get_terminal_size((WIDTH, 24)).columns if sys.stdout.isatty() else WIDTH


def _line(columns: Sequence[Column], sizes: Sequence[int], texts: Sequence[str], *, cut: bool = True) -> str:
    parts = []
    for column, size, text in zip(columns, sizes, texts, strict=True):
        length = cell_len(text)
        if length > size and cut:
            text, length = chop_cells(text, size - 1)[0] + "…", size
        padding = " " * max(0, size - length)
        parts.append(padding + text if column.right else text + padding)
    return (" " * GAP).join(parts).rstrip() + "\n"


def paragraph(text: str, *, indent: str = "", first: str | None = None) -> None:
    """Print a text of several words, wrapped, on stdout; control characters are shown as escapes."""
    typer.echo(
        textwrap.fill(
            visible(text), WIDTH, initial_indent=indent if first is None else first, subsequent_indent=indent,
            break_long_words=False, break_on_hyphens=False,
        )
    )  # fmt: skip


def short(text: str, width: int) -> str:
    """At most ``width`` visible characters."""
    text = visible(text)
    return text if len(text) <= width else text[: width - 1] + "…"


def listed(names: Sequence[str], *, width: int = 24) -> str:
    """A few names in one cell."""
    more = len(names) - NAMES_SHOWN
    return short(", ".join(names[:NAMES_SHOWN]), width) + (f" +{more}" if more > 0 else "")


def note(text: str) -> None:
    """Something about the output that is not part of it, on stderr."""
    typer.echo(text, err=True)


def size_words(size: int) -> str:
    """``12.3 MB``."""
    amount = float(size)
    for unit in ("bytes", "KB", "MB", "GB"):
        if amount < 1024 or unit == "GB":
            break
        amount /= 1024
    return f"{size} bytes" if unit == "bytes" else f"{amount:.1f} {unit}"


def age_words(age: timedelta) -> str:
    """``3 min``, ``5 h``, ``12 days``."""
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 120:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"


def count_words(count: int, one: str, many: str) -> str:
    """``1 entry``, ``2 entries``."""
    return f"{count} {one if count == 1 else many}"


def old_words(newest: datetime | None, now: datetime) -> str | None:
    """What a newest entry of more than a year ago means; None: it is younger, or not dated."""
    if newest is None or now - newest < STALE_AFTER:
        return None
    return "its newest entry is more than a year old: it is probably published elsewhere now"


@dataclass(frozen=True, slots=True)
class Wished:
    """The configuration for a command that can do without one."""

    watchlist: Watchlist = field(default_factory=Watchlist)
    settings: Settings = field(default_factory=Settings)
    loaded: Loaded | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are shown."""
        return ZoneInfo(self.watchlist.timezone)


def wished(session: Session) -> Wished:
    """The configuration, or the defaults where there is none or, which is said on stderr, it has mistakes."""
    try:
        loaded = session.loaded()
    except ConfigError:
        return Wished()
    if loaded.watchlist is None or loaded.settings is None:
        note(config.render_findings(loaded.errors))
        return Wished(loaded.watchlist or Watchlist(), loaded.settings or Settings(), loaded)
    return Wished(loaded.watchlist, loaded.settings, loaded)


@dataclass(frozen=True, slots=True)
class Clockface:
    """Times as a command shows them."""

    zone: ZoneInfo
    now: datetime

    def say(self, moment: datetime | None) -> str:
        """``09:12`` today, ``Mon 23 Nov 09:12`` on another day, ``-`` for no moment."""
        return clock(moment, self.zone, self.now) if moment else "-"

    def due(self, moment: datetime | None) -> str:
        """When something is to come: ``12:40``, ``tomorrow 12:40``, ``Thu 26 Nov 12:40``; ``due now``."""
        if moment is not None and moment <= self.now:
            return "due now"
        tomorrow = self.now.astimezone(self.zone).date() + timedelta(days=1)
        if moment is not None and moment.astimezone(self.zone).date() == tomorrow:
            return f"tomorrow {moment.astimezone(self.zone):%H:%M}"
        return self.say(moment)


def clockface(session: Session) -> Clockface:
    """Times in the zone of the watchlist, as seen from the command's clock."""
    return Clockface(wished(session).zone, session.clock())
