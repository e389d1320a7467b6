"""The first watchlist of a new user."""

from __future__ import annotations

import os
from pathlib import Path

from monitor.config.places import WATCHLIST, packaged_folder
from monitor.errors import UsageError

SCHEMA = "watchlist.schema.json"


def write_starter(path: Path) -> Path:
    """Writes the shipped example to ``path``, a folder or a ``.yaml`` file, and the editor's schema beside it.

    The file can be read by its owner only (0600), as can a folder that has to be made (0700): it may
    come to hold addresses that are secrets.

    Returns:
        The file written.

    Raises:
        UsageError: there is a watchlist already, or nothing can be written there.
        ConfigError: the installation lacks the example.
    """
    source = packaged_folder()
    target = path if path.suffix in (".yaml", ".yml") and not path.is_dir() else path / WATCHLIST
    example = (source / WATCHLIST).read_bytes()
    if os.path.lexists(target):
        raise UsageError(f"{target} is there already; it stays as it is")
    try:
        _make_folder(target.parent)
        _write_new(target, example)
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror}") from None
    try:
        _write_new(target.parent / SCHEMA, (source / SCHEMA).read_bytes())
    except OSError:
        # Only editors miss it, and one that is there may be the user's own.
        return target
    return target


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)


def _write_new(target: Path, content: bytes) -> None:
    # O_EXCL refuses what came in between, and a link, so that nothing is written over or through one.
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
