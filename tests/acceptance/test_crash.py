"""Killed at every step between asking a publisher and noting that a message was sent: nothing is lost.

After the restart the entries are there, each message has arrived on the console, at a webhook and in a mailbox,
at most one copy more than once, byte for byte the same, and no publisher was asked early.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.pipeline.crash import POINTS
from tests.polling import page
from tests.services import NOW, Home, Hook, Mail, Publisher, after, settings, watchlist

CHANNELS = ("console", "hook", "mail")
OLD = ("old", "Jack Ma was seen in Tokyo last winter")
NEWS = ("news", "Jack Ma speaks to teachers in Hangzhou")
RAIN = ("rain", "Rain tomorrow, says the weather office")
KILLED = -9

BEFORE = ("claimed", "fetched", "parsed", "recording")
"""Points at which nothing is written yet but the lease."""
STATES = {
    "recorded": ("pending", False),
    "delivery_claimed": ("sending", False),
    "rendered": ("sending", True),
    "accepted": ("sending", True),
    "sent": ("sent", True),
}
"""Point to the state of the delivery at which the process has died, and whether its text is stored."""
ARTICLE = ("article_fetched", "recording_article")
"""Points that only sources with ``read: full`` come to."""
CASES = [(point, CHANNELS) for point in POINTS if point not in ("accepted", "sent", *ARTICLE)] + [
    # the first channel to come here ends the process, so each has a run of its own
    (point, (channel,))
    for point in ("accepted", "sent")
    for channel in CHANNELS
]


@dataclass
class Stage:
    """The services, and a database that knows the publisher's first document."""

    publisher: Publisher
    hook: Hook
    mail: Mail
    state: Path

    def write(self, home: Home, to: tuple[str, ...], *paths: str) -> None:
        """Write a watchlist that reads these paths of the publisher, and whose topic goes to the channels ``to``."""
        addressed = {"smtp": self.mail.smtp, "from": "monitor@desk.example", "to": "press@desk.example"}
        home.write(
            watchlist(
                {f"Courier {path}": self.publisher.url(path) for path in paths},
                {"hook": {"slack": self.hook.slack}, "mail": {"email": addressed}},
                to=to,
            ),
            settings(self.publisher),
        )

    def home(self, folder: Path, to: tuple[str, ...], *, since: datetime = NOW) -> Home:
        """A user whose monitor has read the first document at ``since``, and whose topic goes to ``to``."""
        self.publisher.log.clear()
        self.hook.bodies.clear()
        self.mail.messages.clear()
        self.publisher.publish(OLD)
        home = Home(folder)
        self.write(home, to, "/feed")
        if since == NOW and self.state.exists():
            shutil.copytree(self.state, home.folder / "state")
        else:
            home.run("poll", now=since)
        return home


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The services and the first poll are shared; each test has a copy of the database."""
    with ExitStack() as stack:
        serving = (stack.enter_context(Publisher()), stack.enter_context(Hook()), stack.enter_context(Mail()))
        found = Stage(*serving, tmp_path_factory.mktemp("crash") / "state")
        first = found.home(tmp_path_factory.mktemp("first"), CHANNELS)
        shutil.copytree(first.folder / "state", found.state)
        yield found


def validator_of(home: Home) -> str:
    """The ETag that is saved."""
    return str(home.sql("SELECT etag FROM source")[0][0])


def entries(home: Home) -> list[str]:
    """The names of the entries that are stored, in the order of their ids."""
    return [str(url).rpartition("/")[2] for (url,) in home.sql("SELECT url FROM entry ORDER BY id")]


def assert_sound(home: Home) -> None:
    """The database says so itself."""
    with closing(sqlite3.connect(home.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def bodies_of(home: Home) -> dict[str, list[tuple[str, str]]]:
    """Channel to (alert, text that is stored for it) of each message."""
    found: dict[str, list[tuple[str, str]]] = {channel: [] for channel in CHANNELS}
    for channel, alert, body in home.sql(
        "SELECT d.channel, i.alert, json_extract(d.rendered, '$.body') FROM delivery d"
        " JOIN delivery_item i ON i.delivery = d.id ORDER BY d.id"
    ):
        found[channel].append((alert, body))
    return found


def copies(stage: Stage, printed: str, channel: str, body: str, alert: str) -> list[object]:
    """Each copy of a message that has arrived, as its service has it."""
    if channel == "console":
        assert printed.count(alert) == printed.count(body)
        return [body] * printed.count(body)
    if channel == "hook":
        return [raw for raw in stage.hook.bodies if alert.encode() in raw]
    return [mail for mail in stage.mail.bodies() if alert.encode() in mail[1]]


@pytest.mark.parametrize(("point", "channels"), CASES, ids=[f"{point}-{'-'.join(to)}" for point, to in CASES])
def test_nothing_is_lost(stage: Stage, tmp_path: Path, point: str, channels: tuple[str, ...]) -> None:
    home = stage.home(tmp_path, channels)
    old = validator_of(home)
    stage.publisher.publish(NEWS, RAIN, OLD)
    asked = len(stage.publisher.log)

    killed = home.run("poll", "--all", now=after(20), expect=KILLED, MONITOR_CRASH_AT=point)
    assert_died_at(stage, home, point, channels, asked=len(stage.publisher.log) - asked, old=old)
    assert_sound(home)

    asked = len(stage.publisher.log)
    again = home.run("poll", now=after(21))
    assert len(stage.publisher.log) == asked, "asked before its time"
    printed = killed.out + again.out
    if point in BEFORE:
        assert entries(home) == ["old"]
        printed += home.run("poll", now=after(40)).out
        assert [one.etag for one in stage.publisher.log[asked:]] == [old]

    assert sorted(entries(home)) == ["news", "old", "rain"]
    assert_arrived(stage, home, printed, channels, copied=point == "accepted")
    assert_sound(home)


@pytest.mark.parametrize("point", ARTICLE)
def test_an_article_is_read_after_the_crash_and_told_once(tmp_path: Path, point: str) -> None:
    with Publisher() as publisher:
        items = "<item><guid isPermaLink='false'>1</guid><title>Harbour board votes</title><link>{}</link></item>"
        shell = "<rss version='2.0'><channel><title>Courier</title>{}</channel></rss>"
        publisher.pages["/feed"] = shell.format(
            "<item><guid isPermaLink='false'>0</guid><title>Old news</title></item>"
        ).encode()
        publisher.pages["/new"] = page("Harbour board votes", "Among the guests was Jack Ma.").encode()
        publisher.types["/new"] = "text/html; charset=utf-8"
        home = Home(tmp_path)
        home.write(watchlist({"Courier": publisher.url()}, read="full"), settings(publisher))
        home.run("poll", now=NOW)
        publisher.pages["/feed"] = shell.format(items.format(publisher.url("/new"))).encode()
        killed = home.run("poll", now=after(20), expect=KILLED, MONITOR_CRASH_AT=point)
        assert home.sql("SELECT state FROM fetch_task") == [("due",)]
        assert_sound(home)
        early = home.run("poll", now=after(21))
        assert len(publisher.asked("/new")) == 1, "asked before its time"
        again = home.run("poll", now=after(40))
        assert home.sql("SELECT state FROM fetch_task") == [("read",)]
        assert (killed.out + early.out + again.out).count("Jack Ma: Harbour board votes") == 1
        assert home.sql("SELECT decision FROM alert") == [("send",)]
        assert_sound(home)


def assert_died_at(stage: Stage, home: Home, point: str, channels: tuple[str, ...], *, asked: int, old: str) -> None:
    """The process went just so far and no further; a validator is saved with the entries or not at all."""
    assert asked == (0 if point == "claimed" else 1)
    recorded = point not in BEFORE
    assert (sorted(entries(home)) == ["news", "old", "rain"]) is recorded
    assert (validator_of(home) != old) is recorded
    states = home.sql("SELECT channel, state, rendered IS NOT NULL FROM delivery")
    wanted = STATES.get(point)
    assert sorted(states) == ([(name, *wanted) for name in sorted(channels)] if wanted else [])


def assert_arrived(stage: Stage, home: Home, printed: str, channels: tuple[str, ...], *, copied: bool) -> None:
    """Every channel has the message, once or, where the service's answer was never noted, twice."""
    uncertain = dict(home.sql("SELECT channel, uncertain FROM delivery"))
    for channel, messages in bodies_of(home).items():
        assert len(messages) == (channel in channels)
        for alert, body in messages:
            got = copies(stage, printed, channel, body, alert)
            assert len(got) == (2 if copied else 1), (channel, got)
            assert len(set(got)) == 1, "a copy that differs"
            assert uncertain[channel] or not copied
    assert {state for (state,) in home.sql("SELECT state FROM delivery")} == {"sent"}
    assert len(stage.hook.bodies) + len(stage.mail.messages) <= 2 * len(set(channels) - {"console"})


@pytest.mark.parametrize("point", ["recording", "accepted"])
def test_the_daemon_loses_nothing_either(stage: Stage, tmp_path: Path, point: str) -> None:
    since = datetime.now(UTC) - timedelta(hours=1)
    home = stage.home(tmp_path, ("hook",), since=since)
    stage.publisher.publish(NEWS, OLD)
    with home.running("run", MONITOR_CRASH_AT=point) as daemon:
        assert daemon.process.wait(timeout=60) == KILLED
    again = home.run("poll", now=datetime.now(UTC) + timedelta(minutes=20))
    assert sorted(entries(home)) == ["news", "old"]
    assert_arrived(stage, home, daemon.out + again.out, ("hook",), copied=point == "accepted")
    assert_sound(home)


def test_killed_at_any_instant(stage: Stage, tmp_path: Path) -> None:
    """A daemon is killed again and again while the feeds grow: ``MONITOR_CRASHES`` times."""
    kills = int(os.environ.get("MONITOR_CRASHES", "3"))
    chance = random.Random(kills)
    home = stage.home(tmp_path, CHANNELS)
    paths = [f"/growing/{n}" for n in range(4)]
    stage.write(home, CHANNELS, *paths)
    published = [[(f"{n}-first", f"Jack Ma opens school number {n}")] for n in range(4)]
    grow(stage, paths, published, 0)
    home.run("poll", now=after(0))

    stage.hook.pause = 0.5  # so that some kills fall between the service's taking and our noting
    printed, died = "", 0
    for number in range(1, kills + 1):
        grow(stage, paths, published, number)
        with home.running("run", now=after(20 * number)) as daemon:
            daemon.wait_for("ready")
            time.sleep(chance.uniform(0.0, 1.5))
            daemon.process.kill()
            died += daemon.process.wait() == KILLED
        printed += daemon.out
        assert_sound(home)
    stage.hook.pause = 0.0
    assert died == kills
    for number in (1, 2):  # a second lies between two messages to one channel
        printed += home.run("poll", "--all", now=after(20 * (kills + number)), seconds=60 + 5 * kills).out

    assert sorted(set(entries(home)) - {"old"}) == sorted(name for some in published for name, _ in some)
    extra = {channel: 0 for channel in CHANNELS}
    for channel, messages in bodies_of(home).items():
        assert len(messages) == kills * len(paths)
        for alert, body in messages:
            got = copies(stage, printed, channel, body, alert)
            assert got, (channel, alert, "was lost")
            assert len(set(got)) == 1, "a copy that differs"
            extra[channel] += len(got) - 1
    # one message of a channel is under way at a time, so a kill copies one at most
    assert all(count <= kills for count in extra.values()), extra
    assert {state for (state,) in home.sql("SELECT state FROM delivery")} == {"sent"}
    assert_sound(home)
    print(f"{kills} kills, {kills * len(paths)} messages a channel, copies: {extra}")


def grow(stage: Stage, paths: list[str], published: list[list[tuple[str, str]]], number: int) -> None:
    """Let each feed have an entry more."""
    places = ("Hangzhou", "Tokyo", "Bordeaux", "Bangkok", "Nairobi", "Seville", "Oslo", "Quito")
    for n, (path, some) in enumerate(zip(paths, published, strict=True)):
        if number:
            some.insert(0, (f"{n}-{number}", f"Jack Ma visits farm {number * 10 + n} near {places[(number + n) % 8]}"))
        stage.publisher.publish(*some[:20], path=path)
