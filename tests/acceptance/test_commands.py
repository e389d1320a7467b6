"""The reading commands as a user calls them: options, output, exit codes; in one process, on a real database."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.cli import run
from monitor.store import tables as t
from monitor.store.database import Store
from tests.conftest import MakeConfig
from tests.stores import seeded

WATCHLIST = """
    timezone: Europe/London
    topics:
      Jack Ma:
        any: [Jack Ma, {phrase: 马云, not_inside: [海马云]}]
        none: [marathon]
      Qwen3: {any: [Qwen3], channels: []}
    sources:
      Courier: https://courier.example/feed
      Herald: {url: "https://herald.example/feed?token=hush-hush", every: 30 min}
    channels:
      pr: {slack: "${SLACK_THAT_IS_NOT_SET}", optional: true}
"""
LINES = [
    {"id": "1", "url": "https://courier.example/1", "title": "Jack Ma returns to the old campus in Hangzhou",
     "source": "Courier", "seen": "2026-11-24T08:00:00Z"},
    {"id": "x", "url": "https://herald.example/1", "title": "Jack Ma returns to the old campus in Hangzhou - Herald",
     "source": "Herald", "outlet": "Herald", "seen": "2026-11-24T09:00:00Z"},
    {"id": "1", "url": "https://courier.example/1", "title": "Jack Ma returns to the old campus in Hangzhou",
     "source": "Courier", "seen": "2026-11-24T09:10:00Z"},
    {"id": "1", "url": "https://courier.example/1", "title": "Jack Ma is back at the old campus in Hangzhou",
     "source": "Courier", "seen": "2026-11-24T09:20:00Z"},
    {"id": "2", "title": "Jack Ma wins the marathon", "source": "Courier", "seen": None, "colour": "red"},
    {"id": "3", "title": "[red]Qwen 3[/red] \u202eand 千问 are \u0007open", "source": "Courier"},
    {"id": "4", "url": "https://courier.example/4", "title": "Rain", "source": "Courier"},
]  # fmt: skip


@dataclass
class Monitor:
    """The command with its configuration and database."""

    folder: Path
    database: str
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """Run a command; its stdout, when it ends with ``code``."""
        out, err, found = self.all(*arguments)
        assert found == code, err + out
        return out

    def all(self, *arguments: str) -> tuple[str, str, int]:
        """Run a command; stdout, stderr, exit code."""
        self.capsys.readouterr()
        code = run([*arguments, "--config", str(self.folder), "--database", self.database])
        captured = self.capsys.readouterr()
        return captured.out, captured.err, code

    def json(self, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
        """Run a command with ``--json``; its lines."""
        return [json.loads(line) for line in self(*arguments, "--json", code=code).splitlines()]


@pytest.fixture
def monitor(
    make_config: MakeConfig, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Monitor:
    for name in ("MONITOR_CONFIG", "MONITOR_DATABASE_URL", "MONITOR_NOW", "MONITOR_LOG_LEVEL", "MONITOR_LOG_FORMAT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return Monitor(make_config(WATCHLIST), f"sqlite:///{tmp_path}/state/monitor.sqlite3", capsys)


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    path = tmp_path / "entries.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES), "utf-8")
    return path


@pytest.fixture
def filled(monitor: Monitor, recorded: Path) -> Monitor:
    """A database with the recorded entries."""
    place = recorded.parent / "state" / "monitor.sqlite3"
    seeded(place, "commands", lambda: monitor("replay", str(recorded), "--keep"))
    return monitor


# --- replay -----------------------------------------------------------------------------------------


def test_replay_prints_what_each_line_came_to(monitor: Monitor, recorded: Path) -> None:
    lines = [json.loads(line) for line in monitor("replay", str(recorded)).splitlines()]
    assert [(one["line"], one["id"], one["entry"], one["outcome"], one["story"]) for one in lines] == [
        (1, "1", "e1", "new", "s1"),
        (2, "x", "e2", "copy", "s1"),
        (3, "1", "e1", "seen", "s1"),
        (4, "1", "e1", "revision", "s1"),
        (5, "2", "e3", "new", None),
        (6, "3", "e4", "new", "s2"),
        (7, "4", "e5", "new", None),
    ]
    assert [one["first_in_story"] for one in lines] == [True, False, True, True, False, True, False]
    assert [[topic["name"] for topic in one["topics"]] for one in lines] == [*[["Jack Ma"]] * 4, [], ["Qwen3"], []]
    assert lines[0]["topics"][0]["spans"] == [{"field": "title", "start": 0, "end": 7, "text": "Jack Ma"}]
    assert [[a["decision"] for a in one["alerts"]] for one in lines] == [
        ["send"],
        ["folded"],
        [],
        ["folded"],
        [],
        [],
        [],
    ]
    told = lines[0]["alerts"][0]
    assert told == {
        "id": told["id"], "channel": "console", "rule": "new_story", "decision": "send", "delivery": None,
        "at": "2026-11-24T08:00:00+00:00",
    }  # fmt: skip
    assert lines[0]["url"] == "https://courier.example/1"
    assert lines[4]["url"] is None
    assert lines[1]["event"] == "v1"
    keys = {"line", "id", "entry", "url", "outcome", "topics", "story", "event", "first_in_story", "alerts"}
    assert all(set(one) == keys for one in lines)


def test_replay_gives_the_same_bytes_twice_and_stores_nothing(monitor: Monitor, recorded: Path) -> None:
    once = monitor("replay", str(recorded))
    assert monitor("replay", str(recorded), "--json") == once
    assert monitor.json("entries") == []


def test_replay_all_gives_every_entry_a_story(monitor: Monitor, recorded: Path) -> None:
    lines = [json.loads(line) for line in monitor("replay", str(recorded), "--all", "--warm", "none").splitlines()]
    assert all(one["story"] for one in lines)
    assert [one["alerts"] for one in lines[4:5]] == [[]]


def test_replay_names_the_lines_that_it_skips(monitor: Monitor, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "1", "title": "Jack Ma"}\nnot json\n\n{"id": "2"}\n\n', "utf-8")
    out, err, code = monitor.all("replay", str(bad))
    assert code == 4
    assert [json.loads(line)["line"] for line in out.splitlines()] == [1]
    assert err.splitlines() == [
        "line 2 skipped: not JSON",
        "line 3 skipped: blank line",
        "line 4 skipped: none of title, summary, text",
    ]


def test_a_replayed_line_has_the_topics_of_its_own_revision(monitor: Monitor, tmp_path: Path) -> None:
    titles = ["Jack Ma speaks", "Jack Ma speaks", "Today Jack Ma and Qwen3 speak", "Nobody speaks", "Nobody speaks"]
    path = tmp_path / "revised.jsonl"
    path.write_text("".join(json.dumps({"id": 7, "title": title}) + "\n" for title in titles), "utf-8")
    lines = [json.loads(line) for line in monitor("replay", str(path)).splitlines()]
    assert [line["outcome"] for line in lines] == ["new", "seen", "revision", "revision", "seen"]
    assert [[(one["name"], one["spans"][0]["start"]) for one in line["topics"]] for line in lines] == [
        [("Jack Ma", 0)], [("Jack Ma", 0)], [("Jack Ma", 6), ("Qwen3", 18)], [], [],
    ]  # fmt: skip
    assert {line["id"] for line in lines} == {7}


def test_years_that_no_clock_has_end_no_replay(monitor: Monitor, tmp_path: Path) -> None:
    path = tmp_path / "sentinels.jsonl"
    entry = {"title": "Jack Ma opens a school in town", "source": "Wire\u0000\u0007"}
    times = [{key: f"{year}T00:00:00Z"} for key in ("seen", "published") for year in ("9999-12-31", "0001-01-01")]
    path.write_text("".join(json.dumps({**entry, **time, "id": n}) + "\n" for n, time in enumerate(times)), "utf-8")
    out, err, code = monitor.all("replay", str(path), "--now", "2026-11-24T08:00:00Z")
    assert (code, err.splitlines()) == (4, [f"line {n} skipped: 'seen' is not a believable time" for n in (1, 2)])
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["outcome"] for line in lines] == ["new", "copy"]
    assert {line["alerts"][0]["at"] for line in lines} == {"2026-11-24T08:00:00+00:00"}
    assert monitor.all("replay", str(path), "--now", "9999-12-31T00:00:00Z")[2] == 2


@pytest.mark.parametrize("arguments", [("nowhere.jsonl",), ("entries.jsonl", "--keep", "--warm", "self")])
def test_replay_refuses_what_it_cannot_do(monitor: Monitor, recorded: Path, arguments: tuple[str, ...]) -> None:
    assert monitor.all("replay", *arguments)[2] == 2


def test_replay_keep_records_and_sends_nothing(filled: Monitor) -> None:
    assert {row["decision"] for row in filled.json("alerts")} == {"import"}
    assert filled.json("deliveries") == []
    assert len(filled.json("entries")) == 5


# --- lists ------------------------------------------------------------------------------------------

KEYS = {
    "entries": "id url title source topics story published first_seen",
    "stories": "id event title url outlets entries topics first_seen last_seen",
    "events": "id title stories outlets independent_outlets first_seen last_seen",
    "alerts": "id subject channel rule topics decision reason created_at",
    "sources": "name id url kind state reason last_outcome failures next_poll_at every",
    "topics": "id name version channels paused entries stories near_misses last_match",
    "channels": "name kind state error waiting dead next_send_at",
    "deliveries": "id channel alerts state attempts error created_at sent_at",
}


def add_delivery(monitor: Monitor) -> None:
    with Store(monitor.database, write=True) as store, store.write() as connection:
        alert = connection.scalar(sa.select(t.alert.c.id).limit(1))
        at = connection.scalar(sa.select(t.alert.c.at).limit(1))
        connection.execute(sa.insert(t.delivery).values(channel="console", kind="new_story", state="pending", at=at))
        connection.execute(sa.insert(t.delivery_item).values(delivery=1, alert=alert))


@pytest.mark.parametrize("noun", KEYS)
def test_lists_hold_the_promised_keys(filled: Monitor, noun: str) -> None:
    add_delivery(filled)
    rows = filled.json(noun)
    assert rows
    for row in rows:
        assert list(row)[: len(KEYS[noun].split())] == KEYS[noun].split()


@pytest.mark.parametrize("noun", KEYS)
def test_tables_fit_their_room_and_show_no_control_character(filled: Monitor, noun: str) -> None:
    add_delivery(filled)
    lines = filled(noun).splitlines()
    assert len(lines) >= 2
    assert all(len(line) <= 100 and line.isprintable() for line in lines)


def test_markup_of_a_feed_stays_text(filled: Monitor) -> None:
    title = next(line for line in filled("entries").splitlines() if "Qwen 3" in line)
    assert "[red]Qwen 3[/red]" in title


def test_ids_are_typed_and_times_have_an_offset(filled: Monitor) -> None:
    newest = filled.json("entries", "--topic", "Jack Ma", "--limit", "1")[0]
    assert (newest["id"], newest["story"], newest["first_seen"]) == ("e2", "s1", "2026-11-24T09:00:00+00:00")
    story = filled.json("stories", "--source", "Herald")[0]
    assert (story["id"], story["event"], story["outlets"], story["entries"]) == ("s1", "v1", 2, 2)
    assert [row["id"] for row in filled.json("topics")] == ["t1", "t2"]
    sources = {row["name"]: row for row in filled.json("sources")}
    assert (sources["Herald"]["id"][0], sources["Herald"]["every"], sources["Courier"]["every"]) == (
        "p", "30 min", "15 min",
    )  # fmt: skip


def test_secrets_of_addresses_are_masked(filled: Monitor) -> None:
    shown = filled("sources", "--json") + filled("sources") + filled("status", "--json") + filled("check", "--json")
    assert "hush-hush" not in shown
    assert "token=***" in shown


def test_since_takes_a_span_or_a_time(filled: Monitor) -> None:
    at = ("--now", "2026-11-24T10:00:00Z")
    for since in ("50 min", "2026-11-24T09:10:00Z", "2026-11-24T10:10:00+01:00"):
        assert [row["id"] for row in filled.json("entries", "--since", since, *at)] == ["e5", "e4", "e3"]
    assert [row["id"] for row in filled.json("entries", "--until", "110 min", *at)] == ["e1"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("entries", "--topic", "Jak Ma"), "there is no topic 'Jak Ma'. Did you mean \"Jack Ma\"?"),
        (("stories", "--source", "p99"), "there is no source 'p99'"),
        (("entries", "--since", "yesterday"), "'yesterday' is neither a span (30d, 12h) nor a time"),
        (("entries", "--since", "999999d"), "'999999d' is longer ago than there are dates"),
        (("entries", "--limit", "-1"), "--limit"),
        (("stories", "--event", "v99"), "there is no event v99"),
        (("stories", "--event", "s1"), "'s1' is no event; their ids are like v3"),
        (("explain",), "explain what?"),
        (("explain", "x", "--file", "y"), "explain what?"),
        (("explain", "--file", "nowhere.txt"), "nowhere.txt cannot be read"),
        (("explain", "e99"), "there is no entry e99"),
        (("explain", "\udcff"), "characters that no text has"),
        (("entries", "--topic", "\udcff"), "there is no topic"),
    ],
)
def test_mistakes_of_usage_are_explained(filled: Monitor, arguments: tuple[str, ...], says: str) -> None:
    out, err, code = filled.all(*arguments)
    assert code == 2
    assert says in err
    assert not out


@pytest.mark.parametrize("noun", KEYS)
def test_every_list_takes_every_filter(filled: Monitor, noun: str) -> None:
    at = ("--now", "2026-11-24T10:00:00Z")
    for wanted in (("--topic", "Jack Ma"), ("--source", "Courier"), ("--since", "30d"), ("--until", "1h")):
        assert len(filled.json(noun, *wanted, *at)) <= len(filled.json(noun, *at))
    assert len(filled.json(noun, "--limit", "1")) <= 1


def test_lists_of_what_is_wanted_are_narrowed(filled: Monitor) -> None:
    at = ("--now", "2026-11-24T10:00:00Z")
    assert [row["name"] for row in filled.json("topics", "--source", "Herald")] == ["Jack Ma"]
    assert [row["name"] for row in filled.json("topics", "--since", "50 min", *at)] == ["Jack Ma", "Qwen3"]
    assert filled.json("topics", "--until", "50 min", *at) == [], "both have matched since"
    assert filled.json("sources", "--since", "30d", *at) == [], "none was ever polled"
    assert [row["name"] for row in filled.json("channels", "--topic", "Jack Ma")] == ["console"]
    assert filled.json("channels", "--topic", "Qwen3") == []


def test_an_empty_list_and_a_full_one_say_so(filled: Monitor) -> None:
    assert filled.all("deliveries")[:2] == ("", "No deliveries.\n")
    assert filled.all("entries", "--limit", "2")[1] == "The newest 2 entries; --limit 0 lists all.\n"
    assert filled.all("entries", "--limit", "0")[1] == ""


def test_lists_need_no_watchlist(filled: Monitor) -> None:
    (filled.folder / "watchlist.yaml").unlink()
    assert "Jack Ma" in filled("entries")
    assert filled("explain", "e1").startswith("import: ")


def test_lists_say_what_is_wrong_with_the_watchlist_and_go_on(filled: Monitor) -> None:
    (filled.folder / "watchlist.yaml").write_text("topicz: {}\n", "utf-8")
    out, err, code = filled.all("stories")
    assert (code, "topicz" in err, "Jack Ma" in out) == (0, True, True)


def test_reading_works_beside_the_writer_and_writing_does_not(filled: Monitor, recorded: Path, tmp_path: Path) -> None:
    with Store(filled.database, write=True):
        for reading in (("entries",), ("status",), ("explain", "e1"), ("backup", str(tmp_path / "copy.sqlite3"))):
            filled(*reading)
        for writing in (("housekeep",), ("replay", str(recorded), "--keep")):
            out, err, code = filled.all(*writing)
            assert (code, out) == (1, "")
            assert "another monitor is writing" in err


# --- explain ----------------------------------------------------------------------------------------


def test_explain_tells_the_whole_way(filled: Monitor) -> None:
    out = filled("explain", "https://herald.example/1", "--now", "2026-11-24T10:00:00Z")
    assert out.startswith('import: Matches Jack Ma ("Jack Ma" in the headline). Recorded, not sent: it was imported')
    for part in (
        "entry      e2 Jack Ma returns",
        "story      s1 ",
        "evidence   e2 is in s1 by the same headline as e1",
    ):
        assert part in out
    (one,) = filled.json("explain", "https://herald.example/1")
    keys = "verdict sentence entries matches near_misses story event evidence alerts deliveries".split()
    assert list(one)[1:] == [*keys, "ladder", "grouping", "changes"]
    assert (one["story"], one["event"], one["entries"][0]["id"]) == ("s1", "v1", "e2")
    assert one["evidence"][0]["sentence"] == "the same headline as e1, 1 h apart"


def test_explain_words_and_near_misses(filled: Monitor) -> None:
    (one,) = filled.json("explain", "marathon", "jack")
    assert (one["verdict"], one["near_misses"][0]["clause"]) == ("not_matched", 'none: "marathon" is there')
    assert filled("explain", "jack ma").count("entry      ") == 3
    assert "No stored headline holds" in filled("explain", "added"), "a word that looks like the id of an alert"


def test_explain_a_list_of_addresses(filled: Monitor, tmp_path: Path) -> None:
    addresses = tmp_path / "list.txt"
    addresses.write_text(
        "# wanted\nhttps://courier.example/1\n\nhttps://courier.example/4\nhttps://no.example/a\n", "utf-8"
    )
    *lines, last = filled.json("explain", "--file", str(addresses))
    assert [line["verdict"] for line in lines] == ["import", "not_matched", "unknown_source"]
    assert last == {"summary": {"unknown_source": 1, "not_matched": 1, "import": 1}}
    assert filled("explain", "--file", str(addresses)).startswith(
        "Of 3 lines: 1 import, 1 not matched, 1 unknown source.\n"
    )
    addresses.write_text("e99\nhttps://courier.example/1\n", "utf-8")
    assert filled.all("explain", "--file", str(addresses))[1:] == ("line 1: e99: there is no entry e99\n", 4)
    addresses.write_text("\n", "utf-8")
    assert filled.all("explain", "--file", str(addresses))[2] == 2


# --- init and check ---------------------------------------------------------------------------------


def test_init_writes_once(monitor: Monitor, tmp_path: Path) -> None:
    monitor.folder = tmp_path / "fresh"
    assert "watchlist.yaml is written" in monitor("init")
    assert "Jack Ma" in (tmp_path / "fresh" / "watchlist.yaml").read_text("utf-8")
    assert monitor.all("init")[2] == 2
    assert "Times are those of Europe/London" in monitor("check")


def test_check_says_what_is_in_the_watchlist(monitor: Monitor) -> None:
    out = monitor("check")
    assert "2 topics, 2 sources, 2 channels. Times are those of Europe/London" in out
    assert "pr is off: set SLACK_THAT_IS_NOT_SET" in out
    assert {finding["severity"] for finding in monitor.json("check")} <= {"info", "warning"}


@pytest.mark.parametrize(
    ("watchlist", "line", "says"),
    [
        ("topics:\n  Jack: {any: [Jack], excluded: [x]}\n", 2, 'unknown key "excluded"'),
        ("topics:\n  Jack:\n    any: [Jack]\n    must_match: [Jill]\n", 4, "must_match"),
        ("topics: {}\nchannels:\n  pr: {apprise: 'nonsense://x'}\n", 3, 'channel "pr": apprise'),
    ],
    ids=["grammar", "example", "channel"],
)
def test_check_finds_mistakes_at_their_line(monitor: Monitor, watchlist: str, line: int, says: str) -> None:
    (monitor.folder / "watchlist.yaml").write_text(watchlist, "utf-8")
    errors = [finding for finding in monitor.json("check", code=3) if finding["severity"] == "error"]
    assert [finding["line"] for finding in errors] == [line]
    assert says in errors[0]["message"]
    assert set(errors[0]) == {"file", "line", "column", "severity", "message"}
    out = monitor("check", code=3)
    assert f"watchlist.yaml:{line}:" in out
    assert "1 error" in out


def test_check_without_a_watchlist_is_a_bad_configuration(monitor: Monitor, tmp_path: Path) -> None:
    monitor.folder = tmp_path / "nowhere"
    assert monitor.all("check")[2] == 3


FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>The Courier: all</title><link>https://courier.example/</link>
<item><title>Jack Ma opens a school</title><link>https://courier.example/a</link>
<pubDate>Tue, 24 Nov 2026 08:00:00 GMT</pubDate></item>
<item><title>Jack Ma wins the marathon</title><link>https://courier.example/b</link></item>
</channel></rss>"""


@pytest.fixture
def server() -> Iterator[str]:
    """A site on loopback with a feed at ``/feed``, one behind a password at ``/login``, one of last year at ``/old``,
    a page at ``/page``; ``/moved`` leads to ``/feed`` for good."""
    bodies = {
        "/feed": FEED, "/login": FEED, "/old": FEED.replace("2026", "2025"), "/moved": "",
        "/page": "<!doctype html><title>A page</title><p>Hello.",
    }  # fmt: skip

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = bodies.get(self.path)
            wrong = self.path == "/login" and self.headers["Authorization"] != "Basic cmVhZGVyOnMzY3I6ZXQ="
            self.send_response(404 if body is None else 401 if wrong else 301 if self.path == "/moved" else 200)
            if self.path == "/moved":
                self.send_header("Location", "/feed")
            self.send_header("Content-Type", "text/html" if self.path == "/page" else "application/rss+xml")
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, *_: object) -> None:
            return

    site = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=site.serve_forever, args=(0.01,))
    thread.start()
    yield f"127.0.0.1:{site.server_port}"
    site.shutdown()
    site.server_close()
    thread.join()


def allow(make_config: MakeConfig, place: str, watchlist: str = WATCHLIST) -> None:
    make_config(watchlist, f'fetch: {{allow_private: ["{place}"]}}\n')


def test_check_online_reads_every_source(monitor: Monitor, make_config: MakeConfig, server: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = free.getsockname()[1]
    allow(
        make_config,
        server,
        f"""
        topics: {{Jack Ma: [Jack Ma]}}
        sources:
          Good: http://{server}/feed
          Bad: http://{server}/nothing
          Page: http://{server}/page
          Paused: {{url: "http://{server}/paused", paused: true}}
        channels:
          mail: {{email: {{smtp: "smtp://127.0.0.1:{closed}", from: a@example.org, to: b@example.org}}}}
        """,
    )
    found = {(f["line"], f["severity"]): f["message"] for f in monitor.json("check", "--online", code=3)}
    assert found[4, "info"].startswith('source "Good": 2 entries, the newest ')
    assert found[5, "error"].startswith('source "Bad": ')
    assert found[6, "error"].startswith('source "Page": ')
    assert found[9, "error"].startswith('channel "mail": ')
    assert not any(line == 7 for line, _ in found)
    assert monitor.json("entries") == []


# --- poll -------------------------------------------------------------------------------------------


def test_poll_says_when_nothing_is_due(monitor: Monitor, make_config: MakeConfig, server: str) -> None:
    allow(make_config, server, f"topics: {{Jack Ma: [Jack Ma]}}\nsources: {{Good: http://{server}/feed}}\n")
    first = monitor("poll", "--now", "2026-11-24T23:50:00Z")
    assert "Nothing is due." not in first
    assert "Next poll: tomorrow 00:" in first
    again = monitor("poll", "--now", "2026-11-24T23:51:00Z")
    assert again.startswith("Nothing is due.\nNext poll: tomorrow 00:")


# --- try --------------------------------------------------------------------------------------------


def test_try_says_what_an_address_is(monitor: Monitor, make_config: MakeConfig, server: str) -> None:
    allow(make_config, server)
    out = monitor("try", f"http://{server}/feed", "--now", "2026-11-24T10:00:00Z")
    assert out.startswith("The Courier: all: rss20, 2 entries, the newest 2 h old.")
    assert "1 of 2 entries match a topic" in out
    assert 'near: Jack Ma: none: "marathon" is ther' in out
    pasted = out.splitlines()[-1]
    assert pasted == f'  "The Courier: all": {{url: http://{server}/feed}}'
    lines = monitor.json("try", f"http://{server}/feed")
    assert [line["title"] for line in lines] == ["Jack Ma opens a school", "Jack Ma wins the marathon"]
    assert lines[0]["matches"][0]["topic"] == "Jack Ma"
    assert lines[1]["near_misses"][0]["clause"] == 'none: "marathon" is there'
    assert not (monitor.folder.parent / "state").exists()  # nothing is stored, not even a database


def test_what_try_prints_can_be_pasted(monitor: Monitor, make_config: MakeConfig, server: str) -> None:
    allow(make_config, server)
    pasted = monitor("try", f"http://{server}/feed").splitlines()[-1]
    allow(make_config, server, f"topics: {{Jack Ma: [Jack Ma]}}\nsources:\n{pasted}\n")
    assert "1 source," in monitor("check")


@pytest.mark.parametrize(("path", "says"), [("/nothing", "404"), ("/page", "")])
def test_try_says_why_nothing_could_be_read(
    monitor: Monitor, make_config: MakeConfig, server: str, path: str, says: str
) -> None:
    allow(make_config, server)
    out, err, code = monitor.all("try", f"http://{server}{path}")
    assert (code, out) == (1, "")
    assert says in err
    assert len(err) > 20


def test_try_asks_no_private_address(monitor: Monitor, server: str) -> None:
    _, err, code = monitor.all("try", f"http://{server}/feed")
    assert code == 1
    assert "allow_private" in err


def test_try_never_prints_a_password(monitor: Monitor, make_config: MakeConfig, server: str) -> None:
    allow(make_config, server)
    out, err, code = monitor.all("try", f"http://reader:s3cr%3Aet@{server}/login")
    assert code == 0, err
    assert out.splitlines()[-2:] == [
        f'  "The Courier: all": {{url: http://{server}/login, auth: "${{FEED_USER}}:${{FEED_PASSWORD}}"}}',
        "Set FEED_USER and FEED_PASSWORD where the monitor is started.",
    ]
    assert "s3cr" not in out + err
    out, err, code = monitor.all("try", f"http://reader:s3cret@{server}/login")
    assert (code, out, "401" in err, "s3cret" in err) == (1, "", True, False)
    out, err, code = monitor.all("try", f"reader:12/s3cret@{server}/login")
    assert (code, out, "tried https://...;" in err, "s3cret" in err) == (1, "", True, False)


def test_try_knows_the_sources_of_the_watchlist(monitor: Monitor, make_config: MakeConfig, server: str) -> None:
    sources = f"sources: {{Good: http://{server}/feed, Moved: http://{server}/moved}}\n"
    allow(make_config, server, f"topics: {{Jack Ma: [Jack Ma]}}\n{sources}")
    assert monitor("try", f"http://{server}/feed").splitlines()[-1] == "This is Good of your watchlist."
    *_, said, pasted = monitor("try", f"http://{server}/moved").splitlines()
    assert said.startswith("This is Moved of your watchlist. Write there")
    assert pasted == f'  "Moved": {{url: http://{server}/feed, was: http://{server}/moved}}'
    assert "paste below" not in monitor("try", f"http://{server}/moved")
    allow(make_config, server, f"topics: {{Jack Ma: [Jack Ma]}}\nsources:\n{pasted}\n")
    assert "1 source," in monitor("check")


def test_a_feed_that_went_silent_long_ago_is_pointed_out(
    monitor: Monitor, make_config: MakeConfig, server: str
) -> None:  # fmt: skip
    allow(make_config, server, f"sources: {{Old: http://{server}/old, Good: http://{server}/feed}}\n")
    at = ("--now", "2026-11-25T10:00:00Z")
    remark = "ts newest entry is more than a year old: it is probably published elsewhere now"
    assert f"\nI{remark}.\n" in monitor("try", f"http://{server}/old", *at)
    assert remark not in monitor("try", f"http://{server}/feed", *at)
    old, good = (f["message"] for f in monitor.json("check", "--online", *at) if "entries" in f["message"])
    assert old.endswith(f"i{remark}")
    assert remark not in good


def test_try_says_that_it_tried_https(monitor: Monitor, make_config: MakeConfig, server: str) -> None:
    allow(make_config, server)
    _, err, code = monitor.all("try", f"{server}/feed")
    assert code == 1
    assert err.rstrip().endswith(f"(tried https://{server}/feed; for http write http:// before it)")
    assert "tried" not in monitor.all("try", f"http://{server}/nothing")[1]


# --- notify -----------------------------------------------------------------------------------------


def test_notify_console_prints_a_card(monitor: Monitor) -> None:
    assert "Jack Ma: A test: this is how an alert looks here" in monitor("notify", "console")
    assert monitor.json("notify", "console") == [{"channel": "console", "state": "sent", "error": None}]


def test_notify_previews_without_sending(monitor: Monitor) -> None:
    assert "A test: this is how an alert looks here" in monitor("notify", "pr", "--preview")
    assert monitor.json("notify", "pr", "--preview")[0]["state"] == "preview"


def test_notify_says_why_nothing_was_sent(monitor: Monitor, make_config: MakeConfig) -> None:
    out, err, code = monitor.all("notify", "pr")
    assert (code, out, err) == (1, "", "pr is off: set SLACK_THAT_IS_NOT_SET\n")
    out, err, code = monitor.all("notify", "consle")
    assert (code, out) == (2, "")
    assert 'Did you mean "console"?' in err
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = free.getsockname()[1]
    make_config(f"topics: {{}}\nchannels: {{hook: {{apprise: 'json://127.0.0.1:{closed}/secret-path'}}}}\n")
    (line,) = monitor.json("notify", "hook", code=1)
    assert (line["channel"], line["state"]) == ("hook", "failed")
    assert line["error"]
    assert "secret-path" not in line["error"]


# --- status, backup, housekeep ----------------------------------------------------------------------


def test_status_on_a_fresh_database(monitor: Monitor) -> None:
    out = monitor("status")
    assert "Daemon: never ran on this database." in out
    assert "Watchlist: none was in force yet" in out
    (one,) = monitor.json("status")
    assert (one["config"]["number"], one["daemon"]["running"]) == (None, False)


def give(monitor: Monitor, table: sa.Table, values: Mapping[str, Any]) -> None:
    with Store(monitor.database, write=True) as store, store.write() as connection:
        connection.execute(sa.insert(table).values(values))


def test_status_is_one_screen(filled: Monitor) -> None:
    from monitor.cli.session import parse_moment

    at = parse_moment("2026-11-24T09:00:00Z")
    with Store(filled.database, write=True) as store, store.write() as connection:
        connection.execute(
            sa.update(t.source)
            .where(t.source.c.name == "Herald")
            .values(state="broken", reason="It answers 404.", failing_since=at, last_poll_at=at)
        )
    life = {"id": 1, "started_at": at, "alive_at": at, "pid": os.getpid(), "web": "http://127.0.0.1:8321/"}
    give(filled, t.life, life)
    out = filled("status", "--now", "2026-11-24T09:01:00Z")
    for line in (
        f"Daemon: runs since 09:00 (process {os.getpid()}); its page: http://127.0.0.1:8321/.",
        "Sources: 0 of 2 read, 1 not polled yet.",
        "  Herald is broken, for 1 min: It answers 404; next try ",
        "Stored: 5 entries, 2 stories on 2 topics.",
        "Messages: 0 waiting; 0 given up; none sent yet.",
        "  pr is off: set SLACK_THAT_IS_NOT_SET",
    ):
        assert line in out
    assert "edited since" not in out
    (filled.folder / "watchlist.yaml").write_text("topics: {}\n", "utf-8")
    later = filled("status", "--now", "2026-11-24T12:00:00Z")
    assert "Daemon: gave its last sign of life at 09:00 and does not run." in later
    assert "the file was edited since" in later
    (one,) = filled.json("status", "--now", "2026-11-24T09:01:00Z")
    counts = {"read": 0, "failing": 0, "broken": 1, "quarantined": 0, "gone": 0, "new": 1, "paused": 0}
    assert one["sources"] == {"total": 2, **counts}
    assert one["not_read"][0]["reason"] == "It answers 404."
    assert one["daemon"]["running"]


def test_backup_is_a_whole_database(filled: Monitor, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    assert str(copy) in filled("backup", str(copy))
    before = filled.json("entries")
    assert filled.all("backup", str(copy))[2] == 1
    filled.database = f"sqlite:///{copy}"
    assert filled.json("entries") == before


def test_housekeep_says_what_went(filled: Monitor) -> None:
    assert "Texts of 0 unmatched entries and 0 polls were old enough to go." in filled(
        "housekeep", "--now", "2026-11-25T00:00:00Z"
    )
    (one,) = filled.json("housekeep", "--now", "2027-11-25T00:00:00Z")
    assert (one["texts_aged"], one["polls"], one["too_large"]) == (2, 0, False)


def test_housekeep_says_when_the_database_is_too_large(filled: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    from monitor.cli.keeping import housekept_sentence
    from monitor.store.upkeep import Housekept

    said = housekept_sentence(Housekept(over_size=3, used=3 * 1024**2, too_large=True), 2 * 1024**2)
    assert (
        "Texts of 3 more went early, the oldest first, because the database was larger than 2.0 MB (max_size)." in said
    )
    assert "That is still over max_size (2.0 MB)" in said


# --- help -------------------------------------------------------------------------------------------

COMMANDS = """
    init check entries stories events topics sources alerts deliveries channels explain replay try notify status backup
    housekeep
"""


@pytest.mark.parametrize("command", COMMANDS.split())
def test_every_command_helps_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help"]) == 0
    assert f"Example: monitor {command}" in capsys.readouterr().out
