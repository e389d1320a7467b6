"""The daemon as its user and systemd see it: ready soon, following its watchlist, stopping in good order."""

from __future__ import annotations

import json
import resource
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.services import Home, Hook, Publisher, Running, free_port, settings, watchlist

OLD = ("old", "Jack Ma was seen in Tokyo last winter")
NEWS = ("news", "Jack Ma speaks to teachers in Hangzhou")
LIVE: dict[str, object] = {"alerts": {"first_poll": "all"}}
"""The first document is told as news: a source is not read twice within the length of a test."""


def ago(**span: float) -> datetime:
    """A moment before now: daemons live by the system's clock."""
    return datetime.now(UTC) - timedelta(**span)


@contextmanager
def notify_socket(folder: Path) -> Iterator[socket.socket]:
    """Where a daemon started by systemd says that it is ready."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(folder / "notify"))
        sock.settimeout(60)
        yield sock


def test_it_is_ready_in_3_seconds(home: Home, publisher: Publisher) -> None:
    publisher.publish(OLD)
    home.write(watchlist({"Courier": publisher.url()}), settings(publisher))
    home.run("poll", now=ago(hours=1))  # makes the database, so that nothing is to be migrated
    with notify_socket(home.folder) as sock:
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        with home.running("run", cold=True, NOTIFY_SOCKET=str(home.folder / "notify")) as daemon:
            said = sock.recv(1024).decode()
            wall = time.monotonic() - daemon.started
            ticks = Path(f"/proc/{daemon.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
            spent = sum(map(int, ticks)) / 100
            assert "READY=1" in said
            daemon.wait_for("Courier")
            code, _ = daemon.stop()
            assert sock.recv(1024).decode() == "WATCHDOG=1"
            assert sock.recv(1024).decode() == "STOPPING=1"
    assert code == 0
    assert before <= resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    print(f"ready after {spent:.2f} s of processor time, {wall:.2f} s in all")
    assert spent < 3
    assert wall < 6 or spent < 2, "slow, although the machine is not busy"


def test_the_first_minutes(home: Home, publisher: Publisher, hook: Hook) -> None:
    publisher.publish(OLD)
    port = free_port()
    home.write(
        watchlist(
            {"Courier": publisher.url(), "Nowhere": f"http://127.0.0.1:{free_port()}/feed"},
            {"desk": {"slack": "${NOT_SET}", "optional": True}},
        ),
        settings(
            publisher, web={"listen": f"127.0.0.1:{port}"}, heartbeat=f"http://127.0.0.1:{hook.port}/beat",
            fetch={"allow_private": ["127.0.0.1"]},
        ),
    )  # fmt: skip
    with home.running("run") as daemon:
        daemon.wait_for("Next poll")
        rows = {line.split()[0]: line for line in daemon.out.splitlines() if line}
        assert rows["Courier"].split()[1:] == ["1", "-", "1", "new"]
        assert "127.0.0.1" in rows["Nowhere"]
        for sentence in (
            "1 story already published matches; listed, not sent: monitor stories",
            f"Today's page: http://127.0.0.1:{port}/", "desk is off: set NOT_SET",
        ):  # fmt: skip
            assert sentence in daemon.out
        daemon.wait_for(lambda: hook.beats)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as page:
            assert page.status == 200
            assert "Courier" in page.read().decode()
        assert daemon.stop()[0] == 0
    assert "first alert on this story" not in daemon.out, "what was already published was sent"


def test_news_is_told_and_one_source_unplugged_costs_only_itself(home: Home, publisher: Publisher) -> None:
    publisher.publish(OLD)
    with Publisher() as unplugged:
        unplugged.publish(("other", "Rain tomorrow"))
        home.write(
            watchlist({"Courier": publisher.url(), "Herald": unplugged.url()}), settings(publisher, unplugged)
        )  # fmt: skip
        home.run("poll", now=ago(hours=7))
    publisher.publish(NEWS, OLD)
    with home.running("run") as daemon:
        daemon.wait_for("Next poll")
        daemon.wait_for("first alert on this story")
        assert daemon.out.count("Jack Ma speaks to teachers in Hangzhou\n") == 1
        states = {row["name"]: row for row in home.json("sources")}
        assert (states["Courier"]["state"], states["Courier"]["last_outcome"]) == ("ok", "new")
        assert (states["Herald"]["state"], states["Herald"]["last_outcome"]) == ("failing", "error")
        assert states["Herald"]["failures"] == 1
        assert daemon.stop()[0] == 0


def test_it_says_how_long_it_was_down(home: Home, publisher: Publisher) -> None:
    publisher.publish(OLD)
    home.write(watchlist({"Courier": publisher.url()}), settings(publisher))
    # a daemon whose clock stands six hours ago, and which dies without a word
    with home.running("run", now=ago(hours=6)) as daemon:
        daemon.wait_for("Next poll")
        assert "was down" not in daemon.out
    with home.running("run") as daemon:
        daemon.wait_for("The monitor was down for 6 h")
        assert daemon.stop()[0] == 0
    with home.running("run") as daemon:
        daemon.wait_for("ready")
        assert daemon.stop()[0] == 0
    assert "was down" not in daemon.out


def test_a_slow_service_delays_no_other(home: Home, publisher: Publisher, hook: Hook) -> None:
    publisher.publish(NEWS, OLD)
    hook.hanging = True
    channels = {"desk": {"slack": hook.slack}}
    home.write(watchlist({"Courier": publisher.url()}, channels, to=("console", "desk")), settings(publisher, **LIVE))
    with home.running("run") as daemon:
        daemon.wait_for(lambda: hook.bodies)
        daemon.wait_for(lambda: daemon.out.count("first alert on this story") == 2, seconds=10)
        assert len(hook.bodies) == 1, "two messages to one channel at a time"
    hook.released.set()


@pytest.mark.parametrize("slow", ["publisher", "webhook"])
def test_sigterm_drains_within_10_seconds(home: Home, publisher: Publisher, hook: Hook, slow: str) -> None:
    publisher.publish(NEWS)
    hook.hanging = slow == "webhook"
    publisher.hanging = {"/slow"} if slow == "publisher" else set()
    home.write(
        watchlist(
            {"Courier": publisher.url(), "Slow": publisher.url("/slow")} if publisher.hanging
            else {"Courier": publisher.url()},
            {"desk": {"slack": hook.slack}}, to=("desk",),
        ),
        settings(publisher, **LIVE),
    )  # fmt: skip
    with home.running("run") as daemon:
        daemon.wait_for(lambda: publisher.asked("/slow") if slow == "publisher" else hook.bodies)
        code, seconds = daemon.stop()
    publisher.released.set()
    hook.released.set()
    print(f"drained in {seconds:.2f} s beside a slow {slow}")
    assert (code, seconds < 10) == (0, True)
    (stopped,) = home.sql("SELECT stopped_at IS NOT NULL, pid FROM life")
    assert stopped == (1, None)
    assert home.sql("SELECT count(*) FROM host WHERE lease_token IS NOT NULL") == [(0,)]


def test_sigterm_twice_ends_at_once(home: Home, publisher: Publisher) -> None:
    publisher.hanging = {"/feed"}
    home.write(watchlist({"Courier": publisher.url()}), settings(publisher))
    with home.running("run") as daemon:
        daemon.wait_for(lambda: publisher.asked())
        daemon.process.send_signal(signal.SIGTERM)
        daemon.wait_for("stopping")
        code, seconds = daemon.stop()
    publisher.released.set()
    assert code == 130
    assert seconds < 2


def test_others_beside_it(home: Home, publisher: Publisher) -> None:
    publisher.publish(OLD)
    home.write(watchlist({"Courier": publisher.url()}), settings(publisher))
    with home.running("run") as daemon:
        daemon.wait_for("Next poll")
        for command in ("run", "poll"):
            refused = home.run(command, expect=1)
            assert "another monitor is writing to" in refused.err
            assert len(refused.err.splitlines()) == 1
        assert home.run("status").out.startswith("Daemon: runs since ")
        assert [row["title"] for row in home.json("stories")] == [OLD[1]]
        assert [row["title"] for row in home.json("entries")] == [OLD[1]]
        home.run("backup", "copy.sqlite3")
        assert daemon.stop()[0] == 0
    assert home.run("status").out.startswith("Daemon: stopped at ")
    assert "database is locked" not in daemon.err


def test_an_edit_counts_and_a_bad_one_does_not(home: Home, publisher: Publisher) -> None:
    publisher.publish(NEWS)
    home.write(watchlist({"Courier": publisher.url()}, to=()), settings(publisher, **LIVE))
    with home.running("run") as daemon:
        daemon.wait_for("Next poll")
        home.write("topics:\n  Jack Ma: [Jack Ma]\n  Qwen3:\n    anny: [Qwen3]\n")
        daemon.wait_for("The running monitor keeps the watchlist")
        assert "config/watchlist.yaml:4:5: " in daemon.out
        assert 'unknown key "anny"' in daemon.out
        assert [row["name"] for row in home.json("topics")] == ["Jack Ma"]

        two = watchlist({"Courier": publisher.url(), "Second": publisher.url("/second")}, phrases=["teachers"])
        publisher.publish(("x", "New rules for teachers in Oslo"), path="/second")
        home.write(two)
        taken = daemon.wait_for("is in force")
        daemon.wait_for("New rules for teachers in Oslo")
        assert daemon.stop()[0] == 0
    print(f"an edit was in force after {taken:.2f} s")
    assert [row["title"] for row in home.json("entries", "--source", "Second")] == ["New rules for teachers in Oslo"]


def test_its_log_is_for_programs_where_asked(home: Home, publisher: Publisher) -> None:
    publisher.publish(OLD)
    home.write(watchlist({"Courier": publisher.url()}), settings(publisher))
    with home.running("run", MONITOR_LOG_FORMAT="json") as daemon:
        daemon.wait_for("Next poll")
        assert daemon.stop()[0] == 0
    lines = [json.loads(line) for line in daemon.err.splitlines()]
    assert {"ready", "poll", "stopping", "stopped"} <= {line["event"] for line in lines}
    poll = next(line for line in lines if line["event"] == "poll")
    assert (poll["source"], poll["outcome"], poll["new"]) == ("Courier", "new", 1)
    assert not any(line["event"] == "work_failed" for line in lines)


def test_interrupted_from_the_keyboard_it_drains_too(home: Home) -> None:
    home.write("topics: {}\n", settings())
    with home.running("run") as daemon:
        daemon.wait_for("No source is watched")
        assert_quiet_end(daemon, signal.SIGINT)


def assert_quiet_end(daemon: Running, number: signal.Signals) -> None:
    """It ends with 0 and nothing went wrong."""
    assert daemon.stop(number)[0] == 0
    assert "Traceback" not in daemon.err
