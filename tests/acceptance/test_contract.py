"""What programs read: the keys of every ``--json`` line, and replay's same bytes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services import Home, Hook, Publisher, after, free_port, settings, watchlist

KEYS = {
    "poll": "source source_id url kind outcome status entries new revised matched error seconds",
    "entries": "id url title source topics story published first_seen",
    "stories": "id event title url outlets entries topics first_seen last_seen",
    "events": "id title stories outlets independent_outlets first_seen last_seen",
    "topics": "id name version channels paused entries stories near_misses last_match",
    "sources": "name id url kind state reason last_outcome failures next_poll_at every",
    "alerts": "id subject channel rule topics decision reason created_at",
    "deliveries": "id channel alerts state attempts error created_at sent_at",
    "channels": "name kind state error waiting dead next_send_at",
    "explain": "verdict sentence entries matches near_misses story event evidence alerts deliveries",
    "replay": "line id entry url outcome topics story event first_in_story alerts",
    "check": "file line column severity message",
    "notify": "channel state error",
}
"""Command to the keys of its lines, as the contract names them; more are allowed."""
LETTERS = {
    "entries": "e",
    "stories": "s",
    "events": "v",
    "topics": "t",
    "sources": "p",
    "alerts": "a",
    "deliveries": "d",
}


def assert_keys(command: str, rows: list[dict[str, Any]]) -> None:
    """Every line has every key, and ids are typed."""
    assert rows
    for row in rows:
        assert set(KEYS[command].split()) <= set(row), row
        if command in LETTERS:
            assert row["id"].startswith(LETTERS[command]), row


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A monitor that has polled twice: news that was sent, news that only came near, a source that fails."""
    with Publisher() as publisher, Hook() as hook:
        home = Home(tmp_path_factory.mktemp("world"))
        home.write(
            {
                **watchlist(
                    {"Courier": publisher.url(), "Nowhere": f"http://127.0.0.1:{free_port()}/feed"},
                    {"desk": {"slack": hook.slack}, "off": {"slack": "${NOT_SET}", "optional": True}},
                    to=("console", "desk"),
                ),
                "topics": {"Jack Ma": {"any": ["Jack Ma"], "none": ["marathon"], "channels": ["console", "desk"]}},
            },
            settings(publisher, fetch={"allow_private": ["127.0.0.1"]}),
        )
        publisher.publish(("old", "Jack Ma was seen in Tokyo last winter"), ("rain", "Rain tomorrow"))
        first = home.json("poll", now=after(0), expect=4)
        assert_keys("poll", first[:-1])
        failed = next(row for row in first if row.get("source") == "Nowhere")
        assert (failed["outcome"], failed["status"], failed["entries"], failed["new"]) == ("error", None, 0, 0)
        assert set(first[-1]) == {"summary"}
        publisher.publish(
            ("news", "Jack Ma speaks to teachers in Hangzhou"), ("run", "Jack Ma wins the marathon of Oslo"),
            ("old", "Jack Ma was seen in Tokyo last winter"), ("rain", "Rain tomorrow"),
        )  # fmt: skip
        second = home.run("poll", "--json", now=after(20))
        assert "speaks to teachers" in second.err, "cards go to stderr beside --json"
        assert [row["new"] for row in second.rows[:-1] if row["source"] == "Courier"] == [2]
        yield home


@pytest.mark.parametrize(
    "command", ["entries", "stories", "events", "topics", "sources", "alerts", "deliveries", "channels"]
)
def test_lists(world: Home, command: str) -> None:
    assert_keys(command, world.json(command))


def test_what_the_lists_say(world: Home) -> None:
    entries = {row["url"].rpartition("/")[2]: row for row in world.json("entries", "--since", after(10).isoformat())}
    assert set(entries) == {"news", "run"}
    assert entries["news"]["topics"] == ["Jack Ma"]
    assert (entries["run"]["topics"], entries["run"]["story"]) == ([], None)
    story = next(row for row in world.json("stories", "--topic", "Jack Ma") if row["id"] == entries["news"]["story"])
    assert (story["outlets"], story["entries"], story["title"]) == (1, 1, "Jack Ma speaks to teachers in Hangzhou")
    told = [row for row in world.json("alerts") if row["decision"] == "send" and row["rule"] == "new_story"]
    assert sorted(row["channel"] for row in told) == ["console", "desk"]
    sent = [row for row in world.json("deliveries") if row["state"] == "sent"]
    assert {one for row in sent for one in row["alerts"]} >= {row["id"] for row in told}
    channels = {row["name"]: row for row in world.json("channels")}
    assert (channels["off"]["state"], channels["off"]["error"]) == ("off", "set NOT_SET")


def test_a_limit_and_a_table(world: Home) -> None:
    everything = world.json("entries", "--limit", "0")
    assert world.json("entries", "--limit", "2") == everything[:2], "the newest first"
    table = world.run("entries", "--limit", "2")
    assert table.out.startswith("id ")
    assert [line.split()[0] for line in table.out.splitlines()[1:]] == [row["id"] for row in everything[:2]]


def test_explain(world: Home) -> None:
    verdicts = {}
    for name in ("news", "run", "old", "unseen"):
        rows = world.json("explain", f"https://courier.example/2026/{name}")
        assert_keys("explain", rows)
        verdicts[name] = rows[0]["verdict"]
    assert (verdicts["news"], verdicts["run"], verdicts["old"]) == ("sent", "not_matched", "baseline")
    assert verdicts["unseen"] in ("unknown_source", "not_fetched")
    near = world.json("explain", "marathon")[0]
    assert [miss["topic"] for miss in near["near_misses"]] == ["Jack Ma"]


def test_check_notify_status_and_try(world: Home) -> None:
    assert_keys("check", world.json("check"))
    for channel, state in (("desk", "sent"), ("console", "sent"), ("off", "off")):
        rows = world.json("notify", channel, expect=0 if state == "sent" else 1)
        assert_keys("notify", rows)
        assert (len(rows), rows[0]["channel"], rows[0]["state"]) == (1, channel, state)
    assert world.json("notify", "desk", "--preview")[0]["state"] == "preview"
    assert len(world.json("status")) == 1
    address = next(row["url"] for row in world.json("sources") if row["name"] == "Courier")
    tried = world.json("try", address)
    assert len(tried) == 4
    assert [match["topic"] for match in tried[0]["matches"]] == ["Jack Ma"]
    assert len(world.json("entries")) == 4, "a try stores nothing"


# --- replay -------------------------------------------------------------------------------------------

LINES: list[object] = [
    *(
        {"id": f"w{n}", "url": f"https://wire.example/{n}", "title": f"Jack Ma opens school number {n} in town {n * 7}",
         "published": f"2026-03-{n + 1:02}T08:00:00+01:00", "source": "Wire", "outlet": "The Wire"}
        for n in range(12)
    ),
    *(
        {"id": f"r{n}", "url": f"https://herald.example/{n}", "title": f"Rain number {n} falls on the harbour",
         "summary": "Nothing else is known.", "source": "Herald", "language": "en", "ignored": None, "score": 3}
        for n in range(10)
    ),
    {"id": "w3", "url": "https://wire.example/3", "title": "Jack Ma opens school number 3 in town 21",
     "published": "2026-03-20T08:00:00Z", "source": "Wire", "outlet": "The Wire"},
    {"id": "w4", "url": "https://wire.example/4", "title": "Correction: Jack Ma opens school number 4 in town 28",
     "seen": "2026-03-21T08:00:00Z", "source": "Wire", "outlet": "The Wire"},
    {"url": "https://wire.example/5?utm_source=herald", "title": "Jack Ma opens school number 5 in town 35",
     "published": "2026-03-06T09:00:00Z", "source": "Herald"},
    {"url": "not an address", "text": "He who was Jack Ma's first teacher speaks.", "published": None},
    "no object",
    {"title": "Jack Ma without an address"},
    {"id": "x", "summary": None},
    {"id": "y", "title": "Jack Ma", "published": "yesterday"},
]  # fmt: skip
"""New, seen, revised and copied entries, then four lines that cannot be used."""


def write_lines(folder: Path) -> tuple[Path, Path]:
    """The lines as a plain and as a packed file."""
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in LINES).encode()
    plain, packed = folder / "recorded.jsonl", folder / "recorded.jsonl.gz"
    plain.write_bytes(text)
    packed.write_bytes(gzip.compress(text))
    return plain, packed


def test_replay_gives_the_same_bytes(home: Home) -> None:
    plain, packed = write_lines(home.folder)
    home.write(watchlist({}))
    done = home.run("replay", str(plain), expect=4)
    assert home.run("replay", str(packed), expect=4).out == done.out
    assert_keys("replay", done.rows)
    assert [row["line"] for row in done.rows] == list(range(1, 27))
    assert [row["outcome"] for row in done.rows[-4:]] == ["seen", "revision", "copy", "new"]
    assert {row["outcome"] for row in done.rows[:22]} == {"new"}
    for number in range(27, 31):
        assert f"line {number} skipped" in done.err
    assert not home.database.exists(), "a replay without --keep writes nothing"

    first, seen, copy = done.rows[3], done.rows[22], done.rows[24]
    assert (seen["entry"], seen["story"], seen["topics"]) == (first["entry"], first["story"], first["topics"])
    assert (copy["id"], copy["story"], copy["first_in_story"]) == (None, done.rows[5]["story"], False)
    (span,) = first["topics"][0]["spans"]
    assert span == {"field": "title", "start": 0, "end": 7, "text": "Jack Ma"}
    (alert,) = first["alerts"]
    assert {key: alert[key] for key in ("channel", "rule", "decision", "at")} == {
        "channel": "console", "rule": "new_story", "decision": "send", "at": "2026-03-04T07:00:00+00:00",
    }  # fmt: skip
    assert [one["decision"] for one in copy["alerts"]] == ["folded"]


def test_replay_all_and_keep(home: Home) -> None:
    plain, _ = write_lines(home.folder)
    home.write(watchlist({}))
    every = home.run("replay", "--all", str(plain), expect=4).rows
    assert all(row["story"] for row in every)
    kept = home.run("replay", "--keep", str(plain), expect=4).rows
    assert {one["decision"] for row in kept for one in row["alerts"]} == {"import"}
    assert len(home.json("entries", "--limit", "0")) == 24
    assert home.run("deliveries", "--json").rows == [], "nothing is sent"
    assert {row["outcome"] for row in home.run("replay", "--keep", str(plain), expect=4).rows[:22]} <= {
        "seen",
        "revision",
    }
