"""What the acceptance tests talk to: real loopback services, and the installed command as a process of its own."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller

from monitor.cli.app import COMMANDS
from tests import warm

COMMAND = (sys.executable, "-m", "monitor")
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PATIENCE = 60.0
"""Seconds for one command or one event: a tenth on an idle machine, but the machine may be busy."""
_started: set[str] = set()
"""The modules of commands that have been started from nothing."""
TOKENS = "TAAAAAAAA/BBBBBBBBB/cccccccccccccccccccccccc"


def after(minutes: float) -> datetime:
    """So many minutes after the first poll of a test."""
    return NOW + timedelta(minutes=minutes)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def feed(*entries: tuple[str, str], title: str = "The Courier") -> bytes:
    """An RSS document of (name, headline), the newest first; a name makes the address and the id."""
    items = "".join(
        f"<item><title>{escape(headline)}</title><link>https://courier.example/2026/{name}</link>"
        f"<guid>{name}</guid><description>More on that: {escape(headline)}.</description></item>"
        for name, headline in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>{title}</title><link>https://courier.example/</link>{items}</channel></rss>"
    ).encode()


@dataclass(frozen=True)
class Asked:
    """One request that a publisher answered."""

    path: str
    status: int
    etag: str | None
    """The validator that was sent along."""


class _Server:
    """A threaded web server on a free port; each request goes to :meth:`answer`."""

    def __init__(self) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.answer(self)

            def do_POST(self) -> None:
                outer.answer(self)

            def log_message(self, format: str, *args: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        raise NotImplementedError

    def stop(self) -> None:
        """Listen no more: from now on the connection is refused."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread.is_alive():
            self.stop()


def _reply(handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: Mapping[str, str]) -> None:
    try:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        if status != 304:
            handler.send_header("Content-Length", str(len(body)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(body)
    except OSError:
        pass  # who asked was killed meanwhile
    handler.close_connection = True


class Publisher(_Server):
    """Serves documents that a test changes, with ETag and 304, and keeps a log of who asked for what."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | int] = {}
        """Path to its document, or to the status of an answer without one."""
        self.types: dict[str, str] = {}
        self.log: list[Asked] = []
        self.hanging: set[str] = set()
        """Paths that are answered only after :attr:`released` is set."""
        self.released = threading.Event()
        super().__init__()

    def url(self, path: str = "/feed") -> str:
        """The address of a document."""
        return f"http://127.0.0.1:{self.port}{path}"

    def publish(self, *entries: tuple[str, str], path: str = "/feed") -> None:
        """Let a feed of these entries stand at ``path``."""
        self.pages[path] = feed(*entries)

    def asked(self, path: str = "/feed") -> list[Asked]:
        """The requests for one document so far."""
        return [one for one in self.log if one.path == path]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer with what stands at the path now."""
        path, sent = handler.path, handler.headers["If-None-Match"]
        page = self.pages.get(path, 404)
        if path in self.hanging:
            self.log.append(Asked(path, 0, sent))
            self.released.wait(PATIENCE)
            handler.close_connection = True
            return
        if isinstance(page, int):
            self.log.append(Asked(path, page, sent))
            _reply(handler, page, b"", {})
            return
        etag = f'"{hashlib.sha256(page).hexdigest()[:16]}"'
        status = 304 if sent == etag else 200
        self.log.append(Asked(path, status, sent))
        _reply(
            handler, status, page if status == 200 else b"",
            {"ETag": etag, "Content-Type": self.types.get(path, "application/rss+xml; charset=utf-8")},
        )  # fmt: skip


class Hook(_Server):
    """A webhook that takes every post and keeps it; also an address for heartbeats (GET)."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.beats = 0
        self.hanging = False
        self.pause = 0.0
        """Seconds between taking a post and saying so."""
        self.released = threading.Event()
        super().__init__()

    @property
    def slack(self) -> str:
        """Its address as a ``slack`` channel takes it."""
        return f"http://127.0.0.1:{self.port}/services/{TOKENS}"

    def texts(self) -> list[str]:
        """The message of each post."""
        return [json.loads(body)["text"] for body in self.bodies]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Keep the post."""
        if handler.command == "GET":
            self.beats += 1
        else:
            self.bodies.append(handler.rfile.read(int(handler.headers["Content-Length"])))
        if self.hanging or self.pause:
            self.released.wait(PATIENCE if self.hanging else self.pause)
        _reply(handler, 200, b"ok", {})


class Mail:
    """A mail server that takes everything and keeps it."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        # the controller proves that it listens by a connection to the port it was given, so 0 will not do
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        """Keep the mail (the name is aiosmtpd's)."""
        message = message_from_bytes(envelope.original_content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"

    @property
    def smtp(self) -> str:
        """Its address as an ``email`` channel takes it."""
        return f"127.0.0.1:{self._controller.port}"

    def bodies(self) -> list[tuple[str, bytes]]:
        """Subject and text of each mail, as the sender gave them."""
        found = []
        for message in self.messages:
            parts = [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]
            found.append((str(message["Subject"]), b"\0".join(p for p in parts if isinstance(p, bytes))))
        return found

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()


@dataclass
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What ``--json`` printed."""
        return [json.loads(line) for line in self.out.splitlines()]


Config = str | Mapping[str, object]


@dataclass
class Home:
    """A user with a home of their own: nothing of the machine's configuration is seen, nothing is left behind."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        """The folder of watchlist and settings."""
        return self.folder / "config"

    @property
    def database(self) -> Path:
        """The database where it is by default."""
        return self.folder / "state" / "coverage-monitor" / "monitor.sqlite3"

    def write(self, watchlist: Config, settings: Config | None = None) -> None:
        """Write the watchlist and the settings; a mapping is written as JSON, which is YAML too."""
        self.config.mkdir(parents=True, exist_ok=True)
        for name, text in (("watchlist.yaml", watchlist), ("settings.yaml", settings)):
            if text is not None:
                shown = text if isinstance(text, str) else json.dumps(text, ensure_ascii=False, indent=1)
                (self.config / name).write_text(shown, "utf-8")

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """What the command sees."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder / "xdg"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "TMPDIR": str(self.folder),
            **warm.LANGUAGE,
            **({"MONITOR_CONFIG": str(self.config)} if self.config.exists() else {}),
            **self.environ,
            **extra,
        }

    def run(
        self, *arguments: str, now: datetime | None = None, expect: int | None = 0,
        preexec: Callable[[], None] | None = None, seconds: float = PATIENCE, bent: warm.Bent | None = None,
        file_size: int | None = None, **environ: str,
    ) -> Done:  # fmt: skip
        """Run a command to its end; fails where its exit code is not ``expect`` (None: any) within ``seconds``.

        ``bent``: constants that have other values; ``file_size``: bytes that a file may have, as on a full disk.
        """
        if now is not None:
            environ["MONITOR_NOW"] = now.isoformat()
        self.folder.mkdir(parents=True, exist_ok=True)
        made_to_fit = bent is not None or file_size is not None
        if preexec or (not made_to_fit and self._is_cold(arguments)):
            ended = subprocess.run(
                [*COMMAND, *arguments], env=self.environment(environ), cwd=self.folder, capture_output=True,
                text=True, timeout=seconds, check=False, preexec_fn=preexec,
            )  # fmt: skip
            done = Done(ended.returncode, ended.stdout, ended.stderr)
        else:
            done = self._run_warm(arguments, environ, seconds, bent, file_size)
        assert expect is None or done.code == expect, (arguments, done)
        assert "Traceback" not in done.err, done.err
        return done

    @staticmethod
    def _is_cold(arguments: Sequence[str]) -> bool:
        """Whether to start from nothing, with every import: the first command of each module does."""
        module = next((COMMANDS[word] for word in arguments if word in COMMANDS), "")
        known = module in _started
        _started.add(module)
        return not known

    def _run_warm(
        self, arguments: Sequence[str], environ: Mapping[str, str], seconds: float,
        bent: warm.Bent | None, file_size: int | None,
    ) -> Done:  # fmt: skip
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        with open(out, encoding="utf-8") as stdout, open(err, encoding="utf-8") as stderr:
            try:
                process = warm.start(
                    arguments, self.environment(environ), self.folder, out_end, err_end, bent=bent, file_size=file_size
                )
            finally:
                os.close(out_end)
                os.close(err_end)
            with ThreadPoolExecutor(2) as threads:
                said = [threads.submit(stream.read) for stream in (stdout, stderr)]
                try:
                    code = process.wait(seconds)
                finally:
                    process.kill()
                return Done(code, *(one.result(PATIENCE) for one in said))

    def json(self, *arguments: str, now: datetime | None = None, expect: int | None = 0) -> list[dict[str, Any]]:
        """The rows of a command that prints JSON Lines."""
        return self.run(*arguments, "--json", now=now, expect=expect).rows

    @contextmanager
    def running(
        self, *arguments: str, now: datetime | None = None, cold: bool = False, **environ: str
    ) -> Iterator[Running]:
        """A command that runs until it is stopped; killed at the end where it still runs.

        ``cold``: it is started from nothing in any case, and is a child of this process.
        """
        if now is not None:
            environ["MONITOR_NOW"] = now.isoformat()
        self.folder.mkdir(parents=True, exist_ok=True)
        number = len(list(self.folder.glob("run-*.out")))
        out, err = self.folder / f"run-{number}.out", self.folder / f"run-{number}.err"
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process: warm.Process
            if self._is_cold(arguments) or cold:
                process = subprocess.Popen(
                    [*COMMAND, *arguments], env=self.environment(environ), cwd=self.folder, stdout=stdout, stderr=stderr
                )
            else:
                process = warm.start(
                    arguments, self.environment(environ), self.folder, stdout.fileno(), stderr.fileno()
                )
        try:
            yield Running(process, out, err, time.monotonic())
        finally:
            process.kill()
            process.wait()

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database says; nothing of the monitor is between."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            return connection.execute(statement, values).fetchall()


@dataclass
class Running:
    """A command that runs."""

    process: warm.Process
    out_file: Path
    err_file: Path
    started: float

    @property
    def out(self) -> str:
        """Its stdout so far."""
        return self.out_file.read_text("utf-8")

    @property
    def err(self) -> str:
        """Its stderr so far."""
        return self.err_file.read_text("utf-8")

    def wait_for(self, what: str | Callable[[], object], *, seconds: float = PATIENCE) -> float:
        """Wait until stdout or stderr holds a text, or until something is true; returns how long that took."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            ended = self.process.poll()
            true = what in self.out + self.err if isinstance(what, str) else what()
            if true:
                return time.monotonic() - began
            assert ended is None, f"it ended with {ended}:\n{self.out}\n{self.err}"
            time.sleep(0.02)
        raise AssertionError(f"waited {seconds:.0f} s for {what!r}:\n{self.out}\n{self.err}")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Send a signal and wait for the end; returns the exit code and the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(timeout=PATIENCE)
        return code, time.monotonic() - began


def watchlist(
    sources: Mapping[str, str], channels: Mapping[str, object] | None = None, *, to: Sequence[str] = ("console",),
    phrases: Sequence[str] = ("Jack Ma",), **source: object,
) -> dict[str, object]:  # fmt: skip
    """A watchlist with the topic Jack Ma, which goes to the channels ``to``."""
    return {
        "timezone": "Europe/London",
        "topics": {"Jack Ma": {"any": list(phrases), "channels": list(to)}},
        "sources": {name: {"url": url, **source} for name, url in sources.items()},
        "channels": {"console": {}, **(channels or {})},
    }


def settings(*publishers: Publisher, **more: object) -> dict[str, object]:
    """Settings under which these publishers may be read; the page is off."""
    allowed = [f"127.0.0.1:{publisher.port}" for publisher in publishers]
    return {"fetch": {"allow_private": allowed}, "web": {"listen": "off"}, **more}
