"""Where news comes from: the table of kinds. A new kind is one file in this folder and its line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Protocol

from monitor.model import Document, Parsed, ParseFailure, Request
from monitor.sources.feed import Feed


class Kind(Protocol):
    """What a kind of source can do. Its fields are its options in the watchlist, its docstring their help."""

    def requests(
        self, url: str, etag: str | None, last_modified: str | None, memory: str
    ) -> tuple[Request, ...]:  # pragma: no cover - a protocol
        """What to ask for at a poll, given what the last one left."""
        ...

    @staticmethod
    def parse(document: Document, memory: str) -> Parsed | ParseFailure:  # pragma: no cover - a protocol
        """What one document says; runs in a worker, on bytes that nobody vouches for."""
        ...


KINDS: Final[Mapping[str, type[Kind]]] = MappingProxyType({"feed": Feed})
"""Name in the watchlist to class."""

PRELOAD: Final = ("monitor.sources.syndication", "monitor.sources.jsonfeed")
"""Modules that a worker imports before its first document; nobody else imports them."""

__all__ = ["KINDS", "PRELOAD", "Feed", "Kind"]
