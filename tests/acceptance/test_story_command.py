"""``story split`` and ``story merge`` as their user sees them, beside a running daemon and without one."""

from __future__ import annotations

import signal
import stat
from pathlib import Path

from tests.services import Home, Publisher, settings, watchlist

FIRST = ("park", "Jack Ma visits the reopened silk park on Lake Ostra")
COPY = ("copy", "Jack Ma visits the reopened silk park on Lake Ostra")
OTHER = ("oslo", "Jack Ma speaks to four hundred teachers in Oslo")
LIVE: dict[str, object] = {"alerts": {"first_poll": "all"}}


def socket_of(home: Home) -> Path:
    """Where the daemon listens."""
    return home.database.with_name(home.database.name + ".sock")


def stories(home: Home) -> dict[str, int]:
    """Story to the number of its entries."""
    return {row["id"]: row["entries"] for row in home.json("stories")}


def prepare(home: Home, publisher: Publisher) -> None:
    """A feed with an article, its copy, and another."""
    publisher.publish(OTHER, COPY, FIRST)
    publisher.pages["/second"] = publisher.pages["/feed"]
    home.write(watchlist({"Courier": publisher.url()}), settings(publisher, **LIVE))


def member(home: Home, story: str) -> list[str]:
    """The entries of a story."""
    return sorted(row["id"] for row in home.json("entries") if row["story"] == story)


def test_beside_a_running_daemon(home: Home, publisher: Publisher) -> None:
    prepare(home, publisher)
    with home.running("run") as daemon:
        daemon.wait_for("Next poll")
        daemon.wait_for(lambda: daemon.out.count("first alert on this story") == 2)
        assert stat.S_IMODE(socket_of(home).stat().st_mode) == 0o600
        (one,) = [story for story, entries in stories(home).items() if entries == 2]
        (two,) = [story for story, entries in stories(home).items() if entries == 1]
        first, copy = member(home, one)

        split = home.run("story", "split", one, copy)
        assert split.out.startswith(f"{copy} is a story of its own now: s3. Nothing is sent.\n")
        assert split.out.splitlines()[1].split() == ["story", "event", "entries", "title"]
        again = home.run("story", "split", one, copy, "--json")
        assert [(row["id"], row["entries"], row["changed"]) for row in again.rows] == [
            (one, [first], False), ("s3", [copy], False),
        ]  # fmt: skip
        assert {row["event"] for row in again.rows} == {row["event"] for row in home.json("story", "split", one, copy)}
        assert again.err.startswith("Nothing has changed: ")
        explained = " ".join(home.run("explain", copy).out.split())
        assert "is in s3 now, split off by hand." in explained
        assert f"it is part of story {one}" not in explained

        (merged,) = home.json("story", "merge", one, "s3", two)
        assert (merged["id"], merged["changed"]) == (min(one, two), True)
        assert stories(home) == {merged["id"]: 3}
        assert home.json("housekeep")[0]["texts_aged"] == 0
        for wrong, reason in (
            (("story", "split", "s1", "x9"), "'x9' is not the id of an entry: write it as e7\n"),
            (("story", "split", "s99"), "there is no story s99\n"),
            (("story", "merge", "s1", "s1"), "s1 with itself cannot be merged: name two stories or more\n"),
        ):
            assert home.run(*wrong, expect=2).err == reason
        for refused in ("poll", "run"):
            assert "another monitor is writing to" in home.run(refused, expect=1).err
        assert daemon.stop()[0] == 0
    assert not socket_of(home).exists()
    assert daemon.out.count("first alert on this story") == 2, "a hand sends nothing"
    assert "Traceback" not in daemon.err
    assert daemon.err.count("control") >= 8


def test_without_a_daemon(home: Home, publisher: Publisher) -> None:
    assert home.run("story", "merge", "s1", "s2", expect=2).err.endswith("there is no story s1\n")
    assert not home.database.exists(), "nothing is made for a mistake"
    prepare(home, publisher)
    home.run("poll")
    (one,) = [story for story, entries in stories(home).items() if entries == 2]
    out = home.run("story", "split", one).out
    assert out.startswith(f"Nothing has changed: {one} is alone in its event already: ")
    assert [row["event"] for row in home.json("story", "merge", "s1", "s2", "--event")] == ["v1", "v1"]
    assert home.run("story", "split", "s2").out.startswith("s2 is in an event of its own now: v3. Nothing is sent.\n")
    assert home.run("story", "split", expect=2).err


def test_a_killed_daemon_leaves_a_socket_that_is_in_nobodys_way(home: Home, publisher: Publisher) -> None:
    prepare(home, publisher)
    with home.running("run") as daemon:
        daemon.wait_for("Next poll")
        daemon.stop(signal.SIGKILL)
    assert socket_of(home).exists()
    assert home.json("story", "merge", "s1", "s2")[0]["changed"]
    assert home.json("housekeep")
    with home.running("run") as daemon:
        daemon.wait_for("ready")
        assert home.json("story", "merge", "s1", "s2")[0]["changed"] is False
        with home.running("run") as second:
            second.wait_for("another monitor is writing to")
            assert second.process.wait(60) == 1
        assert home.json("story", "merge", "s1", "s2")[0]["changed"] is False, "the first one is still reached"
        assert "control_off" not in daemon.err
        assert daemon.stop()[0] == 0


def test_a_daemon_that_cannot_listen_says_so_and_commands_say_what_to_do(home: Home, publisher: Publisher) -> None:
    prepare(home, publisher)
    socket_of(home).mkdir(parents=True)
    with home.running("run") as daemon:
        daemon.wait_for("ready")
        assert "Commands that write have to wait until the monitor is stopped: " in daemon.out
        assert "control_off" in daemon.err
        for command in (("story", "merge", "s1", "s2"), ("housekeep",)):
            refused = home.run(*command, expect=1)
            assert refused.err.startswith("another monitor is writing to this database, and nobody answers at ")
            assert len(refused.err.splitlines()) == 1
        assert daemon.stop()[0] == 0
    assert socket_of(home).is_dir()
