"""Mistakes as people read them: ``file:line:column``, what is wrong, the nearest key, and the line itself.

A finding never shows a secret: values under ``channels``, those that let the monitor in at a source, values of
unknown keys, the user part of addresses, and whatever a variable was replaced with.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from monitor.config.document import Document, Node, Way
from monitor.model import Finding

Severity = Literal["error", "warning", "info"]
Shown = Callable[[Way], bool]
"""Whether the scalar at a place of the file may be shown."""

HIDDEN = "***"
EXCERPT_WIDTH = 100
"""Columns of a line that are shown around a mistake."""
KNOWN_CAP = 8
"""Known words that a message spells out."""
_PLAIN_KEY = re.compile(r"[\w.-]+(?: [\w.-]+)*")
_HARMLESS = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}|true|false|yes|no|on|off", re.IGNORECASE)
SECRET_WORDS = re.compile(r"(?i)pass|token|secret|auth|key|user|header|proxy|cookie|slack|webhook|email|apprise")
_KEY = re.compile(r"([^\s{}\[\],:\"']+)[\"']?\s*:(?!\S)")
_COLON = re.compile(r":(?!\S)")
_FIRST_KEY = re.compile(r"\s*(?:[\"']?(?P<name>[^{}\[\]:\"']+)[\"']?\s*:(?!\S))?\s*")
_SECRET_KEYS = re.compile(r"(?i)(?:auth|password|token|secret|proxy|headers|slack|webhook|apprise)[\"']?\s*:")


def mask_address(text: str) -> str:
    """An address without its user, password and telling parameters.

    >>> mask_address("https://me:pw@example.org/f?token=abc&n=3")
    'https://***@example.org/f?token=***&n=3'
    """
    text = re.sub(r"//(?:[^/\s@]*@|[^\s@]*:[^\s@]*@)", "//***@", text)
    text = re.sub(r"^(\s*[\"']?)[^/\s@:\"']+:[^/\s@]+@", r"\1***@", text)
    return re.sub(
        r"(?i)([?&#][^=&\s]*(?:key|token|secret|pass|sig|auth|code|user)[^=&\s]*=)[^&\s\"'}\],]+", r"\1***", text
    )


def nearest(word: str, known: Iterable[str], others: Mapping[str, tuple[str, ...]] | None = None) -> str | None:
    """The known word that was probably meant: a listed synonym, else the closest spelling; None if none is close."""
    folded = {name.casefold(): name for name in known}
    for meant in (others or {}).get(word.casefold(), ()):
        if meant in folded.values():
            return meant
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def meant(word: str, known: Iterable[str], others: Mapping[str, tuple[str, ...]] | None = None) -> str:
    """``. Did you mean "none"?`` with the nearest known word, or the first of those that are known, where they are
    few."""
    known = list(known)
    near = nearest(word, known, others)
    if near is not None:
        return f'. Did you mean "{near}"?'
    if not known or len(known) > 20:
        return ""
    rest = f" and {len(known) - KNOWN_CAP} more" if len(known) > KNOWN_CAP else ""
    return f" (known: {', '.join(known[:KNOWN_CAP])}{rest})"


def listed(words: Iterable[str], join: str = "or") -> str:
    """``a, b or c``."""
    *first, last = words
    return f"{', '.join(first)} {join} {last}" if first else last


@dataclass
class Findings:
    """Collects what is found in one file."""

    document: Document
    shown: Shown
    values: Mapping[str, str] = field(default_factory=dict)
    """What variables were replaced with."""
    keys: frozenset[str] = frozenset()
    """Every key of the grammar, which may be shown also where values may not."""
    found: list[Finding] = field(default_factory=list)
    _kept: tuple[int, list[tuple[int, str]]] | None = field(default=None, init=False, repr=False)

    def error(self, way: Way, message: str, hint: str = "", *, value: bool = False) -> None:
        """A mistake at ``way``: at its key, or with ``value`` at what follows the key."""
        self.add("error", way, message, hint, value=value)

    def add(self, severity: Severity, way: Way, message: str, hint: str = "", *, value: bool = False) -> None:
        """A finding of any severity; an empty ``way`` is the file as a whole."""
        root = self.document.root
        if not way and severity == "error" and root is not None:
            self.add_span(severity, root.start, root.start + 1, message, hint)
        elif not way:
            self.found.append(Finding(self.document.file, 0, 0, severity, self._clean(message)))
        else:
            self.add_span(severity, *self.document.span(way, value=value), message, hint)

    def add_span(self, severity: Severity, start: int, end: int, message: str, hint: str = "") -> None:
        """A finding at two places of the text."""
        line, column = self.document.position(start)
        excerpt = self._clean(self._excerpt(start, end, hint), keep="\n")
        self.found.append(Finding(self.document.file, line, column, severity, self._clean(message), excerpt))

    def faults(self) -> None:
        """Takes over the mistakes in the YAML itself."""
        for fault in self.document.faults:
            self.add_span("error", fault.start, fault.end, fault.message, fault.hint)

    def quote(self, way: Way) -> str:
        """What is written at ``way``, in quotes and masked; empty where it must not be shown or is no scalar."""
        _, node, _ = self.document.find(way)
        if node is None or node.kind != "scalar" or node.empty:
            return ""
        if not self._shows(way, node) or node.start in self._hidden:
            # The second: an alias of what stands at a hidden place, too.
            return ""
        text = mask_address(node.text)
        return f'"{text[:60]}{"…" if len(text) > 60 else ""}"'

    def _shows(self, way: Way, node: Node) -> bool:
        """Whether the scalar ``node`` may be shown at ``way``."""
        if _HARMLESS.fullmatch(node.text):
            return True
        # Only what is looked for takes several lines: another value that does has swallowed what stands below it.
        lines = self.document.text.count("\n", node.start, node.end)
        return self.shown(way) and (way[:1] in (("topics",), ("fragments",)) or not lines)

    def key(self, way: Way) -> str:
        """The key at ``way`` as far as it may be shown."""
        _, node, whole = self.document.find(way)
        return self._key(way, empty=node.empty) if whole and node is not None else way[-1]

    def _key(self, way: Way, *, empty: bool) -> str:
        """A key, or what may be shown of it where a forgotten space (``{token:abc}``) or key (``{abc}``) makes one of a
        secret."""
        text = way[-1]
        if self.shown(way) or len(way) == 2 or text in self.keys:
            return text
        if text == "<<" or (_PLAIN_KEY.fullmatch(text) and not (empty and len(way) > 3)):
            return text
        head, colon, _ = text.partition(":")
        return f"{head}:{HIDDEN}" if colon and head in self.keys else HIDDEN

    def masked(self) -> str:
        """The whole file with ``***`` for what no finding would show, and without comments: fit to be stored."""
        numbers = range(1, len(self.document.line_starts) + 1)
        return "\n".join("".join(char for _, char in self._masked(*self.document.line(number))) for number in numbers)

    def _clean(self, text: str, keep: str = "") -> str:
        for name, value in self.values.items():
            # Shorter values would tear words apart, and no secret is that short.
            if len(value) >= 4:
                text = text.replace(value, f"${{{name}}}")
        return "".join(char if char.isprintable() or char in keep else "\N{REPLACEMENT CHARACTER}" for char in text)

    def _excerpt(self, start: int, end: int, hint: str) -> str:
        number, _ = self.document.position(start)
        line_start, _ = self.document.line(number)
        cells = self._row(number)
        # A line may hold ten thousand phrases, of which each has its finding.
        first = bisect_left(cells, start - line_start, key=_index)
        last = bisect_left(cells, end - line_start, key=_index)
        head = "".join(char for _, char in cells[max(0, first - EXCERPT_WIDTH) : first])
        under = [char for _, char in cells[first : min(last, first + EXCERPT_WIDTH)]]
        rest = "".join(char for _, char in cells[first : first + EXCERPT_WIDTH + 1])
        if len(head) > EXCERPT_WIDTH // 2:
            head = "…" + head[-EXCERPT_WIDTH // 2 :]
        if len(rest) > EXCERPT_WIDTH - len(head):
            rest = rest[: EXCERPT_WIDTH - len(head)] + "…"
        marks = "^" * max(1, min(_width("".join(under)), _width(rest)))
        shown = (head + rest).replace("\t", " ")
        below = " " * _width(head) + marks + (f"   {hint}" if hint else "")
        return f"{number:5} | {shown}\n{'':5} | {below}"

    def _row(self, number: int) -> list[tuple[int, str]]:
        """The characters of a line that may be shown; kept, because findings come line by line."""
        if self._kept is None or self._kept[0] != number:
            self._kept = number, self._masked(*self.document.line(number))
        return self._kept[1]

    def _masked(self, line_start: int, line: str) -> list[tuple[int, str]]:
        """The characters of a line that may be shown, each with its index in the line as written."""
        if self.document.broken:
            return list(_guarded(self.document, line_start, line, self.keys))
        line_end = line_start + len(line)
        cells: list[tuple[int, str]] = []
        at = line_start
        for start, end, replaced in self._spans[bisect_right(self._ends, at) :]:
            if start >= line_end:
                break
            first, last = max(start, at), min(end, line_end)
            between = line[at - line_start : first - line_start]
            if _comment(between) is not None:
                break
            cells += [(at - line_start + number, char) for number, char in enumerate(between)]
            text = line[first - line_start : last - line_start] if replaced is None else replaced
            same = replaced is None
            cells += [(first - line_start + (number if same else 0), char) for number, char in enumerate(text)]
            at = last
        rest = line[at - line_start :]
        comment = _comment(rest)
        rest = rest if comment is None else rest[:comment].rstrip()
        return cells + [(at - line_start + number, char) for number, char in enumerate(rest)]

    @cached_property
    def _hidden(self) -> frozenset[int]:
        return frozenset(start for start, _, replaced in self._spans if replaced == HIDDEN)

    @cached_property
    def _ends(self) -> list[int]:
        return [end for _, end, _ in self._spans]

    @cached_property
    def _spans(self) -> list[tuple[int, int, str | None]]:
        """Start, end and replacement (None: as written) of all keys and scalars, in order and once each."""
        spans: dict[int, tuple[int, int, str | None]] = {}
        for way, (key, node) in (*self.document.places.items(), *self.document.dropped):
            if key is not None:
                named = self._key(way, empty=node.empty)
                spans.setdefault(key.start, (key.start, key.end, None if named == key.text else named))
            if node.kind != "scalar" or node.empty:
                continue
            written = self.document.text[node.start : node.end]
            replaced: str | None = None
            if not self._shows(way, node):
                replaced = HIDDEN
            elif mask_address(written) != written:
                replaced = mask_address(written)
            # A place seen twice (an alias) is shown only as far as it may be shown at both.
            known = spans.get(node.start)
            if known is None or replaced == HIDDEN or (replaced is not None and known[2] != HIDDEN):
                spans[node.start] = (node.start, node.end, replaced)
        return [spans[start] for start in sorted(spans)]


def _index(cell: tuple[int, str]) -> int:
    return cell[0]


def _comment(text: str) -> int | None:
    """Where a comment starts in text between two values: it may hold an old address or password."""
    found = re.search(r"(?:^|(?<=[\s\[\]{}\"',]))#", text)
    return found.start() if found else None


def _guarded(document: Document, line_start: int, line: str, keys: Container[str]) -> Iterable[tuple[int, str]]:
    """What may be shown of a line where the YAML is broken and no tree says what is a secret."""
    if document.text.lstrip().startswith("{"):
        return []
    tops = list(re.finditer(r"(?m)^([^\s#:-][^:\n]*):(?!\S)", document.text[: line_start + len(line)]))
    top = tops[-1][1].strip("\"'") if tops else ""
    comment = _comment(line)
    visible = line if comment is None else line[:comment]
    if top not in ("topics", "fragments", "sources", "timezone", "owner", "fetch", "retention"):
        secret = True
    else:
        so_far = document.text[tops[-1].start() : line_start] + visible
        secret = SECRET_WORDS.search(_entry(so_far)) is not None or not _plain(visible, keys)
        if top in ("topics", "fragments"):
            secret = _SECRET_KEYS.search(visible) is not None
    if secret:
        head = re.match(r"\s*[\w -]*:?", visible)
        visible = (head[0] if head and ":" in head[0] else "") + f" {HIDDEN}" if visible.strip() else ""
    return list(enumerate(mask_address(visible)))


def _plain(line: str, keys: Container[str]) -> bool:
    """Whether a line has no key but ours behind its first one, and behind a first one that is a name only an address or
    a bracket: what is misspelt may be the key of a secret."""
    found = _FIRST_KEY.match(line)
    name, rest = (found["name"] or "", line[found.end() :]) if found else ("", line)
    found_keys = _KEY.findall(rest)
    # A colon with no key that we could read before it (`aut{: "..."`) may have that of a secret.
    ours = all(key in keys for key in found_keys) and len(found_keys) == len(_COLON.findall(rest))
    return ours and (name.strip() in keys or re.match(r"(?:[\"']?https?://|\{|$)", rest) is not None)


def _entry(part: str) -> str:
    """The end of a part of the file from where its last entry begins: a line without more indentation than the first
    one has, with no bracket left open before it."""
    lines = part.splitlines()
    indents = [len(line) - len(line.lstrip(" ")) if line.strip() else None for line in lines]
    first = next((indent for indent in indents[1:] if indent is not None), 0)
    for number in range(len(lines) - 1, 0, -1):
        indent, before = indents[number], "\n".join(lines[:number])
        closed = sum(before.count(sign) for sign in "{[") <= sum(before.count(sign) for sign in "}]")
        if indent is not None and indent <= first and closed:
            return "\n".join(lines[number:])
    return part


def _width(text: str) -> int:
    """Columns that a terminal gives to a text: two for the signs of East Asian scripts, none for marks."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def render_findings(findings: Iterable[Finding], *, running: str | None = None) -> str:
    """All findings as one text for a terminal; empty where there are none.

    Args:
        findings: in the order in which they are to be read.
        running: what a running monitor goes on with (``the watchlist of 09:02 (12 topics, 41 sources)``).
    """
    findings = list(findings)
    lines: list[str] = []
    for finding in findings:
        place = f"{finding.file}:{finding.line}:{finding.column}" if finding.line else finding.file
        kind = "" if finding.severity == "error" else f"{finding.severity}: "
        lines.append(f"{place}: {kind}{finding.message}")
        if finding.excerpt and finding.severity != "info":
            lines.append(finding.excerpt)
    counts = [
        f"{count} {word}{'' if count == 1 else 's'}"
        for word in ("error", "warning")
        if (count := sum(finding.severity == word for finding in findings))
    ]
    if counts:
        kept = f" The running monitor keeps {running}." if running and counts[0].endswith(("error", "errors")) else ""
        lines.append(f"{', '.join(counts)}.{kept}")
    return "\n".join(lines)
