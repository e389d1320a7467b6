"""Where the entries of an XML feed stand among its bytes, if that can be said without any doubt."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from monitor.limits import DEPTH_CAP

_ROOTS: Final = {"rss": (2, "item"), "rdf": (1, "item"), "feed": (1, "entry")}
"""Root element to the depth of the element that holds the entries, and to the entries' name."""
_START: Final = re.compile(rb"<\w")
_DECLARATIONS: Final = re.compile(rb"<!(DOCTYPE|ENTITY)")
_TAG: Final = re.compile(rb"<(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>")


class TooDeep(Exception):
    """Elements of the document are nested deeper than ``DEPTH_CAP``."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Byte ranges of the entries of a document, in their order, and of what holds them."""

    frame: str
    """Hash of the start tags that the entries stand in."""
    entries: tuple[tuple[int, int], ...]
    """From the first byte of the start tag to behind the end tag."""
    level: int
    """How deep the element is nested that holds them: 1 is the root."""

    def keeping(self, data: bytes, kept: Collection[int]) -> tuple[bytes, Outline]:
        """``data`` with the entries at the positions ``kept`` alone, and its outline."""
        pieces: list[bytes] = []
        entries: list[tuple[int, int]] = []
        copied = length = 0
        for position, (start, end) in enumerate(self.entries):
            # what stands between entries is kept in any case
            pieces.append(data[copied : end if position in kept else start])
            length += len(pieces[-1])
            if position in kept:
                entries.append((length - (end - start), length))
            copied = end
        pieces.append(data[copied:])
        return b"".join(pieces), Outline(self.frame, tuple(entries), self.level)


def outline(data: bytes) -> Outline | None:
    """The outline of an RSS, RDF or Atom document in UTF-8; None where it is not well-formed, or there is any doubt:
    declarations of entities, anything but entries behind the first of them, ``xml:base`` there, entries in entries.

    Raises:
        TooDeep: it is nested deeper than ``DEPTH_CAP``.
    """
    root = _START.search(data)
    # feedparser rewrites a DOCTYPE, and entities declared there may stand for markup
    if root is None or _DECLARATIONS.search(data, 0, root.start()):
        return None
    surveyor = _Surveyor(data)
    parser = expat.ParserCreate("utf-8", " ")
    surveyor.attach(parser)
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        return None
    return surveyor.found()


class _Surveyor:
    """Listens to expat, which reads about 200 MB a second so (lab)."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._depth = self._level = 0
        self._noun = ""
        self._space: str | None = None
        self._doubt = False
        self._frame: list[int] = []
        self._entries: list[tuple[int, int]] = []
        self._parser: expat.XMLParserType

    def attach(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._stop

    def found(self) -> Outline | None:
        if self._doubt or not self._entries:
            return None
        tags = (_TAG.match(self._data, at) for at in self._frame)
        frame = b"\n".join(tag[0] for tag in tags if tag)
        return Outline(hashlib.sha256(frame).hexdigest()[:16], tuple(self._entries), self._level)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH_CAP:
            raise TooDeep
        if self._doubt:
            return
        if self._depth > self._level + 1 and self._level:
            # the insides: of entries only, for nothing else follows the first of them
            self._doubt = bool(self._entries) and name.rpartition(" ")[2].lower() in ("item", "entry")
            return
        space, _, local = name.rpartition(" ")
        local = local.lower()
        if self._depth <= self._level or not self._level:
            self._doubt = not self._framed(local)
        elif local == self._noun and self._space in (None, space):
            self._space = space
            self._entries.append((self._parser.CurrentByteIndex, 0))
        else:
            self._doubt = bool(self._entries) or local in ("item", "entry")

    def _framed(self, local: str) -> bool:
        """Whether an element is the root of a feed, or the one channel in it."""
        if not self._level:
            self._level, self._noun = _ROOTS.get(local, (0, ""))
        elif local != "channel" or len(self._frame) > 1:
            return False
        self._frame.append(self._parser.CurrentByteIndex)
        return bool(self._level)

    def _stop(self, name: str) -> None:
        if self._depth == self._level + 1 and self._entries and not self._doubt:
            start, at = self._entries[-1][0], self._parser.CurrentByteIndex
            tag = _TAG.match(self._data, start)
            # an empty entry ends with its start tag; nobody writes one, so nobody needs it pruned
            self._doubt = tag is None or (tag.end() == at and tag[0].endswith(b"/>"))
            self._entries[-1] = (start, self._data.find(b">", at) + 1)
        self._depth -= 1
