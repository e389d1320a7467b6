"""The log of the commands: one line an event, nothing forged, and reasons of failed sends still told."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator

import pytest
import structlog

from monitor.alerts.deliver import send
from monitor.cli import logs
from monitor.model import Channel, Message, NotSent, Secret


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_feed_text_cannot_forge_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.apply(logging.INFO, as_json=False)
    structlog.get_logger().info("poll", source="A\n2026-01-01T00:00:00Z error   forged\x1b[2J", outcome="new")
    (line,) = capsys.readouterr().err.splitlines()
    assert "\\n2026" in line
    assert "\\x1b" in line
    assert line.endswith("outcome=new")


def test_json_lines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    logs.apply(logging.INFO, as_json=True)
    structlog.get_logger().warning("deliver", error="ünicode\n")
    row = json.loads(capsys.readouterr().err)
    assert (row["event"], row["level"], row["error"]) == ("deliver", "warning", "ünicode\n")


def test_an_exception_keeps_its_trace(capsys: pytest.CaptureFixture[str]) -> None:
    logs.apply(logging.INFO, as_json=False)
    structlog.get_logger().error("work_failed", exc_info=ValueError("x"))
    assert "ValueError: x" in capsys.readouterr().err


def test_the_log_does_not_swallow_why_a_message_was_not_sent() -> None:
    logs.apply(logging.WARNING, as_json=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    channel = Channel("mail", "email", {"smtp": Secret(f"127.0.0.1:{port}"), "to": Secret("a@example.org")})
    result = send(channel, Message("t", "<p>b</p>", "html", "b"))
    assert isinstance(result, NotSent)
    assert "refused" in result.reason
