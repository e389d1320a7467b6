"""Who may write: the texts for those who may not, and how it is known that the right still stands."""

from __future__ import annotations

import os
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

WRITER_LOCK = 0x6D6F6E69  # "moni": the PostgreSQL advisory lock of the one writer
BUSY_TEXT = (
    "another monitor is writing to {where}; a database has one writer. Stop that one first, or use a command that reads"
)
LOST_TEXT = (
    "the right to write to {where} was lost: the connection that held it has ended, and another monitor may be writing "
    "by now. This one stops; start it again once the database answers"
)
# a key of 64 bits is shown in two halves, and objsubid 1 says that it was given as one
HELD = sa.text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()"
    f" AND classid = 0 AND objid = {WRITER_LOCK} AND objsubid = 1"
)
GONE_TEXT = (
    "the database file {where} was deleted or replaced while the monitor was writing to it. It stops, for what it "
    "wrote on would be lost; put the file back (or a backup), and start it again"
)


def file_identity(path: Path) -> tuple[int, int] | None:
    """Device and inode of a file: another one in its place has others. None: there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def holds(connection: sa.Connection) -> bool:
    """Whether this connection holds PostgreSQL's lock of the one writer; one that has ended holds nothing."""
    try:
        return bool(connection.scalar(HELD))
    except DBAPIError:
        connection.invalidate()
        return False
