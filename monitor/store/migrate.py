"""Brings a database to the schema this program knows; the only user of alembic."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from monitor.errors import StoreError
from monitor.store.tables import SCHEMA


def script_location() -> Path:
    """The folder of the migrations: inside the installed package, else beside it in a checkout."""
    package = Path(__file__).parents[1]
    packed = package / "_alembic"
    return packed if packed.is_dir() else package.parent / "alembic"


def upgrade(engine: sa.Engine, *, backup: Path | None, found: str | None) -> None:
    """Migrate to the newest schema in one transaction, after copying an SQLite file aside.

    Raises:
        StoreError: the copy could not be made; nothing was changed.
    """
    if backup is not None:
        _copy_aside(backup, Path(f"{backup}.before-{SCHEMA}"))
    logging.getLogger("alembic").setLevel(logging.WARNING)
    settings = Config()
    settings.set_main_option("script_location", str(script_location()).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": 0x6D6F6E6A})
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")


def _copy_aside(path: Path, target: Path) -> None:
    if shutil.disk_usage(path.parent).free < path.stat().st_size * 2:
        raise StoreError(f"{path}: not enough room beside it for the copy that an upgrade makes first")
    source, copy = sqlite3.connect(path), sqlite3.connect(target)
    try:
        source.backup(copy)
    finally:
        copy.close()
        source.close()
    target.chmod(0o600)
