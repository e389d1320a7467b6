"""The lab as a user calls it: ``topic test``, ``topic versions``, ``plan``, and what an edited topic finds again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import run
from tests.conftest import MakeConfig
from tests.services import Home, Publisher, settings, watchlist
from tests.stores import seeded

BEFORE = """
    timezone: Europe/London
    topics:
      Jack Ma: {any: [Jack Ma]}
      Old name: {any: [Qwen3]}
      Rain: {any: [rain]}
    sources:
      Courier: https://courier.example/feed
"""
AFTER = """
    timezone: Europe/London
    topics:
      Jack Ma: {any: [Jack Ma, the founder], none: [marathon]}
      Qwen3: {any: [Qwen3], was: Old name}
      Rain: {any: [rain]}
    sources:
      Courier: https://courier.example/feed
"""
LINES = [
    ("1", "Jack Ma returns to the old campus in Hangzhou", "2026-11-20T08:00:00Z"),
    ("2", "Jack Ma wins the marathon of Xiamen", "2026-11-21T08:00:00Z"),
    ("3", "Alibaba names the founder in a long letter", "2026-11-22T08:00:00Z"),
    ("4", "Alibaba: the founder speaks of the years abroad", "2026-11-23T08:00:00Z"),
    ("5", "Qwen3 is open for all", "2026-11-23T09:00:00Z"),
    ("6", "The rain goes on", "2026-11-23T10:00:00Z"),
    ("7", "Nothing of note", "2026-11-23T11:00:00Z"),
]
NOW = "2026-11-24T09:00:00Z"


@dataclass
class Lab:
    """The commands on a configuration that changes, and their database."""

    make: MakeConfig
    database: str
    capsys: pytest.CaptureFixture[str]

    def __call__(self, config: str, *arguments: str, more: str | None = None, now: str = NOW) -> tuple[str, str, int]:
        """Run a command with a watchlist; stdout, stderr, exit code."""
        folder = self.make(config, more)
        self.capsys.readouterr()
        code = run([*arguments, "--config", str(folder), "--database", self.database, "--now", now])
        captured = self.capsys.readouterr()
        return captured.out, captured.err, code

    def json(self, config: str, *arguments: str) -> list[dict[str, Any]]:
        """The lines of a command with ``--json``."""
        out, err, code = self(config, *arguments, "--json")
        assert code == 0, err
        return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def lab(
    make_config: MakeConfig, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Lab:
    for name in ("MONITOR_CONFIG", "MONITOR_DATABASE_URL", "MONITOR_NOW", "MONITOR_LOG_LEVEL", "MONITOR_LOG_FORMAT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return Lab(make_config, f"sqlite:///{tmp_path}/state/monitor.sqlite3", capsys)


@pytest.fixture
def filled(lab: Lab, tmp_path: Path) -> Lab:
    path = tmp_path / "lines.jsonl"
    lines = [{"id": id, "title": title, "seen": seen, "source": "Courier"} for id, title, seen in LINES]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")

    def fill() -> None:
        assert lab(BEFORE, "replay", str(path), "--keep")[2] == 0

    seeded(tmp_path / "state" / "monitor.sqlite3", "lab", fill)
    return lab


def test_a_topic_is_tried_against_the_version_in_force(filled: Lab) -> None:
    *lines, last = filled.json(AFTER, "topic", "test", "Jack Ma")
    assert [(line["id"], line["change"], [a["decision"] for a in line["alerts"]]) for line in lines] == [
        ("e1", "same", ["send"]),
        ("e2", "removed", []),
        ("e3", "added", ["send"]),
        ("e4", "added", ["send"]),
    ]
    assert lines[2]["spans"] == [{"topic": "Jack Ma", "field": "title", "start": 14, "end": 25, "text": "the founder"}]
    assert {"url", "title", "story", "topics"} <= lines[0].keys()
    summary = last["summary"]
    assert (summary["added"], summary["removed"], summary["same"]) == (2, 1, 1)
    assert summary["alerts"] == {"console": {"alerts": 3, "stories": 3, "before": 2}}
    assert [one["word"] for one in summary["new_words"]] == ["Alibaba"]
    assert summary["coverage"]["complete_since"] == "2026-11-20T08:00:00+00:00"
    assert summary["hits_a_day"] == {"before": round(2 / 3.125, 2), "after": round(3 / 3.125, 2)}
    assert [one["compared_with"] for one in summary["topics"]] == ["in force"]


def test_people_read_first_what_would_have_been_sent(filled: Lab) -> None:
    out, _, code = filled(AFTER, "topic", "test", "Jack Ma")
    assert code == 0
    lines = out.splitlines()
    assert lines[:9] == [
        "Jack Ma: changed",
        '  was: "Jack Ma"',
        '  now: ("Jack Ma" OR "the founder") NOT marathon',
        "",
        "console: 3 alerts on 3 stories, before 2.",
        "  + Mon 23 Nov 08:00  Alibaba: the founder speaks of the years abroad  (Courier)",
        "  + Sun 22 Nov 08:00  Alibaba names the founder in a long letter  (Courier)",
        "  - Sat 21 Nov 08:00  Jack Ma wins the marathon of Xiamen  (Courier)",
        "    Fri 20 Nov 08:00  Jack Ma returns to the old campus in Hangzhou  (Courier)",
    ]
    assert "Entries that match: 3, before 2; a day 1.0, before 0.6." in lines
    assert "Added 2, removed 1, the same 1." in lines
    assert any(line.startswith("  - Jack Ma wins the marathon") for line in lines)
    assert "New words among the added: Alibaba (2)." in out
    assert "Complete since Fri 20 Nov" in lines[-1]


def test_since_narrows_it(filled: Lab) -> None:
    *lines, last = filled.json(AFTER, "topic", "test", "Jack Ma", "--since", "36h")
    assert [line["id"] for line in lines] == ["e4"]
    assert last["summary"]["entries"] == 4


def test_what_is_in_force_is_compared_with_what_was_before(filled: Lab) -> None:
    *lines, last = filled.json(BEFORE, "topic", "test", "Jack Ma")
    assert {line["change"] for line in lines} == {"added"}
    assert [one["compared_with"] for one in last["summary"]["topics"]] == ["nothing"]
    out = filled(BEFORE, "topic", "test", "Jack Ma")[0]
    assert out.startswith("Jack Ma: new, in force, with no version before: all is added\n  now: ")


def test_a_plan_says_what_will_find_nothing(filled: Lab) -> None:
    paused = BEFORE.replace("Rain: {any: [rain]}", "Rain: {any: [rain]}\n      Snow: {any: [Qwen3], paused: true}")
    out = filled(paused, "plan")[0]
    assert out.startswith("Snow: new (paused: it finds nothing until that is taken out)\n")
    out = filled(AFTER, "plan", "--since", "2030-01-01")[0]
    assert out.count("No stored entry was first seen in that time (--since).") == 1
    assert "Nothing stored matches" not in out
    assert "Looked at" not in out


def test_a_plan_says_that_other_sources_are_read(filled: Lab) -> None:
    limited = BEFORE.replace(
        "Courier: https://courier.example/feed", "Courier: {url: https://courier.example/feed, topics: [Rain]}"
    )
    out = filled(limited, "plan")[0]
    assert "Jack Ma: changed: the sources that it reads are changed\n" in out
    assert "Unchanged: Rain" in out


def test_a_swap_of_one_alert_for_another_shows(filled: Lab) -> None:
    """As many alerts as before, but others."""
    draft = BEFORE.replace("{any: [rain]}", '{any: ["of note"]}')
    out = filled(draft, "topic", "test", "Rain")[0]
    assert "console: 1 alert on 1 story, before 1." in out
    assert "  + Mon 23 Nov 11:00  Nothing of note  (Courier)" in out
    assert "  - Mon 23 Nov 10:00  The rain goes on  (Courier)" in out
    *lines, _ = filled.json(draft, "topic", "test", "Rain")
    assert [(line["id"], len(line["alerts"]), len(line["alerts_before"])) for line in lines] == [
        ("e6", 0, 1), ("e7", 1, 0),
    ]  # fmt: skip


def test_a_short_time_gives_no_rate(filled: Lab) -> None:
    out = filled(AFTER, "topic", "test", "Rain", "--since", "23h")[0]
    assert "Entries that match: 1, before 0, in 60 min." in out
    assert "a day" not in out
    assert "Complete since Mon 23 Nov 10:00" in out
    same_day = filled(AFTER, "topic", "test", "Rain", "--since", "2h", now="2026-11-23T12:00:00Z")[0]
    assert "Complete since Mon 23 Nov 10:00" in same_day


def test_a_topic_that_matches_nothing_says_which_of_its_words_do(filled: Lab) -> None:
    draft = BEFORE.replace("{any: [rain]}", "{any: [Jackie Mah, Qwen3], all: [snow, Jack Ma]}")
    *lines, last = filled.json(draft, "topic", "test", "Rain")
    assert [line["change"] for line in lines] == ["removed"]
    (silent,) = last["summary"]["silent"]
    assert silent["phrases"] == {"Jackie Mah": 0, "Qwen3": 1, "snow": 0, "Jack Ma": 2}
    out = " ".join(filled(draft, "topic", "test", "Rain")[0].split())
    assert "console: 0 alerts, before 1. - Mon 23 Nov 10:00 The rain goes on" in out
    assert (
        'Nothing stored matches it. Entries that have its words, each for itself: "Jack Ma" 2, "Qwen3" 1. '
        'Never: "Jackie Mah", "snow".'
    ) in out


def test_a_misspelt_topic_shows_what_is_most_like_it(filled: Lab) -> None:
    draft = BEFORE.replace("Rain: {any: [rain]}", "Marathon: {any: [Xiammen]}")
    out = filled(draft, "topic", "test", "marathon")[0]
    assert out.splitlines()[:3] == ["Marathon: new", "  now: Xiammen", ""]
    assert (
        " ".join(out.split())
        .partition("Nothing")[2]
        .startswith(
            ' stored matches it. Of its words none occurs: "Xiammen". '
            'Like "Xiammen" is "Xiamen" in: Jack Ma wins the marathon of Xiamen'
        )
    )
    assert "Entries that match" not in out


def test_a_topic_that_nobody_knows(filled: Lab) -> None:
    _, err, code = filled(AFTER, "topic", "test", "Jack Mah")
    assert (code, "no topic 'Jack Mah'" in err, 'Did you mean "Jack Ma"?' in err) == (2, True, True)
    assert filled(AFTER, "topic", "test", "jack MA")[0].startswith("Jack Ma: changed\n")
    assert filled(AFTER, "topic", "versions", "Jack Mah")[2] == 2


def test_plan_says_what_a_draft_would_change(filled: Lab) -> None:
    draft = AFTER.replace("Rain: {any: [rain]}", "Letter: {any: [letter]}")
    *lines, last = filled.json(draft, "plan")
    assert {one["name"]: one["status"] for one in last["summary"]["topics"]} == {
        "Jack Ma": "changed", "Qwen3": "renamed", "Letter": "new", "Rain": "removed",
    }  # fmt: skip
    assert [(line["id"], line["change"]) for line in lines] == [
        ("e1", "same"), ("e2", "removed"), ("e3", "added"), ("e4", "added"), ("e5", "same"), ("e6", "removed"),
    ]  # fmt: skip
    out = filled(draft, "plan")[0]
    assert "Qwen3: renamed from Old name\n  now: Qwen3 (as before)\n" in out
    assert "Rain: removed\n  was: rain\n\nconsole: 0 alerts, before 1.\n  - Mon 23 Nov 10:00  The rain goes on" in out
    assert "It would have sent no alerts." not in out
    assert "Letter: new\n  now: letter\n\nconsole: 1 alert" in out
    assert "Unchanged: Rain" in filled(AFTER, "plan")[0]
    assert filled.json(BEFORE, "topics")[0]["version"] == 1, "plan has changed what is in force"


def test_versions_are_listed_newest_first(filled: Lab, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.jsonl"
    nothing.write_text("", "utf-8")
    filled(AFTER, "replay", str(nothing), "--keep")
    new, old = filled.json(AFTER, "topic", "versions", "Jack Ma")
    assert (new["in_force"], old["in_force"], new["version"], old["version"]) == (True, False, 2, 1)
    assert (new["entries"], old["entries"], old["until"]) == (0, 2, new["since"])
    assert "marathon" in new["definition"]
    out = filled(AFTER, "topic", "versions", "Jack Ma")[0]
    lines = out.splitlines()
    assert " in force  0 entries matched" in lines[0]
    assert lines[1:4] == [
        '    ("Jack Ma" OR "the founder") NOT marathon',
        '      + "the founder"',
        "      + NOT marathon",
    ]
    assert lines[5:] == ['    "Jack Ma"']
    by_id = filled.json(AFTER, "topic", "versions", "t1")
    assert by_id == [new, old]


def test_nothing_is_stored_yet(lab: Lab) -> None:
    out, err, code = lab(BEFORE, "topic", "test", "Jack Ma", "--offline")
    assert code == 0
    assert "Nothing is stored yet." in err
    assert "Nothing stored matches it." in out
    assert "Of its words" not in out
    out, err, code = lab(BEFORE, "plan")
    assert (code, 'monitor topic test "NAME"' in err) == (0, True)


def test_an_empty_store_offers_what_the_sources_show_now(lab: Lab) -> None:
    with Publisher() as publisher:
        publisher.publish(("one", "Jack Ma opens a school"), ("two", "Rain"))
        place = publisher.url().removeprefix("http://").partition("/")[0]
        config = f"""
            topics: {{Jack Ma: [Jack Ma]}}
            sources:
              Courier: {publisher.url()}
              Gone: {publisher.url("/gone")}
        """
        out, err, code = lab(config, "topic", "test", "Jack Ma", more=f'fetch: {{allow_private: ["{place}"]}}\n')
    assert code == 0, err
    assert "this is what the sources show now" in err
    assert "Gone: " in err
    assert "Jack Ma opens a school" in out
    assert "nothing was stored" in out
    assert not Path(lab.database.removeprefix("sqlite:///")).exists()


def wanted(publisher: Publisher, *topics: str) -> dict[str, object]:
    """A watchlist with topics that look for their names."""
    return {**watchlist({"Courier": publisher.url()}), "topics": {name: [name] for name in topics}}


def test_a_poll_finishes_what_an_edit_has_begun(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with Publisher() as publisher:
        publisher.publish(("one", "Jack Ma opens a school"), ("two", "Rain"))
        home.write(wanted(publisher, "Rain"), settings(publisher))
        home.run("poll")
        home.write(wanted(publisher, "Rain", "Jack Ma"), settings(publisher))
        done = home.run("poll")
        said = "Jack Ma: 1 stored entry matches (new); no alert of the last week is missing: monitor stories --topic "
        assert f'{said}"Jack Ma"' in done.out
        assert home.sql("SELECT state, looked, matched FROM backfill") == [("done", 2, 1)]
        assert "stored entr" not in home.run("poll").out
        home.write(wanted(publisher, "Jack Ma"), settings(publisher))
        assert "Rain is no longer watched; what it found stays." in home.run("poll").out
        assert "no longer watched" not in home.run("poll").out
        assert home.json("alerts", "--topic", "Jack Ma")[0]["decision"] == "backfill"


def test_the_daemon_fills_the_timeline_of_a_topic_that_comes(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with Publisher() as publisher:
        publisher.publish(("one", "Jack Ma opens a school"), ("two", "Rain"))
        home.write(wanted(publisher, "Rain"), settings(publisher))
        with home.running("run") as daemon:
            daemon.wait_for("Next poll")
            home.write(wanted(publisher, "Rain", "Jack Ma"), settings(publisher))
            daemon.wait_for("Jack Ma: 1 stored entry matches")
            assert daemon.stop()[0] == 0
    assert home.sql("SELECT decision FROM alert WHERE decision <> 'baseline'") == [("backfill",)]
