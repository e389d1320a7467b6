"""Opening, migrating, locking and copying the database, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from monitor.errors import SchemaTooNew, StoreBusy, StoreError, StoreFull, WriterLost
from monitor.model import Group, Key
from monitor.store import database, events, polls, rights, stories, versions
from monitor.store import tables as t
from monitor.store.database import Store
from monitor.store.migrate import script_location

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
_ENTRY = (
    "INSERT INTO entry (id, source, key_hash, title_key, text_hash, outlet, first_seen, title, text_state)"
    " VALUES ({0}, 1, 'k{0}', 'twin', 'h', 'A', '2026-11-24 09:00:00', 'Headline {0}', 'title')"
)
_KEY = stories.key_number("t:whale")
THIRD_VERSION = (
    "INSERT INTO host (id, name) VALUES (1, 'a.example:443')",
    "INSERT INTO source (id, kind, url, address, name, host, every_s, outlet, weight, state)"
    " VALUES (1, 'feed', 'https://a.example/f', 'https://a.example/f', 'A', 1, 900, 'A', 'normal', 'ok')",
    *(_ENTRY.format(number) for number in (1, 2, 3)),
    "INSERT INTO event (id) VALUES (1), (2)",
    "INSERT INTO story (id, event, first_entry, first_seen, last_seen, merged_into)"
    " VALUES (1, 1, 1, '2026-11-24 09:00:00', '2026-11-24 10:00:00', NULL),"
    " (2, 2, 2, '2026-11-24 10:00:00', '2026-11-24 10:00:00', 1)",
    'INSERT INTO story_entry (entry, story, rule, numbers, "by", at)'
    " VALUES (1, 1, 'first', '{}', 'rule', '2026-11-24 09:00:00'),"
    " (2, 2, 'first', '{}', 'rule', '2026-11-24 10:00:00')",
    f"INSERT INTO cluster_key (period, key, entry) VALUES (202648, {_KEY}, 2), (202648, {_KEY}, 1)",
    'INSERT INTO hand (id, a_entry, b_entry, verdict, "by", at)'
    " VALUES (1, 1, 2, 'together', 'me', '2026-11-24 10:00:00')",
)


def test_the_migrations_make_exactly_the_tables(any_store: Store) -> None:
    with any_store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), t.metadata) == []


def test_the_program_knows_the_newest_migration() -> None:
    settings = Config()
    settings.set_main_option("script_location", str(script_location()))
    assert ScriptDirectory.from_config(settings).get_current_head() == t.SCHEMA


def migrate(connection: sa.Connection, to: str) -> None:
    """Migrate to one version, as the program does to the newest."""
    settings = Config()
    settings.set_main_option("script_location", str(script_location()).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    command.upgrade(settings, to)


def test_a_database_of_the_first_version_keeps_its_sources(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        tables = sa.inspect(connection).get_table_names()
        quoted = [f'DROP TABLE "{name}"' for name in tables]
        cascade = " CASCADE" if connection.dialect.name == "postgresql" else ""
        for statement in quoted:
            connection.execute(sa.text(statement + cascade))
    with engine.begin() as connection:
        migrate(connection, "0001")
        connection.execute(sa.text("INSERT INTO host (id, name) VALUES (1, 'a.example:443')"))
        connection.execute(
            sa.text(
                "INSERT INTO source"
                " (id, kind, url, address, name, host, every_s, outlet, weight, state, last_ok_at, etag)"
                " VALUES (1, 'feed', 'https://a.example/f', 'https://A.example/f', 'A', 1, 900, 'A', 'normal', 'ok',"
                " '2026-11-24 09:00:00', 'W/\"1\"')"
            )
        )
    engine.dispose()
    with Store(database_url, write=True) as store, store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), t.metadata) == []
        state = polls.source_state(connection, 1)
    assert (state.named, state.address, state.etag) == ("https://A.example/f", "https://A.example/f", 'W/"1"')
    assert (state.state, state.answered_at, state.last_ok_at, state.read, state.killed) == ("ok", NOW, NOW, "teaser", 0)


def test_a_second_writer_is_refused_and_readers_are_not(any_store: Store, database_url: str) -> None:
    with pytest.raises(StoreBusy, match="another monitor is writing"):
        Store(database_url, write=True)
    with Store(database_url) as reader, reader.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(t.entry)) == 0
    any_store.close()
    Store(database_url, write=True).close()


def end_the_lock(url: str) -> None:
    """End the connection that holds the right to write, as a restart of the server or a failover does."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        ended = connection.execute(
            sa.text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :key"),
            {"key": rights.WRITER_LOCK},
        )
        assert ended.all() == [(True,)]
    engine.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_who_lost_the_lock_writes_no_more(any_store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    add = sa.insert(t.host)
    monkeypatch.setattr(database, "LOCK_CHECK_EVERY", 0.0)
    with any_store.write() as connection:
        connection.execute(add.values(name="a.example:443"))
    end_the_lock(database_url)
    with pytest.raises(WriterLost, match=r"right to write to .* was lost"), any_store.write() as connection:
        connection.execute(add.values(name="b.example:443"))
    with Store(database_url, write=True) as other, other.write() as connection:
        connection.execute(add.values(name="c.example:443"))
    # for good, although the lock is free again
    monkeypatch.setattr(database, "LOCK_CHECK_EVERY", 60.0)
    with pytest.raises(WriterLost), any_store.write() as connection:
        connection.execute(add.values(name="d.example:443"))
    with any_store.read() as connection:
        assert connection.scalars(sa.select(t.host.c.name)).all() == ["a.example:443", "c.example:443"]


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_the_lock_is_asked_for_seldom(any_store: Store) -> None:
    asked: list[str] = []
    assert any_store._lock_connection is not None
    sa.event.listen(any_store._lock_connection, "before_cursor_execute", lambda *of: asked.append(of[2]))
    for _ in range(20):
        with any_store.write():
            pass
    assert asked == []
    any_store._lock_seen -= database.LOCK_CHECK_EVERY
    for _ in range(20):
        with any_store.write():
            pass
    assert len(asked) == 1


def test_a_reader_cannot_write(any_store: Store, database_url: str) -> None:
    with Store(database_url) as reader:
        with pytest.raises(StoreError, match="for reading"), reader.write():
            pass
        with pytest.raises((StoreError, sa.exc.InternalError)), reader.read() as connection:
            connection.execute(sa.insert(t.crisis).values(topic=1, channel="x"))


def test_a_newer_schema_is_refused(any_store: Store, database_url: str) -> None:
    with any_store.write() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    any_store.close()
    for write in (True, False):
        with pytest.raises(SchemaTooNew, match="newer monitor"):
            Store(database_url, write=write)


def test_an_error_in_a_transaction_leaves_nothing(any_store: Store) -> None:
    def fail() -> None:
        with any_store.write() as connection:
            connection.execute(sa.insert(t.host).values(name="a.example:443"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with any_store.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(t.host)) == 0


def test_reading_a_database_that_is_not_there_yet_makes_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/deep/monitor.sqlite3"
    with Store(url) as store, store.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(t.source)) == 0
    assert (tmp_path / "deep/monitor.sqlite3").stat().st_mode & 0o777 == 0o600


def test_a_copy_is_whole_and_never_overwrites(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path}/a.sqlite3", write=True) as store:
        with store.write() as connection:
            connection.execute(sa.insert(t.host).values(name="a.example:443"))
        size = store.backup(tmp_path / "copy.sqlite3")
        with pytest.raises(StoreError, match="exists already"):
            store.backup(tmp_path / "copy.sqlite3")
        with pytest.raises(StoreError, match="cannot be written"):
            store.backup(tmp_path / "nowhere" / "copy.sqlite3")
        assert store.size() > 0
    assert size == (tmp_path / "copy.sqlite3").stat().st_size
    with Store(f"sqlite:///{tmp_path}/copy.sqlite3") as copy, copy.read() as connection:
        assert connection.scalar(sa.select(t.host.c.name)) == "a.example:443"


def test_an_older_schema_is_copied_aside_before_it_is_migrated(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    old = sqlite3.connect(path)
    old.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    old.execute("INSERT INTO alembic_version VALUES ('0000')")
    old.commit()
    old.close()
    with pytest.raises(Exception, match="0000"):  # there is no 0000: what matters is that the copy was made first
        Store(f"sqlite:///{path}", write=True)
    assert Path(f"{path}.before-{t.SCHEMA}").exists()
    # nothing holds the lock after a failed start
    with pytest.raises(Exception, match="0000"):
        Store(f"sqlite:///{path}", write=True)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "not one"),
        ("mysql://localhost/x", "not supported"),
        ("sqlite://", "needs a file"),
        ("sqlite:////proc/none/x.sqlite3", "cannot be created"),
    ],
)
def test_an_address_that_cannot_be_used_says_why(url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says):
        Store(url, write=True)


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    path.write_bytes(b"this is not a database at all, but long enough to be looked at" * 20)
    with pytest.raises(StoreError, match="not a usable database"):
        Store(f"sqlite:///{path}", write=True)


def test_a_full_disk_is_told_apart(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path}/a.sqlite3", write=True) as store:
        with store.write() as connection:
            pages = connection.scalar(sa.text("PRAGMA page_count"))
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        with pytest.raises(StoreFull, match="full"), store.write() as connection:
            connection.execute(sa.insert(t.config).values(applied_at=NOW, digest="x", watchlist="y" * 100_000))
        with store.write() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count=1000000")
            connection.execute(sa.insert(t.config).values(applied_at=NOW, digest="x", watchlist="y" * 100_000))


def test_a_read_only_database_is_told_apart(tmp_path: Path) -> None:
    Store(f"sqlite:///{tmp_path}/a.sqlite3", write=True).close()
    with Store(f"sqlite:///{tmp_path}/a.sqlite3", write=True) as store:
        with store.write() as connection:
            connection.exec_driver_sql("PRAGMA query_only=ON")
        with pytest.raises(StoreFull, match="readonly"), store.write() as connection:
            connection.execute(sa.insert(t.host).values(name="a.example:443"))


def test_a_locked_database_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    with Store(f"sqlite:///{path}", write=True) as store:
        with store.write() as connection:
            connection.exec_driver_sql("PRAGMA user_version")
        with store._writer.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=50")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="locked"), store.write():
            pass
        other.close()
        with store.write() as connection:
            connection.execute(sa.insert(t.host).values(name="a.example:443"))


def test_moments_are_aware_and_in_utc(any_store: Store) -> None:
    with pytest.raises(sa.exc.StatementError, match="naive"), any_store.write() as connection:
        connection.execute(sa.insert(t.life).values(id=1, alive_at=NOW.replace(tzinfo=None)))
    with any_store.write() as connection:
        connection.execute(sa.insert(t.life).values(id=1, alive_at=NOW))
        assert connection.scalar(sa.select(t.life.c.alive_at)) == NOW


def test_the_alembic_folder_never_shadows_the_library() -> None:
    assert not (script_location() / "__init__.py").exists()


def test_a_database_of_the_second_version_keeps_its_topics(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        cascade = " CASCADE" if connection.dialect.name == "postgresql" else ""
        for name in sa.inspect(connection).get_table_names():
            connection.execute(sa.text(f'DROP TABLE "{name}"{cascade}'))
    with engine.begin() as connection:
        migrate(connection, "0002")
        connection.execute(sa.text("INSERT INTO topic (id, name, channels) VALUES (1, 'Jack Ma', '[]')"))
        for number, day in ((1, 20), (2, 24)):
            connection.execute(
                sa.text(
                    "INSERT INTO topic_version (id, topic, hash, definition, since)"
                    f" VALUES ({number}, 1, 'h{number}', '{{}}', '2026-11-{day} 09:00:00')"
                )
            )
    engine.dispose()
    with Store(database_url, write=True) as store, store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), t.metadata) == []
        found = versions.versions_of(connection, 1)
    assert [(row.hash, row.since.day, row.in_force) for row in found] == [("h2", 24, True), ("h1", 20, False)]


def test_a_database_of_the_third_version_keeps_its_stories(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        cascade = " CASCADE" if connection.dialect.name == "postgresql" else ""
        for name in sa.inspect(connection).get_table_names():
            connection.execute(sa.text(f'DROP TABLE "{name}"{cascade}'))
    with engine.begin() as connection:
        migrate(connection, "0003")
        for statement in THIRD_VERSION:
            connection.execute(sa.text(statement))
    engine.dispose()
    with Store(database_url, write=True) as store, store.write() as connection:
        assert compare_metadata(MigrationContext.configure(connection), t.metadata) == []
        told = stories.load_articles(connection, [1], bodies_for=set())[0]
        copy = stories.candidates(connection, told, [Key("t:whale", 1.0)])
        assert [(one.article.id, one.story, one.event, one.packed) for one in copy] == [(2, 1, 1, None)]
        assert events.groups(connection, [1, 2]) == {
            1: Group(1, 1, NOW, NOW + HOUR), 2: Group(2, 1, NOW + HOUR, NOW + HOUR)
        }  # fmt: skip
        rows = connection.execute(sa.select(t.story.c.event_rule, t.story.c.event_other, t.story.c.merged_into))
        assert [tuple(row) for row in rows] == [("alone", None, None), ("alone", None, 1)]
        assert connection.scalar(sa.select(t.hand.c.level)) == "story"
        # and what refers to what was changed is still held to it
        with pytest.raises(sa.exc.IntegrityError):
            connection.execute(sa.insert(t.story_entry).values(entry=3, story=99, rule="x", numbers={}, by="x", at=NOW))


@pytest.mark.parametrize("table", ["cluster_key", "term_df"])
def test_tables_that_are_their_own_key_are_kept_once(store: Store, table: str) -> None:
    with store.read() as connection:
        row = connection.execute(sa.text(f"SELECT wr FROM pragma_table_list WHERE name = '{table}'"))
        assert row.scalar_one() == 1
