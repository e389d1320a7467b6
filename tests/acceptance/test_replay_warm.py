"""``replay --warm``: what it counts, what it refuses, and that it changes no byte from one run to the next."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.cli import run
from monitor.errors import UsageError
from monitor.pipeline.warming import count_texts, files_named
from monitor.store import terms
from monitor.store.database import Store
from tests.conftest import MakeConfig

Replay = Callable[..., tuple[str, str, int]]
LINES = [
    {"id": "1", "title": "Ferry to Port Ellery sinks in a storm", "source": "Courier", "language": "en"},
    {"id": "2", "title": "Storm sinks the ferry to Port Ellery", "source": "Herald", "language": "en"},
    {"id": "3", "title": "Färjan till Ellery gick under i stormen", "source": "Bladet", "language": "sv"},
]


def file_of(path: Path, lines: list[dict[str, str]]) -> Path:
    text = "".join(json.dumps(line) + "\n" for line in lines).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    return file_of(tmp_path / "entries.jsonl", LINES)


@pytest.fixture
def replay(make_config: MakeConfig, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Replay:
    monkeypatch.delenv("MONITOR_DATABASE_URL", raising=False)
    config = make_config("topics: {Ferries: [ferry, färjan]}")

    def command(*arguments: str) -> tuple[str, str, int]:
        code = run(["replay", *arguments, "--config", str(config), "--database", f"sqlite:///{config}/real.sqlite3"])
        return *capsys.readouterr(), code

    return command


def test_texts_are_counted_once_for_each_language(recorded: Path) -> None:
    with Store.throwaway() as store:
        found = count_texts(store, [recorded])
        with store.read() as connection:
            total, seen = terms.frequencies(connection, "en", ["storm", "ferr", "stor", "sink", "port"])
    assert (found.languages, found.texts, found.skipped) == (frozenset({"en", "sv"}), 3, ())
    assert total == 2
    assert 2 in seen.values()
    assert max(seen.values()) == 2


def test_a_file_that_only_warms_needs_no_ids(replay: Replay, recorded: Path, tmp_path: Path) -> None:
    more = file_of(tmp_path / "more.jsonl.gz", [{"title": "Rain over the harbour"}, {"source": "nothing"}])
    out, err, code = replay(str(recorded), "--all", "--warm", f"self,{more}")
    assert code == 4
    assert err == f"{more}, line 2 not counted: none of title, summary, text\n"
    assert len(out.splitlines()) == 3


def test_the_same_bytes_twice_and_the_same_stories_as_cold(replay: Replay, recorded: Path) -> None:
    once, twice = replay(str(recorded), "--all", "--warm", "self"), replay(str(recorded), "--all", "--warm", "self")
    assert once == twice
    assert once[2] == 0
    cold = [json.loads(line)["story"] for line in replay(str(recorded), "--all", "--warm", "none")[0].splitlines()]
    assert [json.loads(line)["story"] for line in once[0].splitlines()] == cold


def test_the_real_database_is_never_warmed(replay: Replay, recorded: Path) -> None:
    out, err, code = replay(str(recorded), "--keep", "--warm", "self")
    assert (out, code) == ("", 2)
    assert "--keep" in err
    assert replay(str(recorded), "--keep", "--warm", "none")[2] == 0


def test_what_is_named(recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    comma = file_of(tmp_path / "a,b.jsonl", LINES)
    assert files_named("none", recorded) == ()
    assert files_named("self", recorded) == (recorded,)
    assert files_named("a,b.jsonl", recorded) == (Path("a,b.jsonl"),)
    assert files_named(f"self,{recorded},entries.jsonl", recorded) == (recorded,)
    assert comma.is_file()
    for wrong in ("none,self", "nowhere.jsonl", "self,,", "", str(tmp_path)):
        with pytest.raises(UsageError):
            files_named(wrong, recorded)
