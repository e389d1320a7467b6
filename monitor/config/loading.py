"""Both files and the environment to what the monitor works with, with all mistakes at once."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from monitor.config.complaints import FormReader
from monitor.config.crosschecks import cross_check
from monitor.config.document import Document, Fault, Way, read_document
from monitor.config.findings import SECRET_WORDS, Findings, Shown
from monitor.config.grammar import WatchlistForm
from monitor.config.places import files
from monitor.config.settings import LATER_SETTINGS, SettingsForm, read_settings, shown_setting
from monitor.config.variables import resolve
from monitor.config.watchlist import read_wishes, shown_wish
from monitor.config.words import LATER, keys_of
from monitor.errors import ConfigError
from monitor.limits import CONFIG_CAP
from monitor.model import Finding, Secret, Settings, Watchlist

KEYS = keys_of(WatchlistForm) | keys_of(SettingsForm)
"""What a message may name also where it may show no values."""


@dataclass(frozen=True)
class Loaded:
    """A configuration as read, whether it can be used or not."""

    watchlist: Watchlist | None
    """None when there is any error in it."""
    settings: Settings | None
    """None when there is any error in them."""
    findings: tuple[Finding, ...]
    path: Path
    """The watchlist file."""
    text: str = field(repr=False)
    """The watchlist as read, with the secrets that stand in it."""
    digest: str
    """sha256 of the texts of watchlist and settings, in hexadecimal: another one means an edit."""
    positions: Mapping[tuple[str, ...], tuple[int, int]] = field(repr=False)
    """Line and column, from 1, of each key and list item of the watchlist: ``("channels", "pr-slack")``."""

    hidden: Mapping[str, Secret] = field(default_factory=dict, repr=False)
    """What variables were replaced with, by name: no message may show it."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep the configuration from being used."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def masked(self) -> str:
        """The watchlist with ``***`` for every secret that stands in it, and without its comments: fit to be stored."""
        return findings_of(self).masked()


def load(path: Path, environ: Mapping[str, str]) -> Loaded:
    """Reads a configuration that :func:`monitor.config.places.locate` found.

    Whatever the files say becomes findings, never an error.

    Raises:
        ConfigError: the watchlist is not there or cannot be read as a file.
    """
    watchlist_file, settings_file = files(path)
    document = _document(watchlist_file)
    wishes = _reader(document, shown_wish, environ)
    watchlist: Watchlist | None = None
    if not document.broken:
        watchlist, wanted = read_wishes(wishes, environ)
        cross_check(watchlist, wanted, wishes)
        _warn_of_open_secrets(watchlist_file, watchlist, wishes)
    settings, settings_text, settings_found = _settings(settings_file, environ)
    found = (*_sorted(wishes.into.found), *settings_found)
    bad = any(finding.severity == "error" for finding in wishes.into.found)
    return Loaded(
        watchlist=None if bad else watchlist,
        settings=settings,
        findings=found,
        path=watchlist_file,
        text=document.text,
        digest=hashlib.sha256(f"{document.text}\0{settings_text}".encode("utf-8", "surrogatepass")).hexdigest(),
        positions=document.positions,
        hidden={name: Secret(value) for name, value in wishes.resolved.values.items()},
    )


def findings_of(loaded: Loaded) -> Findings:
    """A fresh collection for further findings about the watchlist of ``loaded``."""
    values = {name: secret.reveal() for name, secret in loaded.hidden.items()}
    return Findings(read_document(display(loaded.path), loaded.text), shown_wish, values, KEYS)


def display(path: Path) -> str:
    """A path as short as it can be named from here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def _settings(path: Path, environ: Mapping[str, str]) -> tuple[Settings | None, str, tuple[Finding, ...]]:
    document = _document(path) if path.exists() else Document(display(path), "")
    reader = _reader(document, shown_setting, environ)
    reader = replace(reader, later=LATER_SETTINGS)
    settings = None if document.broken else read_settings(reader, environ)
    found = _sorted(reader.into.found)
    bad = any(finding.severity == "error" for finding in found)
    return None if bad else settings, document.text, found


def _reader(document: Document, shown: Shown, environ: Mapping[str, str]) -> FormReader:
    resolved = resolve(document, environ)
    into = Findings(document, shown, resolved.values, KEYS)
    into.faults()
    for way in resolved.wrong:
        message = "${ begins a variable here: ${NAME} or ${NAME:-default}; a plain ${ is written $${"
        into.error(way, message, value=True)
    for way, names in resolved.unset.items():
        # Those of channels are the channels' own: an optional one is merely off.
        if way[:1] != ("channels",):
            into.error(way, f"the environment variable {' and '.join(names)} is not set", value=True)
    return FormReader(resolved, into, LATER)


def _sorted(found: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: (finding.line == 0, finding.line, finding.column)))


def _document(path: Path) -> Document:
    """The tree of a file. Not UTF-8 or too long is a fault of its content, not an error.

    Raises:
        ConfigError: there is no such file, it cannot be read, or it is a folder, pipe or device.
    """
    raw = _read(path)
    if len(raw) > CONFIG_CAP:
        return _unread(path, "", Fault(0, 0, f"larger than {CONFIG_CAP // 1024} KiB, which no watchlist needs"))
    try:
        return read_document(display(path), raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        text = raw.decode("utf-8", "replace")
        at = len(raw[: error.start].decode("utf-8", "replace"))
        return _unread(path, text, Fault(at, at + 1, "not UTF-8 from here on; save the file as UTF-8"))


def _unread(path: Path, text: str, fault: Fault) -> Document:
    return Document(display(path), text, None, (fault,), broken=True)


def _read(path: Path) -> bytes:
    try:
        # Not to wait for a pipe's writer.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise ConfigError(f"{display(path)} cannot be read: {error.strerror}") from None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ConfigError(f"{display(path)} is not a file that can be read")
        return file.read(CONFIG_CAP + 1)


def _warn_of_open_secrets(path: Path, watchlist: Watchlist, reader: FormReader) -> None:
    """Warns of secrets that stand in a file which others on the machine may read."""
    if not path.stat().st_mode & 0o077:
        return
    for subject, way in _secret_places(watchlist, reader):
        _, node, whole = reader.into.document.find(way)
        if whole and node is not None and "${" not in node.text and node.kind == "scalar":
            message = f"{subject}: a secret stands here, and others on this machine may read the file"
            reader.into.add("warning", way, message, "chmod 600, or write ${NAME} and set it outside", value=True)


def _secret_places(watchlist: Watchlist, reader: FormReader) -> Iterator[tuple[str, Way]]:
    """Where secrets may stand, each with whose it is."""
    for channel in watchlist.channels:
        secret = {"slack": ("slack",), "apprise": ("apprise",), "email": ("email", "password")}.get(channel.kind, ())
        if secret:
            yield f'channel "{channel.name}"', ("channels", channel.name, *secret)
    for source in watchlist.sources:
        subject, way = f'source "{source.name}"', ("sources", source.name)
        for below in (("auth",), ("auth", "password"), ("auth", "token")):
            yield subject, (*way, *below)
        if "@" in str(reader.value((*way, "proxy"))):
            yield subject, (*way, "proxy")
        headers = reader.value((*way, "headers"))
        for name in headers if isinstance(headers, dict) else ():
            # Most other headers (Accept-Language) are none.
            if SECRET_WORDS.search(name):
                yield subject, (*way, "headers", name)
