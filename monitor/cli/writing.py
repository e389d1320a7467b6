"""Commands that write: through the monitor that runs, or in the database itself where none does."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monitor import config
from monitor.cli.session import Session
from monitor.control.actions import Done, perform
from monitor.control.client import ask
from monitor.control.protocol import Failed
from monitor.errors import StoreBusy, StoreError, UsageError
from monitor.model import Settings
from monitor.pipeline.hands import Refused

UNHEARD = (
    "another monitor is writing to this database, and nobody answers at {path}. If it is monitor poll or monitor "
    "replay, wait until it has ended; if it is monitor run, stop it, or start it again: its log says why it does not "
    "listen"
)


def write(
    session: Session, action: str, arguments: Mapping[str, Any], *, settings: Settings | None = None, make: bool = False
) -> Done:
    """Have an action of :mod:`monitor.control` done. ``make``: a database that is not there yet is made for it.

    Raises:
        UsageError: what was asked for makes no sense; nothing was changed.
        StoreError: it could not be done.
    """
    url = config.database_url(session.database, session.environ)
    file = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
    path = session.control_path()
    result = ask(path, action, arguments, trusted=_trusted(file))
    if result is None:
        try:
            with session.store(write=make or file is None or file.exists()) as store:
                result = perform(store, settings or Settings(), action, arguments, session.clock())
        except StoreBusy as error:
            raise StoreBusy(UNHEARD.format(path=path)) from error
    if isinstance(result, Refused):
        raise UsageError(result.reason)
    if isinstance(result, Failed):
        raise StoreError(result.message)
    return result


def _trusted(file: Path | None) -> set[int]:
    """This user, root, and whoever owns the database: a service has a user of its own, and root looks after it."""
    users = {os.getuid(), 0}
    if file is not None and file.exists():
        users.add(file.stat().st_uid)
    return users
