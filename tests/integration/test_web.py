"""The page of the day: what it says, that nothing of a feed acts in it, and who is answered."""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from monitor.model import Channel, Settings, Topic
from monitor.pipeline.force import InForce
from monitor.store import outbox
from monitor.store import tables as t
from monitor.store.database import Store
from monitor.web import Server, create_app
from tests.paths import JACK, NOW, QWEN, in_force, said, source_id, tell, topic
from tests.stores import throwaway

VISIT = said(
    "Jack Ma visits the silk park", "https://courier.example/visit", teaser="On Monday Jack Ma planted a tree."
)
COPY = said("Jack Ma visits the silk park - Herald", "https://herald.example/visit", teaser="Jack Ma came by train.")
SLACK = Channel("pr-slack", "slack", off="set SLACK_WEBHOOK_URL")


@pytest.fixture
def store() -> Iterator[Store]:
    """A store that is gone after the test."""
    with throwaway() as opened:
        yield opened


class Reader(HTMLParser):
    """What a browser would make of a page: its elements with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.text = re.sub(r"\s+", " ", self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of that name."""
        return [attributes for name, attributes in self.elements if name == tag]


def client(
    store: Store, force: InForce, *, now: datetime = NOW, healthy: Callable[[], bool] = lambda: True
) -> TestClient:
    """A browser on this machine."""
    return TestClient(create_app(store, lambda: force, lambda: now, healthy=healthy), base_url="http://127.0.0.1:8321")


def page(store: Store, force: InForce, *, now: datetime = NOW) -> Reader:
    """The page as read."""
    answer = client(store, force, now=now).get("/")
    assert answer.status_code == 200
    return Reader(answer.text)


def deliver(store: Store, force: InForce, now: datetime) -> None:
    """Note everything that is due as sent."""
    with store.write() as connection:
        while claimed := outbox.claim_deliveries(connection, now, channels=force.on):
            for waiting in claimed:
                outbox.mark_sent(connection, waiting, now, gap=False)


def set_source(store: Store, source: str, /, **values: object) -> None:
    """Let a source stand as it would after a poll."""
    with store.write() as connection:
        connection.execute(sa.update(t.source).where(t.source.c.id == source_id(store, source)).values(values))


# --- what it says -------------------------------------------------------------------------------------


def test_a_story_is_shown_with_its_proof_its_outlets_and_what_was_told(store: Store) -> None:
    force = in_force(store, JACK, QWEN)
    tell(store, force, "Courier", VISIT)
    tell(store, force, "Herald", COPY, now=NOW + timedelta(minutes=4))
    deliver(store, force, NOW + timedelta(minutes=6))
    read = page(store, force, now=NOW + timedelta(hours=1))
    assert read.all("a") == [{"href": "https://courier.example/visit", "rel": "noopener noreferrer nofollow"}]
    assert "On Monday Jack Ma planted a tree." in read.text
    assert "2 outlets: also Herald" in read.text
    assert "alerted 09:06" in read.text
    assert "1 more folded" in read.text
    assert len(read.all("mark")) == 2  # in the headline, and in the quotation


@pytest.mark.parametrize(
    ("origin", "topics", "says"),
    [
        ("baseline", JACK, "listed (was already published)"),
        ("import", JACK, "listed (was imported)"),
        ("live", JACK, "waiting for console"),
        ("live", topic("Jack Ma", channels=()), "listed (goes to no channel)"),
        ("live", topic("Jack Ma", channels=("pr-slack",)), "listed (goes to no channel)"),
    ],
)
def test_what_was_decided_is_said(store: Store, origin: str, topics: Topic, says: str) -> None:
    force = in_force(store, topics, channels=(Channel("console"), SLACK))
    tell(store, force, "Courier", VISIT, origin=origin)  # type: ignore[arg-type] # a table of words
    assert says in page(store, force).text


def test_a_message_that_was_given_up_is_said(store: Store) -> None:
    force = in_force(store, JACK)
    tell(store, force, "Courier", VISIT)
    with store.write() as connection:
        (waiting,) = outbox.claim_deliveries(connection, NOW, channels=("console",))
        outbox.mark_failed(
            connection, waiting, "no_service", final=True, uncertain=False, next_try_at=NOW, now=NOW
        )  # fmt: skip
    read = page(store, force)
    assert "not delivered to console" in read.text
    assert "1 given up" in read.text
    assert "no_service" in read.text


def test_a_story_on_two_topics_stands_under_both(store: Store) -> None:
    force = in_force(store, JACK, QWEN)
    tell(store, force, "Courier", said("Jack Ma tries Qwen3", "https://courier.example/both"))
    read = page(store, force)
    assert "also under Qwen3" in read.text
    assert "also under Jack Ma" in read.text
    assert "1 story in 24 hours" in read.text


SILENT = said("Lawyers of Jack Ma decline to speak of the tree", "https://herald.example/silent")


def in_one_event(store: Store, *stories: int) -> None:
    """Put stories into the event of the first of them."""
    with store.write() as connection:
        connection.execute(sa.update(t.story).where(t.story.c.id.in_(stories)).values(event=1, event_rule="event"))


def test_stories_on_one_event_stand_together_and_whole(store: Store) -> None:
    force = in_force(store, JACK, QWEN)
    minute = timedelta(minutes=1)
    tell(store, force, "Courier", VISIT, absent_at=NOW - 15 * minute)
    tell(store, force, "Herald", COPY, now=NOW + 4 * minute, absent_at=NOW - 9 * minute)
    tell(store, force, "Courier", said("Weather on which Jack Ma has no word", "https://courier.example/w"))
    tell(store, force, "Herald", SILENT, now=NOW + 90 * minute, absent_at=NOW + 75 * minute, outlet="Daily Planet")
    in_one_event(store, 1, 3)
    read = page(store, force, now=NOW + timedelta(hours=2))
    assert "2 stories, 3 outlets, 2 report it themselves" in read.text
    assert "First: Courier or Herald, 08:45-09:00" in read.text
    assert len([one for one in read.all("section") if one.get("class") == "event"]) == 1
    assert len(read.all("article")) == 3, "none is hidden"
    order = [read.text.index(title) for title in ("Lawyers of", "visits the silk", "Weather on which")]
    assert order == sorted(order), "those of an event stand together, the newest first"
    assert "of the stories not under this topic" not in read.text


def test_what_of_an_event_stands_elsewhere_is_said(store: Store) -> None:
    force = in_force(store, JACK, QWEN)
    tell(store, force, "Courier", VISIT, now=NOW - timedelta(days=2))
    tell(store, force, "Herald", SILENT)
    tell(store, force, "Herald", said("Qwen3 on the tree", "https://herald.example/tree"))
    in_one_event(store, 1, 2, 3)
    read = page(store, force)
    assert len(read.all("article")) == 2
    assert read.text.count("3 stories, 2 outlets, 2 report it themselves") == 2, "under each topic"
    assert read.text.count("2 of the stories not under this topic today: monitor stories --event v1") == 2


def test_a_story_alone_has_no_event_around_it(store: Store) -> None:
    force = in_force(store, JACK)
    tell(store, force, "Courier", VISIT)
    read = page(store, force)
    assert "First:" not in read.text
    assert [one for one in read.all("section") if one.get("class") == "event"] == []


def test_what_copies_add_and_how_headlines_changed_is_said(store: Store) -> None:
    force = in_force(store, JACK)
    tell(store, force, "Courier", VISIT)
    tell(store, force, "Herald", COPY, now=NOW + timedelta(minutes=4))
    changed = said("Jack Ma sees the silk park", VISIT.url, teaser=VISIT.teaser)
    tell(store, force, "Courier", changed, now=NOW + timedelta(minutes=9))
    with store.write() as connection:
        connection.execute(sa.update(t.story_entry).where(t.story_entry.c.entry == 2).values(added=["He left.", "x"]))
    read = page(store, force, now=NOW + timedelta(hours=1))
    assert 'Herald differs: +2 paragraphs, "He left."' in read.text
    assert 'Headline changed 09:09: "sees" was "visits"' in read.text
    assert "changed since" in read.text


def test_times_are_those_of_the_watchlist(store: Store) -> None:
    force = in_force(store, JACK)
    tell(store, force, "Courier", VISIT)
    moments = {attributes["datetime"] for attributes in page(store, force).all("time")}
    assert "2026-11-24T09:00:00+00:00" in moments


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({"state": "ok", "last_outcome": "new", "last_ok_at": NOW}, "1 of 2 sources read"),
        ({"state": "broken", "reason": "courier.example answers 403."}, "courier.example answers 403."),
        ({"paused": True}, "0 of 1 sources read"),
        ({"next_poll_at": NOW + timedelta(minutes=9)}, "next 09:09"),
    ],
)
def test_how_a_source_stands_is_said(store: Store, state: dict[str, object], says: str) -> None:
    force = in_force(store, JACK)
    set_source(store, "Courier", **state)
    assert says in page(store, force).text


def test_a_channel_that_is_off_says_why(store: Store) -> None:
    force = in_force(store, JACK, channels=(Channel("console"), SLACK))
    assert "set SLACK_WEBHOOK_URL" in page(store, force).text


def test_an_empty_page_says_why(store: Store) -> None:
    force = in_force(store, JACK)
    assert "No stories yet: no source has been read. Next poll at 09:00." in page(store, force).text
    set_source(store, "Courier", state="ok", last_ok_at=NOW)
    tell(store, force, "Courier", said("Weather"))
    assert "No stories yet: the one entry read so far does not match." in page(store, force).text
    tell(store, force, "Courier", said("Traffic"))
    assert "No stories yet: none of the 2 entries read so far matches." in page(store, force).text
    tell(store, force, "Courier", VISIT)
    later = page(store, force, now=NOW + timedelta(days=2)).text
    assert "No new stories in the last 24 hours; the last match was Tue 24 Nov 09:00." in later
    assert "The watchlist names no topics yet" in page(store, in_force(store)).text
    assert "The watchlist names no sources yet" in page(store, in_force(store, JACK, sources=())).text
    assert "Watchlist 3, in force since 09:00" in page(store, in_force(store, JACK, sources=())).text


# --- that nothing of a feed acts ----------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "{{7*7}} {% raw %} ${7*7}",
    "\u202egnp.exe \u2066hidden\u2069 \x1b[31m",
    "</title></style><iframe src=//evil.example>",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_a_feed_is_text(store: Store, text: str) -> None:
    force = in_force(store, JACK)
    plain = page(store, force).elements
    entry = said(f"{text} Jack Ma {text}", "https://courier.example/x", teaser=f"{text} Jack Ma {text}")
    tell(store, force, "Courier", entry, outlet=text)
    other = said(f"Wind {text} and Jack Ma", "https://courier.example/y")
    tell(store, force, "Courier", said(f"Wind or {text} and Jack Ma", other.url), outlet=text)
    tell(store, force, "Courier", other, outlet=text)
    in_one_event(store, 1, 2)
    with store.write() as connection:  # a text that no cleaner has seen
        connection.execute(sa.update(t.entry).values(title=f"{text} Jack Ma {text}", outlet=text, language=text))
        connection.execute(sa.update(t.story_entry).values(added=[text]))
    set_source(store, "Herald", state="broken", reason=text, name=text)
    answer = client(store, force).get("/").text
    read = Reader(answer)
    known = {name for name, _ in plain} | {"a", "article", "blockquote", "mark", "h3"}
    assert {name for name, _ in read.elements} <= known
    attributes = {name for _, found in read.elements for name in found}
    assert not [name for name in attributes if name.startswith("on")]
    assert "49" not in read.text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b]", answer)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil.example/x", "vbscript:x", "", None]
)
def test_only_web_addresses_are_linked(store: Store, url: str | None) -> None:
    force = in_force(store, JACK)
    tell(store, force, "Courier", VISIT)
    with store.write() as connection:
        connection.execute(sa.update(t.entry).values(url=url))
    read = page(store, force)
    assert read.all("a") == []
    assert "Jack Ma visits the silk park" in read.text


def test_an_address_cannot_leave_its_attribute(store: Store) -> None:
    force = in_force(store, JACK)
    tell(store, force, "Courier", VISIT)
    with store.write() as connection:
        connection.execute(sa.update(t.entry).values(url='https://courier.example/"onclick="alert(1)'))
    assert set(page(store, force).all("a")[0]) == {"href", "rel"}


def test_the_page_loads_nothing_from_elsewhere(store: Store) -> None:
    force = in_force(store, JACK)
    read = page(store, force)
    assert read.all("script") == []
    assert [one["href"] for one in read.all("link")] == ["/static/today.css", "/static/icon.svg"]
    style = client(store, force).get("/static/today.css")
    assert style.headers["content-type"].startswith("text/css")
    assert not re.search(r"url\(|@import|https?:", style.text)


# --- who is answered ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/today.css", "/nothing", "/static/../app.py"])
def test_every_answer_has_the_safe_headers(store: Store, path: str) -> None:
    headers = client(store, in_force(store, JACK)).get(path).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8321", 200),
        ("localhost", 200),
        ("LOCALHOST:8321", 200),
        ("[::1]:8321", 200),
        ("news.example.org", 200),  # public_url
        ("evil.example", 400),
        ("127.0.0.1.evil.example", 400),
        ("localhost.evil.example:8321", 400),
        ("169.254.169.254", 400),
        ("", 400),
    ],
)
def test_only_its_own_names_are_answered(store: Store, host: str, status: int) -> None:
    force = in_force(store, JACK, settings=Settings(public_url="https://news.example.org/today"))
    answer = client(store, force).get("/", headers={"Host": host})
    assert answer.status_code == status
    assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/today.css"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_it_is_read_only(store: Store, path: str, method: str) -> None:
    assert client(store, in_force(store, JACK)).request(method, path).status_code == 405


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/today.css"])
def test_head_is_answered_without_a_body(store: Store, path: str) -> None:
    answer = client(store, in_force(store, JACK)).head(path)
    assert (answer.status_code, answer.content) == (200, b"")


def test_health_follows_the_daemon(store: Store) -> None:
    force = in_force(store, JACK)
    assert client(store, force).get("/healthz").text == "ok\n"
    assert client(store, force, healthy=lambda: False).get("/healthz").status_code == 503


def test_an_unreadable_database_costs_the_page_only(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/monitor.sqlite3", write=True)
    force = in_force(store, JACK)
    with store.write() as connection:
        connection.execute(sa.text("DROP TABLE story"))
    answer = client(store, force).get("/")
    assert answer.status_code == 503
    assert "story" not in answer.text
    store.close()


# --- the server ---------------------------------------------------------------------------------------


async def test_it_serves_within_a_loop_and_leaves_signals_alone(store: Store) -> None:
    before = (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT))
    force = in_force(store, JACK)
    server = Server(create_app(store, lambda: force, lambda: NOW), host="127.0.0.1", port=0)
    address = await server.start()
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
    port = int(address.rpartition(":")[2].strip("/"))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"server:" not in answer.lower()
    await server.stop()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_taken_port_is_said(store: Store) -> None:
    force = in_force(store, JACK)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = Server(create_app(store, lambda: force, lambda: NOW), host="127.0.0.1", port=port)
        with pytest.raises(OSError, match=rf"127\.0\.0\.1:{port} cannot be listened on: Address already in use"):
            await server.start()
    await server.stop()


@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")
async def test_a_browser_shows_it(store: Store, tmp_path: Path) -> None:
    force = in_force(store, JACK)
    tell(store, force, "Courier", VISIT)
    server = Server(create_app(store, lambda: force, lambda: NOW), host="127.0.0.1", port=0)
    address = await server.start()
    picture = tmp_path / "today.png"
    flags = (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={tmp_path}/profile", f"--screenshot={picture}", "--window-size=900,900", address,
    )  # fmt: skip
    run = await asyncio.to_thread(
        subprocess.run, ["chromium", *flags], capture_output=True, text=True, timeout=60, check=False
    )
    await server.stop()
    assert picture.read_bytes().startswith(b"\x89PNG"), run.stderr
    # a page without its style sheet is half as large: nothing but black text on white
    assert picture.stat().st_size > 20_000
