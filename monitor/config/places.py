"""Where the files lie: configuration, state, and what the package brings along."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from monitor.errors import ConfigError

FOLDER = "coverage-monitor"
WATCHLIST = "watchlist.yaml"
SETTINGS = "settings.yaml"
DATABASE = "monitor.sqlite3"
_PACKAGE = Path(__file__).resolve().parent.parent


def locate(given: str | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """The configuration: a folder with a ``watchlist.yaml``, or one file.

    ``given`` (``--config``), else ``MONITOR_CONFIG``, else the first of ``config/local``, ``config``
    and the user's own folder that has a ``watchlist.yaml``.

    Raises:
        ConfigError: nothing is there; the message says where was looked.
    """
    named = ("--config", given) if given else ("MONITOR_CONFIG", environ.get("MONITOR_CONFIG"))
    if named[1]:
        path = cwd / named[1]
        first = f"Write a first watchlist there: monitor --config {named[1]} init"
        if path.is_dir() and not (path / WATCHLIST).exists():
            raise ConfigError(f"{named[0]}: no {WATCHLIST} in {path}. {first}")
        if not path.exists():
            raise ConfigError(f"{named[0]}: {path} does not exist. {first}")
        return path
    places = (cwd / "config" / "local", cwd / "config", config_folder(environ))
    for place in places:
        if (place / WATCHLIST).exists():
            return place
    looked = "\n".join(f"  {place / WATCHLIST}" for place in places)
    raise ConfigError(
        f"there is no watchlist. Looked for:\n{looked}\n`monitor init` writes one; --config names another place."
    )


def starting_place(given: str | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """Where ``monitor init`` writes: where ``--config`` or ``MONITOR_CONFIG`` points, else ``config/local`` beside
    a shipped ``config``, else the user's own folder. A later ``locate`` without options finds it there."""
    named = given or environ.get("MONITOR_CONFIG")
    if named:
        return cwd / named
    return cwd / "config" / "local" if (cwd / "config" / WATCHLIST).exists() else config_folder(environ)


def files(path: Path) -> tuple[Path, Path]:
    """Watchlist and settings of a place that :func:`locate` found; the settings lie beside the watchlist."""
    watchlist = path / WATCHLIST if path.is_dir() else path
    return watchlist, watchlist.parent / SETTINGS


def config_folder(environ: Mapping[str, str]) -> Path:
    """The user's own folder: ``$XDG_CONFIG_HOME/coverage-monitor``, by default below ``~/.config``."""
    return _xdg("XDG_CONFIG_HOME", ".config", environ) / FOLDER


def state_folder(environ: Mapping[str, str]) -> Path:
    """The folder for what the monitor writes; it is not created.

    ``$STATE_DIRECTORY`` (systemd), else ``coverage-monitor`` in ``$XDG_STATE_HOME``, by default ``~/.local/state``.
    """
    # systemd gives several folders with colons between them where a unit asks for several.
    given = environ.get("STATE_DIRECTORY", "").split(":")[0]
    return Path(given) if given else _xdg("XDG_STATE_HOME", ".local/state", environ) / FOLDER


def database_url(given: str | None, environ: Mapping[str, str]) -> str:
    """The database: ``given`` (``--database``), else ``MONITOR_DATABASE_URL``, else SQLite in the state folder.

    A bare path becomes ``sqlite:///path``. Nothing is created.

    Raises:
        ConfigError: a path with ``?``, which a database URL cannot hold.
    """
    named = given or environ.get("MONITOR_DATABASE_URL") or str(state_folder(environ) / DATABASE)
    if "://" in named:
        return named
    if "?" in named:
        raise ConfigError("the path of a database cannot hold a question mark")
    return f"sqlite:///{named}"


def control_socket(database: str, environ: Mapping[str, str]) -> Path:
    """Where the monitor that writes to ``database`` (as :func:`database_url` gives it) listens for commands: beside an
    SQLite file, else in the state folder, under a name made of the database's address without its password."""
    if database.startswith("sqlite:///"):
        return Path(f"{database.removeprefix('sqlite:///').partition('?')[0]}.sock")
    parts = urlsplit(database)
    query = "&".join(part for part in parts.query.split("&") if not part.startswith("password="))
    named = f"{parts.netloc.rpartition('@')[2]}{parts.path}?{query}"
    return state_folder(environ) / f"{hashlib.sha256(named.encode()).hexdigest()[:16]}.sock"


def packaged_folder() -> Path:
    """The shipped configuration: within the installed package, or at the top of a checkout.

    Raises:
        ConfigError: neither is there, so the installation is damaged.
    """
    for folder in (_PACKAGE / "_config", _PACKAGE.parent / "config"):
        if (folder / WATCHLIST).is_file():
            return folder
    raise ConfigError("the example watchlist is missing from this installation; install the monitor again")


def _xdg(name: str, below_home: str, environ: Mapping[str, str]) -> Path:
    given = Path(environ.get(name, ""))
    # The XDG rules ignore relative paths.
    if given.is_absolute():
        return given
    home = environ.get("HOME")
    return (Path(home) if home else Path.home()) / below_home
