"""What a feed's last document held, in 64 KiB: enough to pass over an entry whose very bytes were read before."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from monitor.limits import ENTRIES_CAP, MEMORY_CAP
from monitor.model import ParsedEntry, Rejected

VERSION: Final = 1
_ENTRY: Final = 8
"""Bytes of the hash of an entry's bytes: among 2,000 entries, two are mistaken for each other once in 10^13 polls."""
_KEY: Final = 4
"""Bytes of the hash of an entry's key: a mistake costs no more than reading the document whole."""
_TITLES: Final = 12
"""Titles kept, of at most ``_TITLE`` characters: a publisher's name behind headlines is told by four of them."""
_TITLE: Final = 200
_IDENTITY: Final = 512
_NAMELESS: Final = bytes(_KEY)


@dataclass(frozen=True, slots=True)
class Memory:
    """The entries of a document. Two documents may be compared when ``frame`` and ``state`` are equal."""

    frame: str = ""
    """Hash of what the entries stand in."""
    state: str = ""
    """Hash of the reader's state before every entry."""
    entries: Mapping[bytes, bytes] = field(default_factory=dict)
    """Hash of an entry's bytes to the hash of its key, in the order of the document."""
    titles: tuple[str, ...] = ()
    """Some titles."""

    def dumped(self) -> str:
        """As JSON of at most ``MEMORY_CAP`` bytes; what does not fit is left out, the last entries first."""
        bare = self._dumped(b"")
        packed = b"".join(entry + key for entry, key in list(self.entries.items())[:ENTRIES_CAP])
        room = (MEMORY_CAP - len(bare)) // 4 * 3
        return self._dumped(packed[: max(0, room // (_ENTRY + _KEY)) * (_ENTRY + _KEY)])

    def _dumped(self, packed: bytes) -> str:
        titles = [title for title in self.titles if len(title) <= _TITLE][:_TITLES]
        text = base64.b64encode(packed).decode("ascii")
        # ASCII, so that characters are bytes
        return json.dumps(
            {"v": VERSION, "frame": self.frame, "state": self.state, "entries": text, "titles": titles},
            separators=(",", ":"),
        )


def load(text: str) -> Memory:
    """The memory in a text of :meth:`Memory.dumped`; an empty one for any other text."""
    if not text or len(text) > MEMORY_CAP:
        return Memory()
    try:
        found = json.loads(text)
        return _loaded(found) if isinstance(found, dict) and found.get("v") == VERSION else Memory()
    except (ValueError, RecursionError):
        return Memory()


def _loaded(found: Mapping[str, object]) -> Memory:
    frame, state, packed, titles = (found.get(name) for name in ("frame", "state", "entries", "titles"))
    if not (isinstance(frame, str) and isinstance(state, str) and isinstance(packed, str)):
        return Memory()
    if not (isinstance(titles, list) and all(isinstance(title, str) for title in titles)):
        return Memory()
    raw, width = base64.b64decode(packed, validate=True), _ENTRY + _KEY
    if len(raw) % width:
        return Memory()
    pairs = (raw[at : at + width] for at in range(0, len(raw), width))
    return Memory(frame, state, {pair[:_ENTRY]: pair[_ENTRY:] for pair in pairs}, tuple(titles))


def entry_hash(content: bytes) -> bytes:
    """What an entry is known by: its bytes."""
    return hashlib.sha256(content).digest()[:_ENTRY]


def remembered(
    frame: str, state: str, hashes: Sequence[bytes], made: Mapping[bytes, ParsedEntry | Rejected], before: Memory
) -> Memory | None:
    """The memory of a document, whose entries are ``hashes``: those in ``made`` were read, those in ``before`` not.

    None if one that was read shares its key with one that was not. Such are told apart by their whole company
    (:func:`monitor.analysis.normalise.normalise`), so none of it may be missing.
    """
    keys = {one: _key(what) for one, what in made.items()}
    passed = {one: before.entries[one] for one in hashes if one not in keys}
    if (set(keys.values()) & set(passed.values())) - {_NAMELESS}:
        return None
    titles = (what.title for what in made.values() if isinstance(what, ParsedEntry) and what.title)
    both = keys | passed
    return Memory(frame, state, {one: both[one] for one in hashes}, tuple(dict.fromkeys((*titles, *before.titles))))


def _key(what: ParsedEntry | Rejected) -> bytes:
    """Equal for any two whose id, or else address, or else text are equal once they are cleaned: only what is printed
    counts, and of that the first 512 characters. That some more are equal does no harm."""
    if isinstance(what, Rejected):
        return _NAMELESS
    called = what.id or what.url or what.title + what.teaser + what.text
    letters = "".join(islice((c for c in called if c.isprintable() and c != " "), _IDENTITY))
    return hashlib.sha256(letters.encode("utf-8", "replace")).digest()[:_KEY]
