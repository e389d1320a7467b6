"""Where the configuration is found, where the database lies, and what `init` writes."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from monitor.config import database_url, load, locate, packaged_folder, starting_place, state_folder, write_starter
from monitor.config.places import control_socket
from monitor.config.watchlist import system_timezone
from monitor.errors import ConfigError, UsageError


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path / "home")}


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("topics: {A: [a]}\n")
    return path


def test_the_first_place_with_a_watchlist_is_taken(tmp_path: Path, home: dict[str, str]) -> None:
    cwd = tmp_path / "work"
    (cwd / "config" / "local").mkdir(parents=True)
    own = put(tmp_path / "home" / ".config" / "coverage-monitor" / "watchlist.yaml").parent
    assert locate(None, home, cwd) == own
    shared = put(tmp_path / "xdg" / "coverage-monitor" / "watchlist.yaml").parent
    assert locate(None, home | {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}, cwd) == shared
    assert locate(None, home | {"XDG_CONFIG_HOME": "relative"}, cwd) == own
    put(cwd / "config" / "watchlist.yaml")
    assert locate(None, home, cwd) == cwd / "config"
    put(cwd / "config" / "local" / "watchlist.yaml")
    assert locate(None, home, cwd) == cwd / "config" / "local"
    named = put(tmp_path / "named.yaml")
    assert locate(None, home | {"MONITOR_CONFIG": str(named)}, cwd) == named
    assert locate("config", home | {"MONITOR_CONFIG": str(named)}, cwd) == cwd / "config"


def test_nothing_found_says_where_was_looked(tmp_path: Path, home: dict[str, str]) -> None:
    with pytest.raises(ConfigError) as raised:
        locate(None, home, tmp_path)
    for place in (tmp_path / "config/local", tmp_path / "config", tmp_path / "home/.config/coverage-monitor"):
        assert str(place / "watchlist.yaml") in str(raised.value)
    assert "monitor init" in str(raised.value)


@pytest.mark.parametrize("environ", [{}, {"MONITOR_CONFIG": "gone"}])
def test_a_named_place_that_is_not_there(environ: dict[str, str], tmp_path: Path, home: dict[str, str]) -> None:
    put(tmp_path / "config" / "watchlist.yaml")
    with pytest.raises(ConfigError, match="gone does not exist"):
        locate(None if environ else "gone", home | environ, tmp_path)
    (tmp_path / "gone").mkdir()
    with pytest.raises(ConfigError, match=r"no watchlist\.yaml in"):
        locate(None if environ else "gone", home | environ, tmp_path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load(tmp_path / "gone.yaml", {})
    os.mkfifo(tmp_path / "watchlist.yaml")
    with pytest.raises(ConfigError, match="not a file"):
        load(tmp_path, {})


@pytest.mark.parametrize(
    ("given", "environ", "url"),
    [
        (None, {"HOME": "/h"}, "sqlite:////h/.local/state/coverage-monitor/monitor.sqlite3"),
        (None, {"HOME": "/h", "XDG_STATE_HOME": "/x"}, "sqlite:////x/coverage-monitor/monitor.sqlite3"),
        (None, {"STATE_DIRECTORY": "/s:/t", "XDG_STATE_HOME": "/x"}, "sqlite:////s/monitor.sqlite3"),
        (None, {"MONITOR_DATABASE_URL": "postgresql://db/m", "STATE_DIRECTORY": "/s"}, "postgresql://db/m"),
        (None, {"MONITOR_DATABASE_URL": "/a/b.sqlite3"}, "sqlite:////a/b.sqlite3"),
        ("b.sqlite3", {"MONITOR_DATABASE_URL": "postgresql://db/m"}, "sqlite:///b.sqlite3"),
        ("sqlite:////c.sqlite3", {}, "sqlite:////c.sqlite3"),
    ],
)
def test_database(given: str | None, environ: dict[str, str], url: str) -> None:
    assert database_url(given, environ) == url


def test_a_path_that_no_database_address_can_hold() -> None:
    with pytest.raises(ConfigError, match="question mark"):
        database_url("what?.sqlite3", {})


def test_state_folder_is_not_created(tmp_path: Path) -> None:
    folder = state_folder({"HOME": str(tmp_path)})
    assert folder == tmp_path / ".local/state/coverage-monitor"
    assert not folder.exists()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_init_writes_the_example_for_its_owner_alone(tmp_path: Path) -> None:
    written = write_starter(tmp_path / "new" / "folder")
    assert written == tmp_path / "new" / "folder" / "watchlist.yaml"
    assert written.read_bytes() == (packaged_folder() / "watchlist.yaml").read_bytes()
    assert (mode(written), mode(written.parent)) == (0o600, 0o700)
    assert (written.parent / "watchlist.schema.json").is_file()
    assert load(written.parent, {}).watchlist is not None


def test_the_control_socket_lies_beside_the_database_or_in_the_state_folder(home: dict[str, str]) -> None:
    assert control_socket("sqlite:////var/x/m.sqlite3", home) == Path("/var/x/m.sqlite3.sock")
    assert control_socket("sqlite:///m.sqlite3?mode=rwc", home) == Path("m.sqlite3.sock")
    first, other = (
        control_socket(f"postgresql://{user}@db.example/{name}?password={user}", home)
        for user, name in (("me:secret", "news"), ("you:hidden", "news"))
    )
    assert first == other, "a new password is no new database"
    assert first.parent == state_folder(home)
    assert first != control_socket("postgresql://db.example/old", home)


def test_init_never_writes_over_anything(tmp_path: Path) -> None:
    mine = put(tmp_path / "mine.yaml")
    with pytest.raises(UsageError, match="is there already"):
        write_starter(mine)
    assert mine.read_text() == "topics: {A: [a]}\n"
    link = tmp_path / "link.yaml"
    link.symlink_to(tmp_path / "elsewhere.yaml")
    with pytest.raises(UsageError, match="is there already"):
        write_starter(link)
    assert not (tmp_path / "elsewhere.yaml").exists()


def test_init_where_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_starter(put(tmp_path / "file") / "folder")


def test_init_goes_where_the_next_command_looks(tmp_path: Path, home: dict[str, str]) -> None:
    assert starting_place(None, home, tmp_path) == tmp_path / "home/.config/coverage-monitor"
    assert starting_place("here", home, tmp_path) == tmp_path / "here"
    put(tmp_path / "config" / "watchlist.yaml")
    place = starting_place(None, home, tmp_path)
    write_starter(place)
    assert locate(None, home, tmp_path) == place


@pytest.mark.parametrize(
    ("environ", "link", "zone"),
    [
        ({"TZ": "Asia/Tokyo"}, "/nowhere", "Asia/Tokyo"),
        ({"TZ": ":Asia/Tokyo"}, "/nowhere", "Asia/Tokyo"),
        ({"TZ": "nonsense"}, "/usr/share/zoneinfo/Europe/Paris", "Europe/Paris"),
        ({}, "/usr/share/zoneinfo/Europe", "UTC"),
        ({}, "/nowhere", "UTC"),
    ],
)
def test_time_zone_of_the_system(environ: dict[str, str], link: str, zone: str, tmp_path: Path) -> None:
    localtime = tmp_path / "localtime"
    localtime.symlink_to(link)
    assert system_timezone(environ, str(localtime)) == zone
