"""A new user's first hour: the starter, the check, the first polls, and everything that can be wrong with the place."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.services import Home, Hook, Publisher, after, feed, free_port, settings, watchlist

OLD = ("old", "Jack Ma was seen in Tokyo last winter")
NEWS = ("news", "Jack Ma speaks to teachers in Hangzhou")
SOON = {"monitor.pipeline.writer:RETRY_WRITE": (0.1, 0.2, 0.3), "monitor.store.database:BUSY_TIMEOUT_MS": 500}
"""A disk that is full and a database that is held are waited for, as ever, but half a minute is none to a test."""


def test_the_starter_is_written_once(home: Home) -> None:
    missing = home.run("poll", expect=3)
    assert "monitor init" in missing.err
    assert missing.out == ""
    written = home.run("init")
    place = home.folder / "xdg" / "coverage-monitor" / "watchlist.yaml"
    assert str(place) in written.out
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    place.write_text("topics: {}\n", "utf-8")
    assert "stays as it is" in home.run("init", expect=2).err
    assert place.read_text("utf-8") == "topics: {}\n"
    home.run("init", "--config", str(home.folder / "elsewhere"))
    checked = home.run("check", "--config", str(home.folder / "elsewhere"))
    assert "3 topics, 9 sources, 3 channels" in checked.out
    assert "pr-slack is off: set SLACK_WEBHOOK_URL" in checked.out
    assert not home.database.exists(), "a check needs no database"


BAD = """\
topics:
  Jack Ma:
    any: [Jack Ma]
    exclude: [marathon]
  Qwen3: [Qwen3]
  Jack Ma: [Ma Yun]
sources:
  Courier: {url: "${COURIER_URL}"}
channels:
  desk: {slack: "http://hooks.example/x"}
"""


def test_every_mistake_is_said_at_once(home: Home) -> None:
    home.write(BAD)
    found = {row["line"]: row for row in home.json("check", expect=3) if row["severity"] == "error"}
    assert set(found[4]) == {"file", "line", "column", "severity", "message"}
    assert 'unknown key "exclude"' in found[4]["message"]
    assert "Jack Ma" in found[6]["message"]
    assert "2" in found[6]["message"], "the line of the first of two equal names is not said"
    assert "COURIER_URL" in found[8]["message"]
    assert "webhook" in found[10]["message"]
    assert (found[4]["file"], found[4]["column"]) == ("config/watchlist.yaml", 5)
    for command in (("poll",), ("run",), ("notify", "desk")):
        refused = home.run(*command, expect=3)
        assert all(f"config/watchlist.yaml:{line}:" in refused.err for line in (4, 6, 8, 10))
        assert refused.out == ""
    home.write("topics:\n  Jack Ma: {any: [Jack Ma], must_match: [Rain tomorrow]}\n")
    assert [row["line"] for row in home.json("check", expect=3) if row["severity"] == "error"] == [2]


@pytest.mark.parametrize(
    "arguments",
    [("nothing",), ("poll", "--nothing"), ("poll", "--source", "Nobody"), ("--now", "soon", "poll"), ("explain",),
     ("entries", "--since", "soon"), ("notify",), ("notify", "nobody"), ("replay", "nothing.jsonl")],
    ids=" ".join,
)  # fmt: skip
def test_a_wrong_use_ends_with_2(home: Home, arguments: tuple[str, ...]) -> None:
    home.write("topics: {}\n")
    done = home.run(*arguments, expect=2)
    assert done.out == ""
    assert done.err.strip()


def test_a_second_poll_sends_nothing_again(home: Home, publisher: Publisher, hook: Hook) -> None:
    publisher.publish(OLD)
    home.write(
        watchlist({"Courier": publisher.url()}, {"desk": {"slack": hook.slack}}, to=("desk",)), settings(publisher)
    )
    assert [row.get("outcome") for row in home.json("poll", now=after(0))] == ["new", None]
    assert not hook.bodies, "what was already published was sent"
    publisher.publish(("more", "Jack Ma buys a vineyard near Bordeaux"), NEWS, OLD)
    home.run("poll", now=after(20))
    assert len(hook.bodies) == 2, "each message that waits is tried in one poll"
    for minutes, outcome in ((40, "not_modified"), (60, "not_modified")):
        assert home.json("poll", now=after(minutes))[0]["outcome"] == outcome
    assert home.json("poll", now=after(61)) == [{"summary": {
        "sources": 0, "outcomes": {}, "entries": 0, "new": 0, "revised": 0, "matched": 0, "failed": 0, "deliveries": 0,
    }}]  # fmt: skip
    assert home.json("poll", "--all", now=after(61))[0]["outcome"] == "not_modified"
    assert len(hook.bodies) == 2


def test_the_exit_code_of_poll_says_what_failed(home: Home, publisher: Publisher) -> None:
    publisher.publish(OLD)
    publisher.pages |= {"/gone": 404, "/also": 404}
    both = watchlist({"Courier": publisher.url(), "Gone": publisher.url("/gone")})
    home.write(both, settings(publisher))
    home.run("poll", now=after(0), expect=4)
    home.run("poll", "--all", now=after(1441), expect=0)  # it is broken, but not newly
    home.run("poll", "--all", "--strict", now=after(2 * 1441), expect=4)
    home.write(watchlist({"Gone": publisher.url("/gone"), "Also": publisher.url("/also")}))
    home.run("poll", "--all", now=after(5 * 1441), expect=1)


def test_a_bad_source_costs_only_itself(home: Home, publisher: Publisher) -> None:
    publisher.publish(OLD)
    publisher.pages |= {
        "/page": b"<!doctype html><html><body><p>No feed here</p></body></html>", "/image": b"\x89PNG\r\n\x1a\n" * 40,
        "/cut": feed(NEWS)[:-40], "/empty": b"", "/bomb": b"<rss>" * 200_000, "/error": 500,
    }  # fmt: skip
    publisher.types |= {"/page": "text/html", "/image": "image/png"}
    bad = {path.strip("/"): publisher.url(path) for path in publisher.pages if path != "/feed"}
    unreachable = f"http://127.0.0.1:{free_port()}/feed"
    home.write(
        watchlist({"Courier": publisher.url(), "unreachable": unreachable, "inside": "http://10.0.0.1/feed", **bad}),
        {**settings(publisher), "fetch": {"allow_private": ["127.0.0.1"]}},
    )
    rows = {row["source"]: row for row in home.json("poll", now=after(0), expect=4) if "source" in row}
    assert (rows["Courier"]["outcome"], rows["Courier"]["new"]) == ("new", 1)
    assert {name for name, row in rows.items() if row["outcome"] == "error"} - {"bomb"} == {
        "unreachable", "page", "image", "empty", "error",
    }  # fmt: skip
    assert rows["inside"]["outcome"] == "refused"
    assert (rows["cut"]["outcome"], rows["cut"]["new"]) == ("new", 1), "what can be read of a cut feed is read"
    assert all(row["error"] for row in rows.values() if row["outcome"] in ("error", "refused"))
    assert rows["error"]["status"] == 500
    states = {row["name"]: row["state"] for row in home.json("sources")}
    assert (states["Courier"], states["cut"], states["page"]) == ("ok", "ok", "broken")


def test_global_options_stand_before_and_after(home: Home, publisher: Publisher) -> None:
    publisher.publish(OLD)
    home.write(watchlist({"Courier": publisher.url()}), settings(publisher))
    home.config.rename(home.folder / "mine")
    database = f"sqlite:///{home.folder}/other.sqlite3"
    where = ("--config", "mine", "--database", database)
    home.run(*where, "--now", after(0).isoformat(), "poll")
    listed = home.run("entries", "--json", *where).rows
    assert [row["first_seen"] for row in listed] == [after(0).isoformat()]
    assert home.run(f"--database={database}", "sources", "--json").rows[0]["name"] == "Courier"
    assert home.run("status", "-q", "--config=mine", "--database", database).out
    assert not home.database.exists()
    assert home.run("--version").out.startswith("monitor ")


def test_a_folder_may_have_the_name_of_a_command(home: Home) -> None:
    home.write("topics: {}\n")
    home.config.rename(home.folder / "poll")
    home.run("check", "--config", "poll")


def test_a_file_that_cannot_be_written(home: Home, publisher: Publisher) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write what is read-only")
    publisher.publish(OLD)
    home.write(watchlist({"Courier": publisher.url()}), settings(publisher))
    home.run("poll", now=after(0))
    home.database.chmod(0o400)
    refused = home.run("poll", now=after(20), expect=1)
    assert "cannot be written" in refused.err
    assert len(home.json("entries")) == 1
    home.database.chmod(0o600)
    home.run("poll", now=after(40))


@pytest.mark.parametrize("place", ["/proc/monitor.sqlite3", "/dev/null/monitor.sqlite3"])
def test_a_place_where_nothing_can_be_written(home: Home, place: str) -> None:
    home.write("topics: {}\n")
    refused = home.run("poll", "--database", f"sqlite:///{place}", expect=1)
    assert place in refused.err
    assert len(refused.err.splitlines()) == 1


def test_a_file_that_is_no_database(home: Home) -> None:
    home.write("topics: {}\n")
    home.database.parent.mkdir(parents=True)
    home.database.write_bytes(b"Dear diary, " * 500)
    for command in ("poll", "entries", "status"):
        assert "is not a usable database" in home.run(command, expect=1).err
    assert home.database.read_bytes() == b"Dear diary, " * 500


def test_a_full_disk_loses_nothing(home: Home, publisher: Publisher) -> None:
    publisher.publish(OLD)
    home.write(watchlist({"Courier": publisher.url()}), settings(publisher))
    home.run("poll", now=after(0))
    publisher.publish(*((f"n{n}", f"Jack Ma visits farm number {n} " + "and more " * 90) for n in range(60)), OLD)
    room = home.database.stat().st_size // 4096 * 4096

    full = home.run("poll", "--all", now=after(20), expect=1, file_size=room // 4, bent=SOON)
    assert "cannot be written" in full.err
    assert "is there a network" not in full.out
    assert len(home.json("entries")) == 1
    assert home.sql("PRAGMA integrity_check") == [("ok",)]
    again = home.json("poll", "--all", now=after(40))[0]
    assert (again["outcome"], again["new"]) == ("new", 60)
    assert len(home.json("entries", "--limit", "0")) == 61


def test_a_database_that_another_program_holds(home: Home, publisher: Publisher) -> None:
    publisher.publish(OLD)
    home.write(watchlist({"Courier": publisher.url()}), settings(publisher))
    home.run("poll", now=after(0))
    with closing(sqlite3.connect(home.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = home.run("poll", "--all", now=after(20), expect=1, bent=SOON)
        assert "locked by another process" in refused.err
        assert len(refused.err.splitlines()) == 1
        assert len(home.json("entries")) == 1, "reading goes on"
        other.execute("ROLLBACK")
    assert home.json("poll", "--all", now=after(20))[0]["outcome"] == "not_modified"


def test_an_interrupted_poll_gives_its_hosts_back(home: Home, publisher: Publisher) -> None:
    publisher.publish(OLD)
    publisher.hanging = {"/slow"}
    home.write(watchlist({"Courier": publisher.url(), "Slow": publisher.url("/slow")}), settings(publisher))
    with home.running("poll") as poll:
        poll.wait_for(lambda: publisher.asked("/slow"))
        code, seconds = poll.stop(signal.SIGINT)
    publisher.released.set()
    assert code == 130
    assert seconds < 10
    assert "Traceback" not in poll.err
    assert home.sql("SELECT lease_token FROM host") == [(None,)]
    assert [row["title"] for row in home.json("entries")] == [OLD[1]]


def test_nothing_is_written_outside_its_places(home: Home, publisher: Publisher) -> None:
    publisher.publish(OLD)
    home.write(watchlist({"Courier": publisher.url()}), settings(publisher))
    home.run("poll", now=after(0))
    home.run("try", publisher.url())
    made = {path.relative_to(home.folder) for path in home.folder.rglob("*") if path.is_file()}
    config, state = Path("config"), Path("state/coverage-monitor")
    assert made == {
        config / "watchlist.yaml", config / "settings.yaml", state / "monitor.sqlite3", state / "monitor.sqlite3.lock",
    }  # fmt: skip
