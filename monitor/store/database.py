"""Opens the database: SQLite under the single-writer rule, or PostgreSQL; hands out transactions.

SQLite 3.7 to 3.51.2 can lose committed rows when two connections write and checkpoint at once (the
"WAL-reset" fault, mended in 3.51.3), and Python often links an older one. So one process, under a lock
file, holds the only connection that writes or checkpoints; every other one is opened read-only.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool, StaticPool

from monitor.errors import SchemaTooNew, StoreBusy, StoreError, StoreFull, WriterLost
from monitor.store.rights import BUSY_TEXT, GONE_TEXT, LOST_TEXT, WRITER_LOCK, file_identity, holds
from monitor.store.tables import SCHEMA

Connection: TypeAlias = sa.Connection
"""A transaction's connection, as every function of the store takes it."""
DatabaseFault = OperationalError
"""What the database raises when it cannot work: full, locked, gone."""
BUSY_TIMEOUT_MS = 10_000
MIGRATE_LOCK = 0x6D6F6E6A
LOCK_CHECK_EVERY = 3.0  # seconds: the lock ends with its connection, and nobody says so


class Store:
    """An open database. Use as a context manager, or call :meth:`close`."""

    def __init__(self, url: str, *, write: bool = False, durable: bool = True) -> None:
        """Open ``url`` (``sqlite:///PATH`` or ``postgresql://...``), creating or migrating it where needed.

        Raises:
            StoreBusy: ``write`` is asked for and another process is the writer.
            SchemaTooNew: a newer program has written it.
            StoreError: it cannot be opened.
        """
        try:
            self.url = sa.make_url(url)
        except sa.exc.ArgumentError as error:
            raise StoreError("the database address is not one: expected sqlite:///PATH or postgresql://...") from error
        self.writable = write
        self._durable = durable
        self._turn = threading.Lock()
        self._lock_file: int | None = None
        self._lock_connection: sa.Connection | None = None
        self._lock_seen = 0.0
        self._lost = False
        self._file: tuple[int, int] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        if self.sqlite:
            self._open_sqlite()
        elif self.url.get_backend_name() == "postgresql":
            self._open_postgres()
        else:
            raise StoreError(f"{self.url.get_backend_name()} is not supported: use sqlite:///PATH or postgresql://...")

    @classmethod
    def throwaway(cls) -> Self:
        """A store of its own in a temporary folder, gone when it is closed; not durable, so fast."""
        folder = tempfile.TemporaryDirectory(prefix="coverage-monitor-")
        store = cls(f"sqlite:///{folder.name}/replay.sqlite3", write=True, durable=False)
        store._folder = folder
        return store

    @property
    def sqlite(self) -> bool:
        """Whether this is an SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database."""
        return Path(self.url.database) if self.sqlite and self.url.database else None

    @property
    def where(self) -> str:
        """The database's address for people, without its password."""
        return str(self.path) if self.path else self.url.render_as_string(hide_password=True)

    # --- transactions -----------------------------------------------------------------------------

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that may write; committed at the end, rolled back on any error.

        Raises:
            StoreFull: no room or no right to write; nothing was changed.
            StoreBusy: another process holds the database for longer than the busy timeout.
            WriterLost: the right to write was lost, or the file was taken away; so ends every later try.
        """
        if not self.writable:
            raise StoreError("this store was opened for reading")
        with self._turn:
            self._prove_right()
            with self._translated(), self._writer.begin() as connection:
                yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A consistent view; writes in it are refused by the database."""
        with self._translated(), self._reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            text = str(_first(error).orig)
            if "locked" in text or "busy" in text:
                raise StoreBusy(f"{self.where} is locked by another process: {text}") from error
            if any(word in text for word in ("full", "readonly", "read-only", "disk I/O", "No space")):
                raise StoreFull(f"{self.where} cannot be written: {text}") from error
            raise StoreError(f"{self.where}: {text}") from error
        except sa.exc.DatabaseError as error:
            if isinstance(error.orig, sqlite3.DatabaseError) and not isinstance(error.orig, sqlite3.IntegrityError):
                raise StoreError(f"{self.where} is not a usable database: {error.orig}") from error
            raise

    def close(self) -> None:
        """Give everything back, the right to write last."""
        for engine in {id(e): e for e in (self._reader, self._writer)}.values():
            engine.dispose()
        self._release()
        if self._folder:
            self._folder.cleanup()

    def _release(self) -> None:
        if self._lock_connection is not None:
            self._lock_connection.close()
            self._lock_connection.engine.dispose()
            self._lock_connection = None
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- SQLite -----------------------------------------------------------------------------------

    def _open_sqlite(self) -> None:
        path = self.path
        if path is None or str(path) == ":memory:":
            raise StoreError("an SQLite database needs a file: the daemon and the commands share it")
        created = not path.exists()
        if created:
            self._make_folder(path)
        try:
            if self.writable:
                self._take_lock_file(path)
            self._writer = sa.create_engine("sqlite://", creator=self._connect_writer, poolclass=StaticPool)
            self._reader = sa.create_engine("sqlite://", creator=self._connect_reader, poolclass=QueuePool)
            sa.event.listen(self._writer, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
            sa.event.listen(self._reader, "begin", lambda c: c.exec_driver_sql("BEGIN"))
            if created and not self.writable:
                Store(self.url.render_as_string(hide_password=False), write=True).close()
            self._bring_up_to_date()
            self._file = file_identity(path)
        except BaseException:
            self._release()
            raise

    @staticmethod
    def _make_folder(path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise StoreError(f"{path} cannot be created: {error.strerror}") from error

    def _take_lock_file(self, path: Path) -> None:
        try:
            self._lock_file = os.open(f"{path}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreBusy(BUSY_TEXT.format(where=self.where)) from error
        except OSError as error:
            raise StoreFull(f"{path}: the lock file beside it cannot be written: {error.strerror}") from error

    def _connect_writer(self) -> sqlite3.Connection:
        connection = sqlite3.connect(str(self.path), isolation_level=None, check_same_thread=False)
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            f"synchronous={'FULL' if self._durable else 'OFF'}",
            "foreign_keys=ON",
            "cache_size=-32000",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _connect_reader(self) -> sqlite3.Connection:
        # mode=ro: a connection that cannot write cannot checkpoint either
        connection = sqlite3.connect(
            f"file:{_quoted(str(self.path))}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
        )
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA query_only=ON")
        return connection

    # --- PostgreSQL -------------------------------------------------------------------------------

    def _open_postgres(self) -> None:
        try:
            self._writer = sa.create_engine(self.url, pool_pre_ping=True)
        except ModuleNotFoundError as error:
            raise StoreError("PostgreSQL needs the extra: pip install 'coverage-monitor[postgres]'") from error
        self._reader = self._writer.execution_options(postgresql_readonly=True)
        try:
            if self.writable:
                self._take_advisory_lock()
            self._bring_up_to_date()
        except BaseException:
            self._release()
            self._writer.dispose()
            raise

    def _take_advisory_lock(self) -> None:
        engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT", pool_size=1)
        with self._translated():
            self._lock_connection = engine.connect()
            if not self._lock_connection.scalar(sa.select(sa.func.pg_try_advisory_lock(WRITER_LOCK))):
                raise StoreBusy(BUSY_TEXT.format(where=self.where))
        self._lock_seen = time.monotonic()

    def _prove_right(self) -> None:
        if self.path is not None:
            # the lock file is held for as long as the process lives; but the file itself may be taken away
            if file_identity(self.path) != self._file:
                raise WriterLost(GONE_TEXT.format(where=self.where))
            return
        if self._lock_connection is None:
            return
        if not self._lost and time.monotonic() - self._lock_seen >= LOCK_CHECK_EVERY:
            # for good: whoever took the lock meanwhile may have written, and this process knows nothing of it
            self._lost = not holds(self._lock_connection)
            self._lock_seen = time.monotonic()
        if self._lost:
            raise WriterLost(LOST_TEXT.format(where=self.where))

    # --- the schema -------------------------------------------------------------------------------

    def _bring_up_to_date(self) -> None:
        found = self.schema()
        if found == SCHEMA:
            return
        if found is not None and found > SCHEMA:
            raise SchemaTooNew(
                f"{self.where} was written by a newer monitor (schema {found}; this one knows {SCHEMA}). "
                "Install the newer version again, or go back to the copy that it made before upgrading"
            )
        if not self.writable:
            # a reading command on an old database: become the writer for the length of the migration
            Store(self.url.render_as_string(hide_password=False), write=True).close()
            return
        from monitor.store.migrate import upgrade  # alembic takes 0.3 s to import; seldom needed

        with self._translated():
            upgrade(self._writer, backup=self.path if found else None, found=found)

    def schema(self) -> str | None:
        """The migration the database stands at; None for a fresh one."""
        engine = self._writer if self.writable else self._reader
        with self._translated(), engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
            return found

    def backup(self, target: Path) -> int:
        """Write a consistent copy of an SQLite database to ``target``; returns its size in bytes.

        Raises:
            StoreError: the target exists or cannot be written, or the database is PostgreSQL.
        """
        if not self.sqlite:
            raise StoreError("this database is PostgreSQL: use pg_dump, which makes a consistent copy while it runs")
        if target.exists():
            raise StoreError(f"{target} exists already; nothing was overwritten")
        try:
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            with self._reader.connect() as connection:
                raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
                copy = sqlite3.connect(target)
                try:
                    raw.backup(copy)
                finally:
                    copy.close()
        except (OSError, DBAPIError, sqlite3.Error) as error:
            target.unlink(missing_ok=True)
            raise StoreError(f"{target} cannot be written: {error}") from error
        return target.stat().st_size

    def size(self) -> int:
        """Bytes on disk, the write-ahead log included."""
        if self.path:
            parts = (self.path, Path(f"{self.path}-wal"), Path(f"{self.path}-shm"))
            return sum(part.stat().st_size for part in parts if part.exists())
        with self.read() as connection:
            return int(connection.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0)


def _first(error: OperationalError) -> OperationalError:
    """The fault that led to ``error``: a full disk ends SQLite's transaction, and then its savepoint is missed too."""
    found, before = error, error.__context__
    while before is not None:
        found = before if isinstance(before, OperationalError) else found
        before = before.__context__
    return found


def _quoted(path: str) -> str:
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
