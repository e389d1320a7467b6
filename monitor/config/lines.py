"""The one-line query of a condition, with every fault at its character of the file."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.analysis.query.language import QueryFault, parse
from monitor.config.complaints import FormReader
from monitor.config.document import Document, Way
from monitor.config.document import Node as Scalar
from monitor.model import Node

AROUND = 20
"""Characters of a query that are shown before and behind a fault without a place of its own."""


def read_line(text: str, way: Way, subject: str, reader: FormReader, names: Mapping[str, Node]) -> Node | None:
    """The tree of the query at ``way``; None after complaining of its fault.

    Args:
        text: the query, with its variables filled in.
        way: where it stands.
        subject: begins the message.
        reader: of the file, which hears of the fault.
        names: what ``use:NAME`` may name, with its meaning.
    """
    found = parse(text, fragments=names)
    if not isinstance(found, QueryFault):
        return found
    document = reader.into.document
    _, scalar, whole = document.find(way)
    if not whole or scalar is None or scalar.text != text:
        # The fault may repeat a part of what a variable holds.
        message = f"{subject}: this is no query when its variables are filled in"
        reader.into.error(way, message, "try it with what they hold in their place", value=True)
        return None
    places = _places(document, scalar)
    message = f"{subject}: {_within_a_sentence(found.message)}"
    if places is None:
        message = f"{message} (at {_around(text, found)})"
        reader.into.error(way, message, found.hint, value=True)
        return None
    start = places[min(found.start, len(text))]
    end = places[min(max(found.end, found.start), len(text))]
    reader.into.add_span("error", start, max(end, start + 1), message, found.hint)
    return None


def written_at(document: Document, way: Way, piece: str) -> tuple[int, int]:
    """Start and end of a piece of the query at ``way``; of the whole value, where that is not plain."""
    _, scalar, whole = document.find(way)
    at = scalar.text.find(piece) if scalar is not None else -1
    places = _places(document, scalar) if whole and scalar is not None and at >= 0 else None
    return (places[at], places[at + len(piece)]) if places is not None else document.span(way, value=True)


def _around(text: str, fault: QueryFault) -> str:
    """The faulty piece in quotes, with some of what stands around it: one that has no place of its own in the file."""
    before = text[max(0, fault.start - AROUND) : fault.start]
    behind = text[fault.start : fault.start + AROUND]
    start, end = "…" * (fault.start > AROUND), "…" * (len(text) > fault.start + AROUND)
    return f'"{start}{" ".join((before + behind).split())}{end}"'


def _within_a_sentence(text: str) -> str:
    """A sentence without its full stop, and with a small letter at its head where that is no word in capitals."""
    head = text[:1].lower() if not text[1:2].isupper() else text[:1]
    return head + text[1:].removesuffix(".")


def _places(document: Document, scalar: Scalar) -> list[int] | None:
    """Where each character of a scalar stands in the file, and at last where it ends; None where that is not plain:
    over several lines, or with escapes other than of quotes and backslashes."""
    written = document.text[scalar.start : scalar.end]
    mark = written[:1]
    if mark not in ("'", '"'):
        return list(range(scalar.start, scalar.end + 1)) if written == scalar.text else None
    places, characters = [], []
    at, last = 1, len(written) - 1
    while at < last:
        places.append(scalar.start + at)
        escaped = written[at : at + 2] in (("''",) if mark == "'" else ('\\"', "\\\\"))
        at += escaped
        characters.append(written[at])
        at += 1
    places.append(scalar.start + last)
    return places if "".join(characters) == scalar.text else None
