"""YAML as a tree that knows where everything stands.

The tree is built from ruamel.yaml's events rather than from its loaded objects: every scalar stays
the text that the user wrote (``NO``, ``1.10`` and ``2024`` are names and phrases here), all duplicate
keys are found at once, and aliases and depth are bounded while reading. The parser is pure Python and
reads 200 KiB a second, so one pass matters.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from monitor.limits import ALIAS_CAP

DEPTH_CAP = 32
"""Levels of nesting; the grammar needs 8, and a tower of brackets ends here instead of at Python's stack."""
EXPANDED_CAP = 20_000
"""Nodes that aliases may repeat in all: 64 aliases that name one another can stand for billions."""

Way = tuple[str, ...]
"""Where something stands: the keys and list positions that lead to it."""


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar, list or mapping with its place, in characters from the start of the text."""

    kind: Literal["scalar", "list", "map"]
    start: int
    end: int
    text: str = ""
    empty: bool = False
    """A scalar with nothing written, ``~`` or ``null``."""
    items: tuple[Node, ...] = ()
    entries: tuple[tuple[Node, Node], ...] = ()
    dropped: tuple[tuple[Node, Node], ...] = ()
    """Entries that cannot be used: a key that stands twice, or is no text. They are complained of, and never shown
    where others beside them are not."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake in the YAML itself, at a place in the text."""

    start: int
    end: int
    message: str
    hint: str = ""


@dataclass(frozen=True)
class Document:
    """A configuration file as read: its text, its tree (None where it is empty or broken) and its faults."""

    file: str
    text: str
    root: Node | None = None
    faults: tuple[Fault, ...] = ()
    broken: bool = False
    """The YAML could not be read to its end."""

    @cached_property
    def line_starts(self) -> list[int]:
        """Index of the first character of each line."""
        return [0, *(found.end() for found in re.finditer(r"\r\n|\n|\r", self.text))]

    def position(self, index: int) -> tuple[int, int]:
        """Line and column, both from 1, of a character."""
        line = bisect_right(self.line_starts, index)
        return line, index - self.line_starts[line - 1] + 1

    def line(self, number: int) -> tuple[int, str]:
        """Index of the first character of a line, and the line without its end."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return start, self.text[start:end].rstrip("\r\n")

    @cached_property
    def places(self) -> dict[Way, tuple[Node | None, Node]]:
        """Every node with its key (None in lists and at the top), by the way to it, in the order of the file."""
        return {} if self.root is None else dict(_walk((), None, self.root))

    @cached_property
    def dropped(self) -> list[tuple[Way, tuple[Node | None, Node]]]:
        """As ``places``, of all that is below the entries which cannot be used."""
        return [] if self.root is None else list(_dropped((), self.root))

    @cached_property
    def positions(self) -> dict[Way, tuple[int, int]]:
        """Line and column of each key and list item."""
        return {way: self.position((key or node).start) for way, (key, node) in self.places.items() if way}

    def find(self, way: Way) -> tuple[Node | None, Node | None, bool]:
        """Key and node at ``way``, and whether it was found whole.

        Steps that the file does not have are passed over: they come from a short form
        (``Qwen3: [...]`` stands for ``Qwen3: {any: [...]}``) or name a missing key.
        """
        found: Way = ()
        for step in way:
            if (*found, step) in self.places:
                found = (*found, step)
        key, node = self.places.get(found, (None, None))
        return key, node, found == way

    def span(self, way: Way, *, value: bool = False) -> tuple[int, int]:
        """Start and end of what is written at ``way``: the key, or with ``value`` what follows it."""
        key, node, _ = self.find(way)
        if node is None:
            return 0, 0
        if value and node.kind == "scalar" and not node.empty:
            return node.start, node.end
        chosen = key or node
        return chosen.start, chosen.end if chosen.kind == "scalar" else chosen.start + 1


def _walk(way: Way, key: Node | None, node: Node) -> Iterator[tuple[Way, tuple[Node | None, Node]]]:
    yield way, (key, node)
    for name, value in node.entries:
        yield from _walk((*way, name.text), name, value)
    for number, item in enumerate(node.items):
        yield from _walk((*way, str(number)), None, item)


def _dropped(way: Way, node: Node) -> Iterator[tuple[Way, tuple[Node | None, Node]]]:
    for key, value in node.dropped:
        below = (*way, key.text)
        yield from _walk(below, key if key.kind == "scalar" else None, value)
        yield from _dropped(below, value)
        if key.kind != "scalar":
            yield from _walk(below, None, key)
            yield from _dropped(below, key)
    for name, value in node.entries:
        yield from _dropped((*way, name.text), value)
    for number, item in enumerate(node.items):
        yield from _dropped((*way, str(number)), item)


def read_document(file: str, text: str) -> Document:
    """The tree of one file; mistakes in the YAML are its ``faults``, never raised."""
    composer = _Composer(text)
    try:
        root = composer.compose()
    except _Stop as stop:
        return Document(file, text, None, (*composer.faults, stop.fault), broken=True)
    except ReaderError as error:
        fault = Fault(error.position, error.position + 1, "a control character stands here, which YAML does not allow")
        return Document(file, text, None, (*composer.faults, fault), broken=True)
    except MarkedYAMLError as error:
        return Document(file, text, None, (*composer.faults, _syntax_fault(error, text)), broken=True)
    except (YAMLError, ValueError) as error:
        # ValueError: ruamel.yaml lets those of int() and chr() through, for "%YAML x" and "\U00ffffff".
        fault = Fault(0, 0, f"this is not YAML ({type(error).__name__})")
        return Document(file, text, None, (*composer.faults, fault), broken=True)
    return Document(file, text, root, tuple(composer.faults))


class _Stop(Exception):
    """Reading cannot go on."""

    def __init__(self, event: Any, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.fault = Fault(event.start_mark.index, max(event.end_mark.index, event.start_mark.index + 1), message, hint)


@dataclass
class _Composer:
    """Builds the tree from the events of one text."""

    text: str
    faults: list[Fault] = field(default_factory=list)
    anchors: dict[str, tuple[Node, int]] = field(default_factory=dict)
    aliases: int = 0
    expanded: int = 0

    def compose(self) -> Node | None:
        # typ "safe" and pure: the round-trip scanner also collects comments, which costs 40 % more.
        events = YAML(typ="safe", pure=True).parse(self.text)
        root: Node | None = None
        documents = 0
        for event in events:
            name = type(event).__name__
            if name == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    raise _Stop(event, "a second YAML document starts here; one file holds one document")
                root, _ = self.node(next(events), events, 1)
        return None if root is not None and root.empty else root

    def node(self, event: Any, events: Iterator[Any], depth: int) -> tuple[Node, int]:
        """The node that begins with ``event``, and how many nodes it is made of."""
        if depth > DEPTH_CAP:
            raise _Stop(event, f"nested deeper than {DEPTH_CAP} levels; is a bracket left open?")
        name = type(event).__name__
        if name == "AliasEvent":
            return self.alias(event)
        self.refuse_tag(event)
        if name == "ScalarEvent":
            node, size = _scalar(event), 1
        elif name == "SequenceStartEvent":
            node, size = self.sequence(event, events, depth)
        else:
            node, size = self.mapping(event, events, depth)
        if event.anchor:
            self.anchors[event.anchor] = node, size
        return node, size

    def alias(self, event: Any) -> tuple[Node, int]:
        self.aliases += 1
        if self.aliases > ALIAS_CAP:
            raise _Stop(event, f"more than {ALIAS_CAP} aliases (*name) in one file")
        if event.anchor not in self.anchors:
            raise _Stop(
                event, "this alias (*name) has no anchor (&name) before it", "text that starts with * needs quotes"
            )
        node, size = self.anchors[event.anchor]
        self.expanded += size
        if self.expanded > EXPANDED_CAP:
            raise _Stop(event, f"the aliases of this file repeat more than {EXPANDED_CAP} values")
        return node, size

    def refuse_tag(self, event: Any) -> None:
        if event.tag is not None and str(event.tag) not in ("tag:yaml.org,2002:str", "!"):
            start = event.start_mark.index
            hint = "text that starts with ! needs quotes"
            self.faults.append(Fault(start, start + 1, "YAML tags (!name) are not used here", hint))

    def sequence(self, event: Any, events: Iterator[Any], depth: int) -> tuple[Node, int]:
        items: list[Node] = []
        size = 1
        for inner in events:
            if type(inner).__name__ == "SequenceEndEvent":
                return Node("list", event.start_mark.index, inner.end_mark.index, items=tuple(items)), size
            node, more = self.node(inner, events, depth + 1)
            items.append(node)
            size += more
        raise AssertionError("the parser ends every sequence")

    def mapping(self, event: Any, events: Iterator[Any], depth: int) -> tuple[Node, int]:
        entries: dict[str, tuple[Node, Node]] = {}
        dropped: list[tuple[Node, Node]] = []
        size = 1
        for inner in events:
            if type(inner).__name__ == "MappingEndEvent":
                place = event.start_mark.index, inner.end_mark.index
                return Node("map", *place, entries=tuple(entries.values()), dropped=tuple(dropped)), size
            key, one = self.node(inner, events, depth + 1)
            value, two = self.node(next(events), events, depth + 1)
            size += one + two
            if self.usable(key, entries):
                entries[key.text] = key, value
            else:
                dropped.append((key, value))
        raise AssertionError("the parser ends every mapping")

    def usable(self, key: Node, entries: dict[str, tuple[Node, Node]]) -> bool:
        if key.kind != "scalar":
            hint = "text with ${...} or brackets needs quotes"
            self.faults.append(Fault(key.start, key.start + 1, "a key must be text, not a list or mapping", hint))
            return False
        if key.text == "<<":
            message = "merge keys (<<) are not used here; write the keys themselves, or an alias for a whole value"
            self.faults.append(Fault(key.start, key.end, message))
            return False
        first = entries.get(key.text)
        if first is not None:
            line = self.text.count("\n", 0, first[0].start) + 1
            # Without the space behind the colon the value is a part of the key, and may be a secret.
            named = re.sub(r":(?=\S).*", ":***", key.text, flags=re.DOTALL)
            self.faults.append(Fault(key.start, key.end, f'"{named}" stands twice, here and in line {line}'))
        return first is None


def _scalar(event: Any) -> Node:
    written = event.implicit[0] and event.value in ("", "~", "null", "Null", "NULL")
    return Node("scalar", event.start_mark.index, event.end_mark.index, event.value, empty=written)


# The parser's own words, and what they mean to someone who does not know its grammar.
_PLAIN_WORDS: tuple[tuple[str, str, str], ...] = (
    ("found character '\\t'", "a tab stands here; YAML is indented with spaces", ""),
    ("mapping values are not allowed", "a second colon on this line", 'text that holds ": " needs quotes'),
    ("found unknown escape", "an unknown escape after \\", "write \\\\, or use single quotes"),
    ("found unexpected end of stream", "the quotes opened here are never closed", ""),
    ("while scanning a quoted scalar", "the quotes opened here are never closed", ""),
    ("could not find expected ':'", 'a colon is missing: "key: value"', ""),
    (
        "while parsing a flow",
        "a bracket opened here is not closed, or a comma is missing",
        "text with ${...} needs quotes",
    ),
    ("cannot start any token", "text cannot begin with this character", "put it in quotes"),
    ("block mapping", "this line does not fit the lines above; look at the spaces before it, and at quotes", ""),
    ("block collection", "this line does not fit the list above; look at the spaces before it", ""),
)


_SHORT_QUOTES = re.compile(r"""\bquery:[ ]*(?P<mark>["'])(?:(?!(?P=mark)).)*(?P=mark)[ ]*[^\s,}\]#'"]""")
"""A query whose first phrase stands in quotes, and which goes on behind them."""


_APOSTROPHE = re.compile(r"""(?:^|[\s\[{,])'(?:[^'\n]|'')*[^\W\d_](?P<sign>')[^\W\d_]""")
"""A text in single quotes that ends within a word."""


def _syntax_fault(error: MarkedYAMLError, text: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    said = f"{error.problem or ''} {error.context or ''}"
    found = next(((message, hint) for words, message, hint in _PLAIN_WORDS if words in said), None)
    # The problem may quote the file, which may be a secret: short quotes name single characters.
    quiet = re.sub(r"'[^'<]{4,}'", "...", error.problem or "unreadable")
    message, hint = found or (f"this is not YAML: {quiet}", "")
    if "opened here" in message and error.context_mark is not None:
        mark = error.context_mark
    index = min(mark.index, len(text)) if mark is not None else 0
    line_start = text.rfind("\n", 0, index) + 1
    line = text[line_start:].partition("\n")[0]
    apostrophe, short = _APOSTROPHE.search(line), _SHORT_QUOTES.search(line)
    if apostrophe is not None:
        index, message = line_start + apostrophe.start("sign"), "this apostrophe ends the text in single quotes"
        hint = "an apostrophe within single quotes is written twice: 'Jack Ma''s call'"
    elif short is not None:
        hint = """put the whole query in single quotes: query: '"Jack Ma" AND Alibaba'"""
        index, message = line_start + short.start("mark"), "the quotes opened here end before the query does"
    indent = re.compile(r" *\t").match(text, line_start)
    if indent is not None:
        index, (message, hint) = indent.end() - 1, _PLAIN_WORDS[0][1:]
    return Fault(index, index + 1, message, hint)
