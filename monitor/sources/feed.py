"""The kind ``feed``: RSS 0.9x to 2.0, RDF, Atom and JSON Feed at one address."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model import Document, Parsed, ParseFailure, Request

_BOMS = (b"\xef\xbb\xbf",)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, read whole at every poll. It has no options beyond ``url``."""

    def requests(self, url: str, etag: str | None, last_modified: str | None, memory: str) -> tuple[Request, ...]:
        """One conditional request."""
        return (Request(url, etag, last_modified),)

    @staticmethod
    def parse(document: Document, memory: str) -> Parsed | ParseFailure:
        """The entries of a feed but those that ``memory`` knows by their bytes, or why there are none to read."""
        # Imported here, so in the workers only: feedparser costs 0.1 s and 15 MB.
        from monitor.sources import jsonfeed, syndication

        if looks_like_json(document.body):
            return jsonfeed.parse(document, memory)
        return syndication.parse(document, memory)


def looks_like_json(body: bytes) -> bool:
    """Whether a body starts as JSON does; no XML or HTML can."""
    start = body[:1024]
    for bom in _BOMS:
        start = start.removeprefix(bom)
    return start.lstrip()[:1] in (b"{", b"[")
