"""The demo as a user starts it: the whole path in seconds, and an exit code that means something."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.demo import DATA

ADDED = (
    "The Courier counted the benches: the eleven on the harbour side, which were lost in the flood, have not been put "
    "back, and the park's office names no date for them."
)
COMMAND = (sys.executable, "-m", "monitor", "demo")


def environment(home: Path) -> dict[str, str]:
    """A user who has nothing yet: any file of theirs that the demo makes is found below ``home``."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "TMPDIR": str(home),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "LANG": "C.UTF-8",
        "COLUMNS": "160",
    }


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The demo from beginning to end."""
    return subprocess.run(
        [*COMMAND, *arguments], env=environment(home), cwd=home, capture_output=True, text=True, timeout=60, check=False
    )


def summary(output: str) -> dict[str, Any]:
    """What the last line says."""
    found: dict[str, Any] = json.loads(output.splitlines()[-1])["summary"]
    return found


def test_it_walks_the_whole_path_in_20_seconds_and_leaves_nothing(tmp_path: Path) -> None:
    started = time.monotonic()
    done = run(tmp_path, "--json")
    assert time.monotonic() - started < 20
    assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert summary(done.stdout) | {"expectations": 0} == {
        "ok": True, "passes": 3, "polls": 25, "sources": 9, "entries": 33, "revisions": 1, "matched": 16, "stories": 13,
        "events": 2, "alerts": 12, "listed": 4, "folded": 3, "sent": 12, "expectations": 0, "failed": [],
    }  # fmt: skip
    assert all(row["ok"] for row in rows if "expectation" in row)
    assert list(tmp_path.iterdir()) == []


def test_it_shows_what_a_reader_would_get(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.returncode == 0
    for words in (
        "First pass, 09:00", "Second pass, 09:20", "Third pass, 09:40", "13 stories",
        "2 events", "differs: +1 paragraph", "invented word counts",
        "One alert on the console", "One alert in Slack", "One alert as a mail", "Subject: Jack Ma ",
        "|Read>", "also Port Ellery Courier, Fennmark Dispatch", 'inside "Qwen3.5"', "monitor init", "monitor run",
    ):  # fmt: skip
        assert words in done.stdout
    assert done.stdout.splitlines()[-1].strip().endswith("expectations hold.")


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    """An edit of one file of the feeds."""

    def edit(data: Path) -> None:
        file = data / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    return edit


@pytest.mark.parametrize(
    ("edit", "failed"),
    [
        (replaced("0920/dispatch.xml", "visits reopened silk park", "skips reopened silk park"), "stories"),
        (lambda data: (data / "counted.json").unlink(), "two reports on one visit are one event"),
        (replaced("0920/courier.xml", ADDED, ""), "the copy that adds a paragraph"),
        (lambda data: (data / "0940" / "courier.xml").unlink(), "revisions recorded"),
        (replaced("watchlist.yaml", ", not_inside: [河马云]", ""), "河马云 is not 马云"),
    ],
    ids=["another story", "nothing counted", "nothing added", "no correction", "no longer word"],
)
def test_a_broken_expectation_is_named_and_fails(tmp_path: Path, edit: Callable[[Path], None], failed: str) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    edit(data)
    done = run(tmp_path, "--json", "--data", str(data))
    assert done.returncode == 1
    assert summary(done.stdout)["ok"] is False
    assert failed in summary(done.stdout)["failed"]


def test_it_serves_the_page_until_it_is_stopped(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "--serve", "--json"], env=environment(tmp_path), cwd=tmp_path,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        try:
            said = process.stderr.readline()
            address = said.partition("morning: ")[2].partition(" ")[0]
            assert address.startswith("http://127.0.0.1:"), said
            with urllib.request.urlopen(address, timeout=10) as answer:
                page = answer.read().decode()
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=10) == 0
        finally:
            process.kill()
    assert "7 of 9" in page
    assert "馬雲" in page
    assert list(tmp_path.iterdir()) == []
